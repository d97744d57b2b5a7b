"""The management of a case: its tracks and its forms, on a panel of its own that runs the trial scheme.

Housing manages the case, health has an action on it, the police representative would manage it but for a bar.
"""

from django.utils import timezone

from cases.models import Involvement
from cases.models.access import Stage
from partnership.models import Panel, RoleGrant
from partnership.roles import Role
from tests.cases.schemes_for_tests import SCHEME, begun, filled

TABLE = """
#     managing                             about             desk agencies narrow barred nobody
GET   cases:tracks                         -                 oo oooo xxxx o ?
GET   cases:case_management                managed           oo ooo. .xxx . ?
GET   cases:management_now                 managed           oo ooo. .xxx . ?
GET   cases:open_track                     new_episode       oo oox. .xxx . ?
POST  cases:open_track                     new_episode       !! !!x. .xxx . ?
GET   cases:move_track                     adopting          oo xxx. .xxx . ?
POST  cases:move_track                     adopting          !! xxx. .xxx . ?
GET   cases:end_track                      course            ox xxxx xxxx x ?
POST  cases:end_track                      course            !x xxxx xxxx x ?
GET   cases:write_sheet                    new_plan          oo oox. .xxx . ?
POST  cases:write_sheet                    new_plan          !! !!x. .xxx . ?
GET   cases:write_track_sheet              new_notes         oo oo.. .xxx . ?
POST  cases:write_track_sheet              new_notes         !! !!.. .xxx . ?
GET   cases:sheet                          plan              oo ooo. .xxx . ?
GET   cases:sheet_now                      plan              oo ooo. .xxx . ?
GET   cases:change_sheet                   plan              oo oox. .xxx . ?
POST  cases:change_sheet                   plan              !! !!x. .xxx . ?
"""

WORDS = "Of Zywczakowska."


def abouts(s) -> dict[str, dict]:
    """A case that housing manages: a course, an episode kept apart, a plan."""
    w = s.world
    case = _case(s)
    course = begun(w.coordinator, case)
    episode = begun(w.housing, case, "episode", "begin")
    plan = filled(w.housing, case)
    later = {"pk": _case(s).pk}
    return {
        "managed": {"pk": case.pk},
        "new_episode": {**later, "kind": "episode", "code": "begin"},
        "adopting": {"pk": course.pk, "code": "adopt"},
        "course": {"pk": course.pk},
        "new_plan": {"pk": case.pk, "kind": "plan"},
        "new_notes": {"pk": episode.pk, "kind": "notes"},
        "plan": {"pk": plan.pk},
    }


def sent(s) -> dict[str, dict]:
    """Members of two panels say to which they refer."""
    return {"cases:start_referral": {"panel": s.world.panel.pk}}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    today = timezone.localdate()
    day = {"effective_on_day": today.day, "effective_on_month": today.month, "effective_on_year": today.year}
    lead = {"lead": s.world.housing_agency.pk}
    return {
        "cases:open_track": ("housing", day),
        "cases:move_track": ("coordinator", day | lead | {"version": 1}),
        "cases:end_track": ("coordinator", {"version": 1, "reason": "error"}),
        "cases:write_sheet": ("housing", {"goal": WORDS}),
        "cases:write_track_sheet": ("housing", {"note": WORDS}),
        "cases:change_sheet": ("housing", {"version": 1, "goal": WORDS}),
    }


def _case(s):
    w, marac = s.world, s.world.panel
    w.panel = _panel(s)
    try:
        case = w.make_case(victim=("Luned", "Cynddylan"))
        for agency, stage in (
            (w.housing_agency, Stage.MANAGING),
            (w.police_agency, Stage.MANAGING),
            (w.health_agency, Stage.ACTION),
        ):
            w.involve(case, agency, stage=stage)
    finally:
        w.panel = marac
    w.bar(case=case, member=s.barred)
    Involvement.objects.filter(referral__case=case).delete()
    return case


def _panel(s) -> Panel:
    w = s.world
    panel, is_new = Panel.objects.get_or_create(
        partnership=w.partnership, name="Aberwenlli trial panel", scheme=SCHEME.code, reference_prefix="TR"
    )
    roles = {
        Role.COORDINATOR: [w.coordinator],
        Role.CHAIR: [w.chair],
        Role.REPRESENTATIVE: [w.housing, w.health, w.idva, w.police],
        Role.DEPUTY: [w.housing_deputy],
    }
    for role, members in roles.items() if is_new else ():
        for member in members:
            RoleGrant.objects.create(member=member, role=str(role), panel=panel)
            member.__dict__.pop("grants", None)
    return panel
