"""The desk under attack: what was decided is not gone round, nothing typed stays behind, no bar or ending is missed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from cases.models import Draft
from cases.workflow.drafts import keep_draft
from core.models import Notice
from disclosures.models import Decision, Disclosure, Dissent, Release
from disclosures.rules.decision import may_release_at_once, may_supersede
from disclosures.rules.request import originators_for
from disclosures.workflow import approval, ending
from disclosures.workflow import request as asking_verbs
from disclosures.workflow.detriment import answer_detriment
from disclosures.workflow.emergency import release_at_once, review
from disclosures.workflow.round import lapse_decisions
from partnership.models import Signatory
from partnership.roles import Role
from tests.disclosures.asking import REFUSAL
from tests.disclosures.releasing import Releasing
from tests.signing_in import enrol
from tests.world import make_member

WHY = "He left the ward an hour ago and nobody of the office answers the telephone."
GIVEN = {"words": "He left at noon for the flat.", "overrides": ["harm"], "reason": WHY}


@pytest.fixture
def desk(world):
    return Releasing(world)


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"disclosures:{name}", args=args)


def urgent(desk):
    return desk.decision(desk.ask(urgency="emergency"))


def at_once(desk, decision, by):
    return desk.again(release_at_once(by=by, decision=decision, seen=decision.version, **GIVEN))


def end_standing(agency):
    Signatory.objects.filter(agency=agency).update(until=timezone.now())


# what was decided -----------------------------------------------------------------------------------------------------
def test_a_refusal_that_is_decided_anew_is_not_released_at_once_by_a_colleague(desk, as_member):
    refused = desk.decided(urgent(desk), **REFUSAL)
    renewed = desk.again(approval.reopen(by=desk.health_officer, decision=refused))
    colleague = desk.world.health
    assert not may_release_at_once(colleague, renewed)
    client = as_member(colleague)
    assert renewed.disclosure.number not in text(client.get(url("requests")))
    where = url("release_at_once", renewed.pk)
    assert [client.get(where).status_code, client.post(where, GIVEN | {"version": 1}).status_code] == [403, 403]
    assert not Release.objects.exists()


def test_an_emergency_release_is_reviewed_before_it_is_decided_anew(desk):
    """Else who released could supersede their own release, and nobody would ever review it."""
    released = at_once(desk, urgent(desk), desk.health_deputy)
    for officer in (desk.health_deputy, desk.health_officer):
        assert not may_supersede(officer, released)
        with pytest.raises(PermissionDenied):
            approval.reopen(by=officer, decision=released)
    review(
        by=desk.health_officer,
        decision=released,
        seen=released.version,
        verdict="recalled",
        words="It could have waited for the morning.",
    )
    assert may_supersede(desk.health_deputy, desk.again(released))


@pytest.mark.parametrize("typed", ["²", "9" * 5000, "-1", "", "x"])
def test_an_agreement_to_no_version_is_no_error(desk, as_member, typed):
    decision = _agreeable(desk)
    answer = as_member(desk.health_deputy).post(url("agree_detriment", decision.pk), {"agrees": "yes", "seen": typed})
    assert (answer.status_code, desk.again(decision).reviewed_at) == (409, None)


def test_an_emergency_release_is_to_be_reviewed_although_another_answer_was_agreed_to(desk):
    decision = _agreeable(desk)
    answer_detriment(by=desk.health_deputy, decision=decision, seen=decision.version, agrees=True)
    released = at_once(desk, desk.again(decision), desk.world.health)
    assert (released.review, released.reviewed_at, released.reviewer) == ("", None, None)
    assert list(Decision.objects.to_review()) == [released]


def _agreeable(desk) -> Decision:
    """The officer means not to share with an emergency’s asker; the deputy is named to agree, and has not."""
    decision = urgent(desk)
    Decision.objects.filter(pk=decision.pk).update(outcome="detrimental", reviewer=desk.health_deputy)
    return desk.again(decision)


def test_a_code_approves_once(desk, as_member):
    ready = desk.prepare(desk.decision(desk.ask()))
    other = desk.prepare(desk.decision(desk.ask()))
    device = enrol(desk.health_officer)
    client = as_member(desk.health_officer)
    code = device.code_at()
    first = client.post(url("approve_decision", ready.pk), {"code": code, "version": ready.version})
    assert (first.status_code, desk.again(ready).state) == (302, "decided")
    second = client.post(url("approve_decision", other.pk), {"code": code, "version": other.version})
    assert (second.status_code, desk.again(other).state) == (422, "waiting")
    again = client.post(url("approve_decision", ready.pk), {"code": code, "version": ready.version})
    assert (again.status_code, Release.objects.count()) == (403, 1)


@pytest.mark.parametrize("version", ["0", "-1", "2", "9" * 40, "x", ""])
def test_an_approval_of_another_version_decides_nothing(desk, as_member, version):
    ready = desk.prepare(desk.decision(desk.ask()))
    device = enrol(desk.health_officer)
    answer = as_member(desk.health_officer).post(
        url("approve_decision", ready.pk), {"code": device.code_at(), "version": version}
    )
    assert answer.status_code in (302, 422)
    assert desk.again(ready).state == "waiting"


# dissent --------------------------------------------------------------------------------------------------------------
def test_a_dissent_is_ended_by_the_originator_alone(desk, as_member):
    """Also once its decision has been superseded: the dissenting agency's own officer does not end it."""
    w = desk.world
    refused = desk.decided(desk.decision(desk.ask()), **REFUSAL)
    dissent = approval.dissent(
        by=w.housing, disclosure=refused.disclosure, originator=w.health_agency, words="She is not safe without it."
    )
    renewed = desk.again(approval.reopen(by=desk.health_officer, decision=refused))
    approval.decide(by=desk.health_officer, decision=renewed, seen=renewed.version)
    assert desk.again(refused).state == "superseded"
    typed = {"ending": "stands", "words": "We say so."}
    both = make_member("Meurig Both", w.housing_agency, Role.REPRESENTATIVE, Role.LIAISON_OFFICER, panel=w.panel)
    assert list(Dissent.objects.visible_to(both)) == [dissent]
    assert as_member(both).post(url("end_dissent", dissent.pk), typed).status_code == 403
    assert Dissent.objects.get().ended_at is None
    assert as_member(desk.health_deputy).post(url("end_dissent", dissent.pk), typed).status_code == 302
    assert Dissent.objects.get().ended_by == desk.health_deputy


