"""Requests and decisions: the agency that asks, and the liaison officer of the one that is asked."""

import datetime

from django.utils import timezone

from cases.models import Case, Party
from disclosures.models import Decision, Disclosure, Dissent
from disclosures.rules.receiving import receivers
from disclosures.workflow import approval
from disclosures.workflow import decision as deciding
from disclosures.workflow.emergency import release_at_once
from disclosures.workflow.request import ask, begin_request
from partnership.roles import Role
from tests.disclosures.asking import PURPOSE, QUESTION, REFUSAL, WANTED
from tests.world import make_member, make_post

TABLE = """
#     requests and decisions               about             desk agencies narrow barred nobody
GET   disclosures:requests                 -                 oo oooo oxxx o ?
POST  disclosures:requests                 -                 !! !!!! !xxx ! ?
GET   disclosures:case_requests            case              oo oo.. oxxx . ?
GET   disclosures:case_requests            hidden            o. oo.. oxxx . ?
POST  disclosures:begin_request            case              >> >>.. >xxx . ?
GET   disclosures:release_of_own_accord    case              oo oo.. oxxx . ?
POST  disclosures:release_of_own_accord    case              !! !!.. !xxx . ?
GET   disclosures:request                  request           .. oo.. oxxx . ?
GET   disclosures:write_request            request_draft     .. o... .xxx . ?
POST  disclosures:write_request            request_draft     .. !... .xxx . ?
POST  disclosures:withdraw_request         request           .. >>.. >xxx . ?
GET   disclosures:dissent                  request_agency    .. oo.. oxxx . ?
POST  disclosures:dissent                  request_agency    .. !!.. !xxx . ?
POST  disclosures:withdraw_dissent         dissented         .. ...> .xxx . ?
GET   disclosures:desk                     -                 xx xxxx oxxx x ?
GET   disclosures:escalated                -                 xx xxxx xxxx x ?
POST  disclosures:find_decision            -                 xx xxxx >xxx x ?
GET   disclosures:register                 -                 xx xxxx oxxx x ?
POST  disclosures:register                 -                 xx xxxx >xxx x ?
GET   disclosures:decision                 decision          xx xxxx oxxx x ?
POST  disclosures:begin_decision           decision          xx xxxx >xxx x ?
GET   disclosures:decision_question        decision_law      xx xxxx oxxx x ?
POST  disclosures:decision_question        decision_purpose  xx xxxx !xxx x ?
POST  disclosures:law_gaps                 decision          xx xxxx oxxx x ?
GET   disclosures:decision_summary         decision          xx xxxx oxxx x ?
POST  disclosures:look_at_address          decision          xx xxxx >xxx x ?
POST  disclosures:approve_decision         decision          xx xxxx !xxx x ?
POST  disclosures:reopen_decision          decided           xx xxxx >xxx x ?
POST  disclosures:review_override          decided           xx xxxx >xxx x ?
POST  disclosures:end_dissent              dissented         xx xxxx >xxx x ?
GET   disclosures:release_at_once          emergency         .. oo.. oxxx . ?
POST  disclosures:release_at_once          emergency         .. !!.. !xxx . ?
GET   disclosures:agree_detriment          detriment         .. o... .... . ?
POST  disclosures:agree_detriment          detriment         .. >... .... . ?
GET   disclosures:review_release           released          xx xxxx oxxx x ?
POST  disclosures:review_release           released          xx xxxx !xxx x ?
"""


