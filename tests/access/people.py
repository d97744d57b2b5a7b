"""One person and two records, people of two panels, what becomes known of people, members close to a case."""

import datetime

from django.utils import timezone

from cases.models import Majority, MergeTold, Party, PossibleSame
from cases.workflow.allegation import allege
from cases.workflow.conflict import mark_conflict
from cases.workflow.merge import approve_merge, propose_merge
from tests.cases.people import person

TABLE = """
#     people                               about             desk agencies narrow barred nobody
GET   cases:merges                         -                 oo xxxx xxxx x ?
GET   cases:across                         -                 ox xxxx xxxx x ?
POST  cases:not_the_same_across            possible          >x xxxx xxxx x ?
GET   cases:merge_news                     -                 oo oooo oxxx o ?
POST  cases:read_merge_news                merge_told        .. >... .xxx . ?
GET   cases:propose_merge                  two_people        ox xxxx xxxx x ?
POST  cases:propose_merge                  two_people        !x xxxx xxxx x ?
GET   cases:merge                          merge             oo xxxx xxxx x ?
POST  cases:merge                          merge             !! xxxx xxxx x ?
POST  cases:undo_merge                     merged            !! xxxx xxxx x ?
GET   cases:person                         party             ox xxxx xxxx x ?
POST  cases:add_name                       party             !x xxxx xxxx x ?
POST  cases:remove_name                    party             !x xxxx xxxx x ?
POST  cases:record_move                    party             !x xxxx xxxx x ?
POST  cases:record_death                   party             !x xxxx xxxx x ?
POST  cases:take_back_death                party             !x xxxx xxxx x ?
GET   cases:majorities                     -                 ox xxxx xxxx x ?
GET   cases:majority                       majority          ox xxxx xxxx x ?
POST  cases:majority                       majority          !x xxxx xxxx x ?
GET   cases:allegations                    case              oo oo.. oxxx . ?
POST  cases:allege                         case              !x xxxx xxxx x ?
POST  cases:assess_aggressor               case              !x xxxx xxxx x ?
POST  cases:withdraw_allegation            allegation        >x xxxx xxxx x ?
GET   cases:declare_conflict               case              oo oo.. oxxx . ?
POST  cases:declare_conflict               case              !! !!.. !xxx . ?
GET   cases:conflicts                      case              ox xxxx xxxx x ?
POST  cases:conflicts                      case              !x xxxx xxxx x ?
POST  cases:looked_at_conflicts            case              >x xxxx xxxx x ?
GET   cases:tried_conflicts                -                 ox xxxx xxxx x ?
POST  cases:lift_conflict                  conflict          >x xxxx xxxx x ?
GET   cases:take_over_entry                listing           xo oo.. xxxx . ?
POST  cases:take_over_entry                listing           x! !!.. xxxx . ?
"""


def abouts(s) -> dict[str, dict]:
    """Two people that may be one, a merge that waits and one in force; the rest is about the listed case."""
    w = s.world
    one, other = (person(w.make_case(victim=("Nest", "Rhydderch"))) for _n in range(2))
    waiting = propose_merge(by=w.coordinator, one=one, other=other, words="The same school.")
    here, there = (person(w.make_case(victim=("Lowri", "Morgan"))) for _n in range(2))
    merge = propose_merge(by=w.coordinator, one=here, other=there, words="The same school.")
    merged = approve_merge(by=w.chair, merge=merge, seen=merge.version)
    told = MergeTold.objects.create(merge=merged, member=w.housing, news="combined", told_at=timezone.now())
    first, second = sorted((one, other), key=lambda party: party.pk)
    pair = PossibleSame.objects.create(first=first, second=second, found_at=timezone.now())
    victim = Party.objects.with_key().get(case=s.case, capacity="victim")
    perpetrator = Party.objects.with_key().get(case=s.case, capacity="perpetrator")
    majority = Majority(
        key=s.case.key, case=s.case, party=victim, subject_id=victim.subject_id, raised_at=timezone.now()
    )
    majority.save(force_insert=True)
    allegation = allege(
        by=w.coordinator,
        case=s.case,
        harmed=perpetrator,
        against=victim,
        alleged_on=datetime.date(2026, 3, 2),
        source="He says so",
        words="A cup was thrown.",
    )
    conflict = mark_conflict(by=w.coordinator, case=s.case, member=w.children, relation="related")
    return {
        "possible": {"pk": pair.pk},
        "merge_told": {"pk": told.pk},
        "two_people": {"pk": one.pk, "other": other.pk},
        "merge": {"pk": waiting.pk},
        "merged": {"pk": merged.pk},
        "majority": {"pk": majority.pk},
        "allegation": {"pk": allegation.pk},
        "conflict": {"pk": conflict.pk},
    }


def sent(s) -> dict[str, dict]:
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    name, w = "Zywczakowska", s.world
    victim, perpetrator = (s.case.parties.get(capacity=part).pk for part in ("victim", "perpetrator"))
    day = lambda field: {f"{field}_day": 2, f"{field}_month": 3, f"{field}_year": 2026}  # noqa: E731
    assessed = {"aggressor-party": victim, "aggressor-agency": w.police_agency.pk, "aggressor-assessor": "DC Ifans"}
    return {
        "cases:merge": ("chair", {"do": "refuse", "seen": 1}),
        "cases:undo_merge": ("chair", {"seen": 2}),
        "cases:add_name": ("coordinator", {"seen": s.party.version, "why": "earlier", "shown": "yes"}),
        "cases:record_move": (
            "coordinator",
            {
                "seen": s.party.version,
                "confidential": "no",
                "address": f"1 Stryd {name}",
                "postcode": "",
                **day("until_on"),
            },
        ),
        "cases:record_death": ("coordinator", {"seen": s.party.version, "hold": "no"}),
        "cases:majority": ("coordinator", {"seen": 1}),
        "cases:allege": (
            "coordinator",
            {"harmed": victim, "against": perpetrator, "agency": "", "source": name, **day("alleged_on")},
        ),
        "cases:assess_aggressor": (
            "coordinator",
            {**assessed, "aggressor-words": f"Of {name}.", **day("aggressor-assessed_on")},
        ),
        "cases:declare_conflict": ("housing", {"relation": "related"}),
        "cases:conflicts": (
            "coordinator",
            {"member": w.housing.pk, "relation": "related", "whole_agency": "no", "senior": ""},
        ),
    }
