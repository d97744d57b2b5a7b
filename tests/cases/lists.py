"""Builders of lists that are brought in."""

import datetime

from django.utils import timezone

from audit.models import Event
from cases.models import Supply, SupplyRow
from cases.workflow import supply as verbs
from cases.workflow.matching import index_subject
from cases.workflow.track import open_track
from tests.cases.scheme_with_lists import takes_lists

HEADER = "Name,Sex,DOB,Length of sentence,Offence,Address after release,Easting,Northing,Release date"


def ahead(days: int = 30) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def released(name: str, born: str = "1990-03-07", on: str | None = None, address: str = "9 Heol Newydd") -> str:
    """One line of a list of prison releases."""
    return f'"{name}",M,{born},4 years,Burglary,"{address}",312000,176000,{on or ahead().isoformat()}'


def file_of(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def unsaved(world, kind: str = "prison", **more) -> Supply:
    """What is said of a list before its file is read."""
    given = {
        "kind": kind,
        "agency_name": "HMP Wenlli",
        "supplier": "Olwen Officer",
        "contact": "01632 960 001",
        "supplied_on": timezone.localdate(),
        "transfer": "secure_mail",
    }
    more.setdefault("panel", None)
    more["panel"] = more["panel"] or takes_lists(world.panel)
    return Supply(**{**given, **more})


def brought(world, *lines: str, by=None, **more) -> Supply:
    """A list of releases whose file was read, as it stands."""
    supply = verbs.bring_in(by=by or world.coordinator, supply=unsaved(world, **more), content=file_of(*lines))
    return fresh(supply)


def compared(world, *lines: str, **more) -> Supply:
    """A list to be decided on."""
    supply = brought(world, *lines, **more)
    verbs.describe_supply(by=supply.brought_by, supply=supply, seen=supply.version)
    return fresh(supply)


def fresh(supply: Supply) -> Supply:
    return Supply.objects.select_related("key", "panel", "brought_by__agency").get(pk=supply.pk)


def rows_of(supply: Supply) -> list[SupplyRow]:
    rows = SupplyRow.objects.with_key().select_related("case__panel", "nominated").filter(supply=supply)
    return list(rows.order_by("line"))


def decided(supply: Supply, *choices) -> Supply:
    """*supply* with one of *choices* made of each of its rows: a choice, or the case that is updated."""
    pairs = zip(rows_of(supply), choices, strict=True)
    said = {row: (one, None) if isinstance(one, str) else ("update", one) for row, one in pairs if one}
    verbs.choose(by=supply.brought_by, supply=supply, choices=said, seen=supply.version)
    return fresh(supply)


def managed(world, name=("Huw", "Prydderch"), *, track=True):
    """A case of the panel about somebody, found by the matching; with a running course."""
    takes_lists(world.panel)
    case = world.make_case(victim=name)
    index_subject(case.parties.get(capacity="victim").subject)
    if track:
        open_track(by=world.coordinator, case=case, kind="course", move="adopt")
    return case


def events(supply) -> list[str]:
    """What the audit says of *supply*, in order."""
    return list(Event.objects.filter(thing_id=supply.pk).order_by("id").values_list("name", flat=True))


def details(name: str) -> dict:
    """What the latest event of *name* says."""
    return Event.objects.filter(name=name).order_by("-id").values_list("detail", flat=True)[0]


def states(supply) -> list[str]:
    """How each of its rows ended."""
    return [row.state for row in rows_of(supply)]
