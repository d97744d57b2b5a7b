"""Lists brought in: coordinators of panels that take them; rows and decisions for who brought them in alone."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.models import Supply
from cases.workflow import supply as verbs
from partnership.models import Panel, RoleGrant
from partnership.roles import Role
from tests.cases.lists import compared, file_of, released, unsaved
from tests.cases.scheme_with_lists import LISTED

HUW = "Huw Prydderch"

TABLE = """
#     lists brought in                     about             desk agencies narrow barred nobody
GET   cases:supplies                       -                 ox xxxx xxxx x ?
GET   cases:bring_in_supply                -                 ox xxxx xxxx x ?
POST  cases:bring_in_supply                -                 !x xxxx xxxx x ?
GET   cases:describe_supply                supply_read       ox xxxx xxxx x ?
POST  cases:describe_supply                supply_read       !x xxxx xxxx x ?
GET   cases:supply                         supply            ox xxxx xxxx x ?
POST  cases:supply                         supply            !x xxxx xxxx x ?
POST  cases:choose_all_supply_rows         supply            !x xxxx xxxx x ?
POST  cases:import_supply                  supply            >x xxxx xxxx x ?
POST  cases:give_up_supply                 supply            >x xxxx xxxx x ?
GET   cases:supply_refused                 supply            ox xxxx xxxx x ?
GET   cases:supply                         supply_elsewhere  .x xxxx xxxx x ?
POST  cases:supply                         supply_elsewhere  .x xxxx xxxx x ?
GET   cases:describe_supply                supply_elsewhere  .x xxxx xxxx x ?
POST  cases:import_supply                  supply_elsewhere  .x xxxx xxxx x ?
GET   cases:supply_refused                 supply_elsewhere  .x xxxx xxxx x ?
"""


def abouts(s) -> dict[str, dict]:
    """One to be described, one to be decided on, and one of a panel of which nobody of the cast is coordinator."""
    w = s.world
    panel = _panel(s, "Aberwenlli lists", w.coordinator)
    read = verbs.bring_in(by=w.coordinator, supply=unsaved(w, panel=panel), content=file_of(released(HUW)))
    supply = compared(w, released(HUW), "x", panel=panel)
    away = compared(w, released(HUW), panel=panel)
    Supply.objects.filter(pk=away.pk).update(panel=_panel(s, "Lists of elsewhere"))
    return {
        "supply_read": {"pk": read.pk},
        "supply": {"pk": supply.pk},
        "supply_elsewhere": {"pk": away.pk},
    }


def sent(s) -> dict[str, dict]:
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    panel = Panel.objects.get(name="Aberwenlli lists")
    today = timezone.localdate()
    supplied = {
        "agency": "",
        "transfer": "portal",
        "information_class": "sensitive",
        "marking": "sensitive",
        "supplied_on_day": today.day,
        "supplied_on_month": today.month,
        "supplied_on_year": today.year,
    }
    file = SimpleUploadedFile("Zywczakowska.csv", file_of(released("Zywczakowska, Huw")), "text/Zywczakowska")
    return {
        "cases:bring_in_supply": ("coordinator", supplied | {"panel": panel.pk, "kind": "prison", "file": file}),
        "cases:describe_supply": ("coordinator", supplied | {"version": 1}),
    }


def _panel(s, name: str, *coordinators) -> Panel:
    panel, is_new = Panel.objects.get_or_create(
        partnership=s.world.partnership, name=name, scheme=LISTED.code, reference_prefix="LI"
    )
    for member in coordinators if is_new else ():
        RoleGrant.objects.create(member=member, role=str(Role.COORDINATOR), panel=panel)
        member.__dict__.pop("grants", None)
    return panel
