"""What minutes say about people, for requests from outside; found for the system, shown only where it may be seen."""

from django.db.models import F, Max
from django.utils import timezone

from cases.models import Action, Entry
from disclosures.rules.passages import Passage, Shelf
from meetings.models import Minutes, MinutesItem

ABOUT_NOBODY = ("case", "recusals", "nothing_known")


def find(cases: list, parties: list) -> list[Passage]:
    """The passages of the latest minutes of *cases* that may be about *parties* (ids).

    What is copied word for word from an entry or an action is found there; what somebody wrote over it is a passage of
    its own, save where it is about another person of the case.
    """
    latest = Minutes.objects.annotate(last=Max("meeting__minutes__number")).filter(number=F("last")).values("pk")
    rows = MinutesItem.objects.with_key().filter(case__in=cases, minutes__in=latest)
    rows = rows.select_related("key", "minutes__approved_by", "minutes__drafted_by", "minutes__meeting__chair")
    others = _about_others(cases, parties)
    return [
        _passage(row, part)
        for row in rows.order_by("pk")
        if not row.key.is_destroyed
        for part in row.content
        if _speaks(part) and part["key"] not in others
    ]


def _speaks(part: dict) -> bool:
    copied = part["part"] in ("entry", "action") and not part.get("written")
    return bool(part["text"]) and part["part"] not in ABOUT_NOBODY and not copied and not part.get("removed")


def _about_others(cases, parties) -> set[str]:
    """The keys of parts that are about another party of their case than *parties*."""
    return {
        f"{name}:{pk}"
        for name, model in (("entry", Entry), ("action", Action))
        for pk in model.objects.filter(case__in=cases, party__isnull=False)
        .exclude(party__in=parties)
        .values_list("pk", flat=True)
    }


def _passage(row: MinutesItem, part: dict) -> Passage:
    minutes = row.minutes
    keeper = minutes.approved_by or minutes.drafted_by or minutes.meeting.chair
    return Passage(
        page=row.pk,
        part=part["key"],
        agency_id=part["agency_id"] or keeper.agency_id,
        case_id=row.case_id,
        key=row.key,
        words=f"{part['heading']}\n{part['text']}",
        written_on=timezone.localdate(minutes.approved_at or minutes.drafted_at),
    )


minutes = Shelf("minutes", find, lambda member: MinutesItem.objects.visible_to(member).order_by().values("pk"))
