"""Requests from outside: their handler, the second person, and the originators that are asked."""

from django.utils import timezone

from cases.workflow.matching import index_subject
from disclosures.models import AnswerPaper, MatchedItem, OutsideRequest
from disclosures.workflow import answer as answers
from disclosures.workflow import outside as verbs
from disclosures.workflow.printing import make_answer
from disclosures.workflow.tracing import match_request
from partnership.models import LegalBasis
from partnership.roles import Role
from tests.world import make_legal_bases, make_member, make_post

TABLE = """
#     requests from outside                about             desk agencies narrow barred nobody
GET   disclosures:outsides                 -                 xx xxxx oxxx x ?
GET   disclosures:open_outside             -                 xx xxxx oxxx x ?
POST  disclosures:open_outside             -                 xx xxxx !xxx x ?
GET   disclosures:outside                  outside           xx xxxx oxxx x ?
GET   disclosures:outside                  hidden_outside    xx xxxx .xxx x ?
GET   disclosures:outside_step             outside_step      xx xxxx oxxx x ?
POST  disclosures:outside_step             outside_step      xx xxxx !xxx x ?
GET   disclosures:outside_step             outside_change    xx xxxx oxxx x ?
POST  disclosures:outside_step             outside_change    xx xxxx !xxx x ?
POST  disclosures:search_outside_again     outside           xx xxxx >xxx x ?
POST  disclosures:end_outside_member       outside_knower    xx xxxx >xxx x ?
GET   disclosures:draft_answer             outside           xx xxxx oxxx x ?
POST  disclosures:draft_answer             outside           xx xxxx !xxx x ?
POST  disclosures:offer_answer             outside           xx xxxx >xxx x ?
GET   disclosures:redact_item              outside_item      xx xxxx oxxx x ?
POST  disclosures:redact_item              outside_item      xx xxxx !xxx x ?
GET   disclosures:check_answer             outside_second    xx xxxx oxxx x ?
POST  disclosures:check_answer             outside_second    xx xxxx !xxx x ?
POST  disclosures:make_answer_again        outside_checked   xx xxxx >xxx x ?
GET   disclosures:answer_paper             answer_paper      xx xxxx oxxx x ?
GET   disclosures:consultations            -                 xx xxxx oxxx x ?
GET   disclosures:consultation             consultation      xx xxxx oxxx x ?
POST  disclosures:consultation             consultation      xx xxxx !xxx x ?
"""


def abouts(s) -> dict[str, dict]:
    """One that the housing agency’s officer drafts, one that is theirs to check, one checked, one not theirs."""
    w = s.world
    handler = w.liaison_officer
    if not LegalBasis.objects.exists():
        make_legal_bases()
    other = make_member("Olwen Officer", w.council, Role.LIAISON_OFFICER, panel=w.panel)
    make_post(w.council, other)
    for party in s.case.parties.select_related("subject__key"):
        index_subject(party.subject)
    drafted = _consulted(_opened(handler))
    answers.save_answer(by=handler, request=drafted, kind="information", words="Here it is.")
    knower = verbs.name_member(by=handler, request=_fresh(drafted), member=other)
    item = MatchedItem.objects.of_request(handler).get(request=drafted, entry=s.entry)
    second = _offered(_opened(other), by=other, named=handler)
    checked = _offered(_opened(handler), by=handler, named=other)
    paper = answers.pass_check(by=other, answer=checked)
    make_answer.func(str(paper.pk))
    verbs.pause(by=handler, request=_opened(handler), why="identity", since_on=timezone.localdate())
    answers.redact(
        by=handler,
        answer=answers.open_answer(_fresh(drafted)),
        item=item,
        outcome="withheld",
        exemptions=["E16"],
        reasons="It names somebody else.",
    )
    _tested(_opened(handler, kind="victim", asked_by_on=timezone.localdate()))
    hidden = _consulted(_opened(other))
    return {
        "outside": {"pk": drafted.pk},
        "hidden_outside": {"pk": hidden.pk},
        "outside_step": {"pk": drafted.pk, "act": "close"},
        "outside_change": {"pk": drafted.pk, "act": "change"},
        "outside_knower": {"pk": drafted.pk, "knower": knower.pk},
        "outside_item": {"pk": drafted.pk, "item": item.pk},
        "outside_second": {"pk": second.request_id},
        "outside_checked": {"pk": checked.request_id},
        "answer_paper": {"pk": AnswerPaper.objects.get(pk=paper.pk).pk},
        "consultation": {"pk": hidden.consultations.get(agency=w.housing_agency).pk},
    }


def sent(s) -> dict[str, dict]:
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved with a name in it: who sends it, and what the form needs besides words."""
    w, today = s.world, timezone.localdate()
    entered = {"kind": "sar", "received_by": w.housing_agency.pk, "handler": w.liaison_officer.pk}
    entered |= {"held_for": "", "about_agency": ""}
    day = {"received_on_day": today.day, "received_on_month": today.month, "received_on_year": today.year}
    return {
        "disclosures:open_outside": ("liaison_officer", entered | day),
        "disclosures:outside_step": ("liaison_officer", {"seen": _version(s.abouts["outside_change"]["pk"])}),
        "disclosures:draft_answer": ("liaison_officer", {"kind": "information", "version": 1}),
        "disclosures:redact_item": ("liaison_officer", {"outcome": "part", "exemptions": "E16", "version": 1}),
        "disclosures:check_answer": ("liaison_officer", {"do": "back"}),
        "disclosures:consultation": ("liaison_officer", {"view": "objects", "exemptions": "E16", "seen": 1}),
    }


def _tested(request) -> None:
    verbs.record_tests(
        by=request.handler,
        request=request,
        relevant=True,
        necessary=True,
        proportionate=True,
        reasons="One evening alone is asked about.",
        counselling=False,
        notice="given",
        notice_on=timezone.localdate(),
    )


def _opened(handler, kind="sar", **more) -> OutsideRequest:
    opened = verbs.open_request(
        by=handler,
        kind=kind,
        **more,
        received_on=timezone.localdate(),
        received_by=handler.agency,
        requester_name="Mair O’Gwynedd",
        words="What do you hold about me?",
        given_name="Mair",
        family_name="O’Gwynedd",
    )
    verbs.check_identity(by=handler, request=opened, check="seen")
    return _fresh(opened)


def _consulted(request) -> OutsideRequest:
    by = request.handler
    verbs.begin_search(by=by, request=request, scope="Our own records.")
    match_request.func(str(request.pk))
    verbs.begin_consultation(by=by, request=_fresh(request), answer_by_on=timezone.localdate())
    match_request.func(str(request.pk))
    return _fresh(request)


def _offered(request, *, by, named):
    request = _consulted(request)
    verbs.name_member(by=by, request=request, member=named)
    answers.save_answer(by=by, request=request, kind="neither", reasoning="A risk to somebody.")
    answer = answers.open_answer(request)
    answers.offer(by=by, answer=answer)
    return answer


def _version(pk) -> int:
    return OutsideRequest.objects.with_key().get(pk=pk).version


def _fresh(request) -> OutsideRequest:
    return OutsideRequest.objects.with_key().select_related("handler__agency").get(pk=request.pk)
