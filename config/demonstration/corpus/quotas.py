"""How many of each special thing a history holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quotas:
    """How many of each special thing the history holds."""

    urgent: int = 12
    transfers_in: int = 22
    transfers_out: int = 8
    restricted: int = 4  # in the past; one more stands on today's agenda and one on the next
    refused: int = 20
    deferred: int = 24
    alerts: int = 22
    returning: int = 12  # the same pair after more than a year: no repeat
    other_victim: int = 12  # a known perpetrator, another victim
    other_perpetrator: int = 10  # a known victim, entered again in another spelling, another perpetrator
    namesakes: int = 2
    declined: int = 20
    waiting: tuple[int, int, int] = (3, 4, 2)  # draft, submitted, returned


SMALL = Quotas(
    urgent=0,
    transfers_in=0,
    transfers_out=0,
    restricted=0,
    refused=1,
    deferred=0,
    alerts=0,
    returning=0,
    other_victim=0,
    other_perpetrator=0,
    namesakes=0,
    declined=1,
    waiting=(1, 2, 1),
)
