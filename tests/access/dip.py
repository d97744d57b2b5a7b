"""Passing on from one stream of a DIP case to another, on a panel of its own: the liaison officer of housing decides.

And what housing decided on the merits of a treatment group’s case, which its own people put before that officer.

Housing is named for the stream (of whatever kind of agency it is here); nobody else finds it, the desk included.
"""

from django.utils import timezone

from cases.models import Involvement, Sheet, Track
from cases.models.access import Stage
from partnership.models import Panel, RoleGrant
from partnership.roles import Role

TABLE = """
#     streams                              about             desk agencies narrow barred nobody
GET   cases:pass_on                        stream            .. xx.. oxxx . ?
POST  cases:pass_on                        stream            .. xx.. !xxx . ?
POST  disclosures:put_merits               merits            .. >>.. >xxx . ?
"""


def abouts(s) -> dict[str, dict]:
    """A stream of continuity of care for which housing is named; a treatment group’s, with a decision on its merits."""
    w, track = s.world, _stream(s, "Treatment group", "treatment", "TG")
    sheet = Sheet(
        key=track.key, case=track.case, track=track, kind="merits", agency=w.housing_agency, written_by=w.housing,
        data={"outcome": "shared", "with_whom": str(w.health_agency.pk), "what": "That she comes.", "how": "It would."},
        due_on=timezone.localdate(), written_at=timezone.now(),
    )  # fmt: skip
    sheet.save(force_insert=True)
    return {"stream": {"pk": _stream(s, "Aberwenlli DIP", "dip", "DI").pk}, "merits": {"pk": sheet.pk}}


def _stream(s, *panel) -> Track:
    w, marac = s.world, s.world.panel
    w.panel = _panel(s, *panel)
    try:
        case = w.make_case(victim=("Luned", "Cynddylan"))
    finally:
        w.panel = marac
    now = timezone.now()
    track = Track(
        key=case.key, case=case, kind="episode", state="identified", apart=True, closed_to_desk=True,
        since=timezone.localdate(), opened_at=now, opened_by=w.housing,
    )  # fmt: skip
    track.save(force_insert=True)
    Involvement.objects.filter(referral__case=case).delete()
    Involvement.objects.create(
        panel=case.panel, case=case, track=track, holder="agency", agency=w.housing_agency, stage=Stage.MANAGING,
        why="opened",
    )  # fmt: skip
    return track


def sent(s) -> dict[str, dict]:
    """An empty form is asked for more."""
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    today, w = timezone.localdate(), s.world
    day = {"effective_on_day": today.day, "effective_on_month": today.month, "effective_on_year": today.year}
    said = {"to": "intelligence", "agency": w.police_agency.pk, "because": "offence", "grounds": ["offence"]}
    return {
        "cases:pass_on": (
            "liaison_officer",
            {**day, **said, "version": 1, "told": "no", "told_why_not": "Of Zywczakowska."},
        )
    }


def _panel(s, name: str, scheme: str, prefix: str) -> Panel:
    w = s.world
    panel, is_new = Panel.objects.get_or_create(
        partnership=w.partnership, name=name, scheme=scheme, reference_prefix=prefix
    )
    roles = {
        Role.COORDINATOR: [w.coordinator],
        Role.CHAIR: [w.chair],
        Role.REPRESENTATIVE: [w.housing, w.health, w.idva, w.police],
        Role.DEPUTY: [w.housing_deputy],
        Role.LIAISON_OFFICER: [w.liaison_officer],
    }
    for role, members in roles.items() if is_new else ():
        for member in members:
            RoleGrant.objects.create(member=member, role=str(role), panel=panel)
            member.__dict__.pop("grants", None)
    return panel