def abouts(s) -> dict[str, dict]:
    """Housing asks health; the advocates ask housing: a request that waits, one refused, two emergencies."""
    w = s.world
    officer = make_member("Luned Deciding", w.health_agency, Role.LIAISON_OFFICER, panel=w.panel)
    make_post(w.health_agency, officer)
    heard = Case.objects.with_key().select_related("panel").get(pk=s.approved_item.listing.case_id)
    request = _asked(w.housing, s.case, w.health_agency)
    draft = begin_request(by=w.housing, case=s.case)
    waiting = _decision(_asked(w.idva, heard, w.housing_agency))
    refused = _refused(w, _decision(_asked(w.idva, heard, w.housing_agency)))
    dissent = approval.dissent(
        by=w.idva, disclosure=refused.disclosure, originator=w.housing_agency, words="She is in danger from Friday."
    )
    released = _decision(_asked(w.idva, heard, w.housing_agency, urgency="emergency"))
    release_at_once(
        by=w.housing,
        decision=released,
        seen=released.version,
        words="He has the key.",
        overrides=["harm"],
        reason="He is on the way to her flat now.",
    )
    emergency = _decision(_asked(w.idva, heard, w.housing_agency, urgency="emergency"))
    detriment = _decision(_asked(w.idva, heard, w.housing_agency))
    Decision.objects.filter(pk=detriment.pk).update(outcome="detrimental", reviewer=w.housing)
    return {
        "request": {"pk": request.pk},
        "request_draft": {"pk": draft.pk},
        "request_agency": {"pk": request.pk, "agency": w.health_agency.pk},
        "decision": {"pk": waiting.pk},
        "decision_law": {"pk": waiting.pk, "step": "law"},
        "decision_purpose": {"pk": waiting.pk, "step": "purpose"},
        "decided": {"pk": refused.pk},
        "dissented": {"pk": Dissent.objects.get(pk=dissent.pk).pk},
        "emergency": {"pk": emergency.pk},
        "released": {"pk": released.pk},
        "detriment": {"pk": detriment.pk},
    }


def sent(s) -> dict[str, dict]:
    """The little that a form must hold to get past its first question."""
    return {
        "disclosures:end_dissent": {"ending": "stands"},
        "disclosures:agree_detriment": {"agrees": "yes", "seen": "1"},
    }


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    name = "Zywczakowska"
    w, coming = s.world, timezone.localdate() + datetime.timedelta(days=3)
    days = {"from_on": timezone.localdate(), "due_on": coming}
    parts = {
        f"{field}_{part}": getattr(date, part) for field, date in days.items() for part in ("day", "month", "year")
    }
    request = {
        "people": [party.pk for party in s.case.parties.all()],
        "originators": [w.health_agency.pk],
        "urgency": "routine",
        "recurrence": "once",
        "due_time": "17:00",
        "version": 1,
        "purpose": f"{PURPOSE} {name}",
        "question": f"{QUESTION} {name}",
    }
    accord = {
        "people": request["people"],
        "recipients": [receivers(w.panel, s.case.pk).exclude(agency=w.housing_agency).first().pk],
        "overrides": ["harm"],
        "reason": f"{PURPOSE} {name}",
    }
    return {
        "disclosures:release_of_own_accord": ("housing", accord),
        "disclosures:write_request": ("housing", request | parts),
        "disclosures:decision_question": ("liaison_officer", {"purpose_is_good": "yes", "held": "yes", "version": 1}),
        "disclosures:release_at_once": ("liaison_officer", {"overrides": ["harm"], "reason": PURPOSE, "version": 1}),
    }


def _asked(by, case, originator, urgency="routine") -> Disclosure:
    disclosure = begin_request(by=by, case=case)
    ask(
        by=by,
        disclosure=disclosure,
        originators=[originator],
        people=Party.objects.visible_to(by).filter(case=case),
        seen=1,
        categories=[],
        wanted=WANTED,
        from_on=timezone.localdate(),
        to_on=None,
        purpose_code="",
        purpose=PURPOSE,
        question=QUESTION,
        recurrence="once",
        recurrence_words="",
        due_at=timezone.now() + datetime.timedelta(days=2),
        urgency=urgency,
        child_safeguarding=False,
    )
    return disclosure


def _decision(disclosure: Disclosure) -> Decision:
    found = Decision.objects.with_key().select_related("words_key", "originator", "disclosure__key")
    found = found.select_related("disclosure__panel", "disclosure__agency", "disclosure__requested_by")
    return found.get(disclosure=disclosure)


def _refused(w, decision: Decision) -> Decision:
    by = w.liaison_officer
    deciding.begin_decision(by=by, decision=decision)
    decision = _decision(decision.disclosure)
    deciding.answer(by=by, decision=decision, step="record", seen=decision.version, **REFUSAL)
    return approval.decide(by=by, decision=decision, seen=decision.version)