# what is typed and not saved ------------------------------------------------------------------------------------------
def _draft(desk, decision):
    keep_draft(by=desk.health_officer, about=decision, part="release", typed=QueryDict("piece-0-words=On+the+ward"))
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("how", ["withdrawn", "nobody answered", "emergency", "decided"])
def test_what_was_typed_about_a_decision_goes_when_it_is_over(desk, how):
    """Drafts hold the words of pieces: they must not outlive what they were typed for."""
    if how == "decided":
        ready = desk.prepare(desk.decision(desk.ask()))
        _draft(desk, ready)
        approval.decide(by=desk.health_officer, decision=ready, seen=ready.version)
    elif how == "emergency":
        decision = urgent(desk)
        _draft(desk, decision)
        at_once(desk, decision, desk.world.health)
    else:
        decision = desk.decision(desk.ask())
        _draft(desk, decision)
        if how == "withdrawn":
            asking_verbs.withdraw(by=desk.world.housing, disclosure=desk.again(decision.disclosure))
        else:
            assert lapse_decisions(now=decision.due_at) == 1
    assert list(Draft.objects.all()) == []


# bars -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("on", ["case", "referral", "listing"])
def test_an_agency_kept_away_by_any_road_is_not_asked(desk, on):
    w, case = desk.world, desk.case
    listing = w.list_case(w.make_meeting(), case, asked=[w.housing_agency]).listing
    thing = {"case": case, "referral": case.referrals.first(), "listing": listing}[on]
    assert w.health_agency in originators_for(w.housing, case)
    w.bar(agency=w.health_agency, **{on: thing})
    assert w.health_agency not in originators_for(w.housing, case)


# the end of a standing ------------------------------------------------------------------------------------------------
def test_the_desk_of_an_agency_that_left_knows_of_nothing(desk, as_member):
    w = desk.world
    release = desk.release()
    assert release in Release.objects.known_to_desk(w.coordinator)
    assert release.decision.disclosure in Disclosure.objects.known_to_desk(w.coordinator)
    end_standing(w.council)
    assert not Release.objects.known_to_desk(w.coordinator).exists()
    assert not Disclosure.objects.known_to_desk(w.coordinator).exists()
    for show in ("desk", "overdue"):
        assert release.number not in text(as_member(w.coordinator).get(url("releases") + f"?show={show}"))


def test_every_post_of_an_officer_whose_agency_left_is_as_if_nothing_were_there(desk, as_member):
    release = desk.opened()
    ready = desk.prepare(desk.decision(desk.ask()))
    dissent = approval.dissent(
        by=desk.world.housing,
        disclosure=release.decision.disclosure,
        originator=desk.world.health_agency,
        words="The half of it is missing.",
    )
    end_standing(desk.world.health_agency)
    client = as_member(desk.health_officer)
    roads = [
        *[(name, ready.pk) for name in ("begin_decision", "approve_decision", "law_gaps", "reopen_decision")],
        *[
            (name, release.decision_id)
            for name in ("reopen_decision", "ask_record", "correct_releases", "recall_releases")
        ],
        *[(name, release.pk) for name in ("give_release", "extend_release")],
        ("end_dissent", dissent.pk),
    ]
    assert {name: client.post(url(name, pk)).status_code for name, pk in roads} == dict.fromkeys(dict(roads), 404)
    assert client.post(url("decision_question", ready.pk, "law")).status_code == 404


