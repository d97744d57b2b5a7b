"""An ASB panel: the tools that may be used on a case, who the panel is told reported it, papers and counts.

Housing manages the case, health has an action on it, the police representative would manage it but for a bar.
"""

from cases.models import Involvement, Party, Tool
from cases.models.access import Stage
from cases.rules.tool_file import read
from cases.workflow.reporter import name_reporter
from partnership.models import Panel, RoleGrant
from partnership.roles import Role
from tests.cases.review import letter, review_case

TABLE = """
#     asb                                  about             desk agencies narrow barred nobody
GET   cases:tools                          asb_case          oo oox. .xxx . ?
GET   cases:decide_tool                    asb_tool          >> >>x. .xxx . ?
POST  cases:decide_tool                    asb_tool          >> >>x. .xxx . ?
GET   cases:case_record                    asb_case          oo ooo. xxxx . ?
GET   cases:reporter                       reporter          ox xxxx xxxx x ?
POST  cases:reporter                       reporter          !x xxxx xxxx x ?
POST  cases:withhold_reporter              naming            >x xxxx xxxx x ?
GET   cases:review_letter                  review_letter     ox xxxx xxxx x ?
GET   cases:review_counts                  -                 ox xxxx xxxx x ?
GET   cases:review_counts_csv              -                 ox xxxx xxxx x ?
"""

WORDS = "Of Zywczakowska."


def abouts(s) -> dict[str, dict]:
    """A case that housing manages, two reporters on it, of one of whom the panel was told."""
    if not Tool.objects.exists():
        Tool.objects.bulk_create(read().rows)
    case = _case(s)
    unnamed, named = (
        Party.objects.with_key().select_related("case__panel", "case__key").filter(case=case, capacity="reporter")
    )
    naming = name_reporter(by=s.world.coordinator, party=named, says="agrees", words="A witness is needed.")
    return {
        "asb_case": {"pk": case.pk},
        "asb_tool": {"pk": case.pk, "code": "warning"},
        "reporter": {"pk": unnamed.pk},
        "naming": {"pk": naming.pk},
        "review_letter": {"pk": _letter(s).pk},
    }


def sent(s) -> dict[str, dict]:
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    return {"cases:reporter": ("coordinator", {"says": "agrees"})}


def _letter(s):
    w, marac = s.world, s.world.panel
    w.panel = _panel(s, "Aberwenlli case reviews", "asb_review", "CR")
    try:
        return letter(w, review_case(w))
    finally:
        w.panel = marac


def _case(s):
    w, marac = s.world, s.world.panel
    w.panel = _panel(s, "Aberwenlli ASB panel", "asb", "AS")
    try:
        case = w.make_case(victim=("Luned", "Cynddylan"), children=[("Nesta", "Cymydog"), ("Zeb", "Cymydog")])
        Party.objects.filter(case=case, capacity="child").update(capacity="reporter")
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
    }
    for role, members in roles.items() if is_new else ():
        for member in members:
            RoleGrant.objects.create(member=member, role=str(role), panel=panel)
            member.__dict__.pop("grants", None)
    return panel
