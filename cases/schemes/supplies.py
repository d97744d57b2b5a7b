"""What a scheme does with the rows of a list that is brought in, said as data; `cases.workflow.supply_rows` does it.

A scheme file writes, for instance::

    supplies=Supplies(
        kinds=("prison", "yoi", "ppo"),
        nomination={"offences": "offence", "release_on": "release_on"},
        changes={
            "prison": Change(track="management", moves=("new_date", "custody"), items={"release_on": "release_on"}),
        },
    )
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Change:
    """What a row changes on a case that is managed already.

    *moves*: codes of moves of the track kind *track*; the first that may follow the state in which the track stands is
    made.  Or *sheet*: the code of a kind of sheet, whose answers become the row's.  *items* names, by code of an item
    of the move or sheet, the column of the list from which it is answered; *reason* is the code of the move's reason.
    *rest* is the item of the sheet in which everything else stands that the row says, in words.
    """

    track: str = ""
    moves: tuple[str, ...] = ()
    sheet: str = ""
    items: dict[str, str] = field(default_factory=dict, hash=False)
    reason: str = ""
    rest: str = ""


@dataclass(frozen=True)
class Supplies:
    """Which *kinds* of list a panel of the scheme takes ("prison", "yoi", "ppo"; none: it takes none).

    *nomination* names, by code of an item of the referral, the column from which a nomination is answered (what no item
    asks stands in the referral's summary, in words); *changes* by kind of list what a row changes on a managed case.
    """

    kinds: tuple[str, ...] = ()
    nomination: dict[str, str] = field(default_factory=dict, hash=False)
    changes: dict[str, Change] = field(default_factory=dict, hash=False)