# destroyed words ------------------------------------------------------------------------------------------------------
def test_nothing_breaks_and_no_word_is_left_once_the_words_are_destroyed(desk, as_member):
    w = desk.world
    secret = "He means to hide at the Wenlli quarry."
    disclosure = desk.ask()
    release = desk.fresh(desk.decided(desk.decision(disclosure), words=secret).releases.get())
    release = desk.accept(release)
    desk.printed(release)
    ending.confirm(
        by=w.housing, release=release, seen=release.version, ending="destroyed", how="no_copy", on=timezone.localdate()
    )
    decision = Decision.objects.get(disclosure=disclosure)
    officer = [
        ("desk",),
        ("register",),
        ("decision", decision.pk),
        ("records", decision.pk),
        ("recall_releases", decision.pk),
        ("release", release.pk),
        ("releases",),
    ]
    answers = {}
    client = as_member(desk.health_officer)
    for name, *args in officer:
        answer = client.get(url(name, *args))
        assert secret not in text(answer)
        answers[name] = answer.status_code
    client.post(url("reopen_decision", decision.pk))
    renewed = Decision.objects.waiting().get()
    for step in ("nature", "release", "record"):
        answer = client.get(url("decision_question", renewed.pk, step))
        assert secret not in text(answer)
        answers[step] = answer.status_code
    answers["summary"] = client.get(url("decision_summary", renewed.pk)).status_code
    client = as_member(w.housing)
    for name, *args in (("release", release.pk), ("releases",), ("request", disclosure.pk)):
        answer = client.get(url(name, *args))
        assert secret not in text(answer)
        answers["mine " + name] = answer.status_code
    opened = client.post(url("open_release", release.pk))
    assert (opened.status_code, opened.url) == (302, url("release", release.pk))
    assert set(answers.values()) == {200}, answers


# nasty text -----------------------------------------------------------------------------------------------------------
NASTY = [
    "\u202egnol oot\u202c",
    "a\x00b",
    "x" * 20_000,
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    "\ud7ff\uffff",
]


@pytest.mark.on_both
@pytest.mark.parametrize("typed", NASTY)
def test_nasty_text_is_a_sentence_and_no_error(desk, as_member, typed):
    ready = desk.prepare(desk.decision(desk.ask()))
    refused = desk.decided(desk.decision(desk.ask()), **REFUSAL)
    officer = as_member(desk.health_officer)
    assert officer.post(url("find_decision"), {"number": typed}).status_code == 302
    law = officer.post(url("decision_question", ready.pk, "law"), {"necessary": typed, "version": ready.version})
    assert law.status_code in (302, 422)
    assert "<script>alert" not in text(law)
    record = officer.post(url("decision_question", ready.pk, "record"), {"reason": typed, "reviewer": typed})
    assert record.status_code == 422
    housing = as_member(desk.world.housing)
    dissent = url("dissent", refused.disclosure_id, desk.world.health_agency.pk)
    assert housing.post(dissent, {"words": typed}).status_code in (302, 422)
    assert housing.post(url("requests"), {"reference": typed}).status_code == 422


def test_a_number_with_a_nul_is_never_asked_of_the_database(desk, as_member):
    """PostgreSQL refuses the byte with an error; the embedded database does not."""
    seen = []

    def note(execute, sql, params, many, context):
        seen.extend(str(param) for param in params or ())
        return execute(sql, params, many, context)

    client = as_member(desk.health_officer)
    with connection.execute_wrapper(note):
        client.post(url("find_decision"), {"number": "AB\x00"})
        client.post(url("requests"), {"reference": "AB\x00"})
    assert [param for param in seen if "\x00" in param] == []


# others' ids ----------------------------------------------------------------------------------------------------------
def test_ids_of_others_are_no_choice(desk, as_member):
    """Recipients, reviewers, originators, people and entries are those that the decision or request allows."""
    w = desk.world
    ready = desk.prepare(desk.decision(desk.ask()))
    outsider = make_member("Oswyn Outsider", w.children_agency)
    officer = as_member(desk.health_officer)
    page = officer.post(
        url("decision_question", ready.pk, "release"),
        {"recipients": [str(outsider.pk)], "method": "system", "conditions": ["purpose"], "version": ready.version},
    )
    assert page.status_code == 422
    assert [r.member for r in ready.recipients.all()] == [w.housing]
    page = officer.post(
        url("decision_question", ready.pk, "record"),
        {"outcome": "detrimental", "reason_code": "detrimental", "reason": "x" * 30, "reviewer": str(outsider.pk)},
    )
    assert (page.status_code, desk.again(ready).reviewer) == (422, None)


def test_mail_says_nothing_of_whom_from_whom_or_what(desk):
    desk.opened()
    disclosure = Disclosure.objects.get()
    words = "\n".join(f"{n.subject}\n{n.body}" for n in Notice.objects.all())
    for told in ("Mair", "Huw", "Wenlli Health", "Aberwenlli Homes", "health", disclosure.number, desk.case.reference):
        assert told not in words
