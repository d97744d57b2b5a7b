"""A PPO / IOM panel: its cohort, its calendar of releases, the plan about an offender, and what the panel sets.

Housing manages the case, health has an action on it, the police representative would manage it but for a bar.
"""

import datetime

from django.utils import timezone

from cases.models import Involvement
from cases.models.access import Stage
from cases.schemes.ppo import PPO
from partnership.models import Panel, RoleGrant
from partnership.roles import Role

TABLE = """
#     offenders                            about             desk agencies narrow barred nobody
GET   cases:cohort                         -                 oo oooo .xxx o ?
GET   cases:releases                       -                 oo oooo .xxx o ?
GET   cases:plan                           ppo_case          oo ooo. .xxx . ?
GET   cases:add_plan_step                  ppo_case          oo oox. xxxx . ?
POST  cases:add_plan_step                  ppo_case          !! !!x. xxxx . ?
GET   cases:change_plan_step               ppo_step          oo oox. xxxx . ?
POST  cases:change_plan_step               ppo_step          !! !!x. xxxx . ?
GET   cases:plan_paper                     ppo_case          oo ooo. xxxx . ?
GET   cases:scheme_settings                ppo_panel         xx xxxx xxxo x ?
POST  cases:scheme_settings                ppo_panel         xx xxxx xxx! x ?
"""

WORDS = "Of Zywczakowska."


def abouts(s) -> dict[str, dict]:
    """A case that housing manages, a step of its plan that health owns, and its panel."""
    case = _case(s)
    return {"ppo_case": {"pk": case.pk}, "ppo_step": {"pk": _step(s, case).pk}, "ppo_panel": {"pk": _panel(s).pk}}


def sent(s) -> dict[str, dict]:
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    due = timezone.localdate() + datetime.timedelta(days=7)
    day = {"due_on_day": due.day, "due_on_month": due.month, "due_on_year": due.year}
    step = {"pathway": "finance", "text": WORDS, "agency": s.world.housing_agency.pk, **day}
    return {
        "cases:add_plan_step": ("housing", step),
        "cases:change_plan_step": ("housing", step | {"version": 1}),
    }


def _step(s, case):
    return s.world.make_action(case, s.world.health_agency, pathway="health", member=s.world.health)


def _case(s):
    w, marac = s.world, s.world.panel
    w.panel = _panel(s)
    try:
        case = w.make_case(victim=("Tegid", "Cynddylan"))
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
        partnership=w.partnership, name="Aberwenlli IOM", scheme=PPO.code, reference_prefix="IO"
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
