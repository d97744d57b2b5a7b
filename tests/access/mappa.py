"""The pointer to MAPPA: for police, probation and prisons on the case, and for who is named; to others no such page.

Of the cast the chair is of the police, at the desk; housing has a duty to co-operate and is named in one of two cases.
"""

from cases.models import MappaPointer
from cases.workflow.mappa import set_mappa

TABLE = """
#     MAPPA                                about             desk agencies narrow barred nobody
GET   cases:case_mappa                     case              .o .... .xxx . ?
GET   cases:case_mappa                     mappa_named       .o oo.. oxxx . ?
GET   cases:change_mappa                   case              .o .... .xxx . ?
GET   cases:change_mappa                   mappa_named       .o xx.. xxxx . ?
POST  cases:change_mappa                   case              .! .... .xxx . ?
POST  cases:change_mappa                   mappa_named       .! xx.. xxxx . ?
"""


def abouts(s) -> dict[str, dict]:
    """A case whose pointer names housing; the other is the listed case, of which nothing is said."""
    w = s.world
    case = w.make_case(victim=("Luned", "Cynddylan"), asked=[w.housing_agency, w.health_agency, w.police_agency])
    w.bar(case=case, member=s.barred)
    case.referrals.get().involvements.all().delete()
    pointed(w, case, named=[w.housing_agency])
    return {"mappa_named": {"pk": case.pk}}


def pointed(w, case, **more) -> MappaPointer:
    """What the chair says of *case*: linked, at level 2, unless *more* says otherwise."""
    said = {
        "linked": "yes",
        "level": "2",
        "lead": w.probation_agency,
        "contact": "MAPPA, 01632 960011",
    }
    return set_mappa(by=w.chair, case=case, **{"seen": 0, **said, **more})


def sent(s) -> dict[str, dict]:
    """An empty form is asked for more."""
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    lead = s.world.probation_agency.pk
    return {
        "cases:change_mappa": (
            "chair",
            {"version": 1, "linked": "yes", "level": "1", "lead": lead, "contact": "Ms Zywczakowska, 01632 960011"},
        )
    }
