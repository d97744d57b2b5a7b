"""Asking, answering and chasing: row, history, audit, letter; two writers lose nothing."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.utils import timezone

from cases.models import Draft, Referral
from cases.workflow.drafts import keep_draft
from cases.workflow.entry import write_entry
from cases.workflow.merging import Clash
from core.models import Notice as Letter
from core.records import StaleVersion
from meetings.models import Meeting, PersonCheck, ResearchRequest, Return
from meetings.rules.research import own_returns
from meetings.workflow import research as verbs
from meetings.workflow.agenda import ask_agency, list_case, release_agency, remove_item
from partnership.models import Signatory
from tests.audit.ledger import recorded, recorded_names


@pytest.fixture
def meeting(world):
    return world.make_meeting()


def listed(world, meeting, **more):
    case = world.make_case(**{name: more.pop(name) for name in ("children",) if name in more})
    return list_case(
        by=world.coordinator,
        meeting=meeting,
        case=case,
        referral=case.referrals.get(),
        **{"type": "full", "agencies": [world.housing_agency, world.police_agency], **more},
    )


@pytest.fixture
def answer(world, meeting):
    """The return of the housing agency for one case, asked."""
    listed(world, meeting)
    verbs.send_research(by=world.coordinator, meeting=meeting)
    Letter.objects.all().delete()
    return own_returns(world.housing, meeting).get()


def people(answer):
    return list(answer.listing.case.parties.select_related("key").order_by("position"))


def known(world, answer, party, **more):
    check = PersonCheck.objects.filter(answer=answer, party=party).first()
    return verbs.save_check(
        by=world.housing, answer=answer, party=party, known="known", **{"seen": check.version if check else 0, **more}
    )


def why(row):
    return row.history.latest().history_change_reason


def states():
    return sorted(Return.objects.values_list("request__agency__short_name", "state"))


# asking ------------------------------------------------------------------------------------------------------------
def test_one_request_per_agency_for_the_whole_list(world, meeting):
    first, second = listed(world, meeting), listed(world, meeting, agencies=[world.police_agency])
    requests = verbs.send_research(by=world.coordinator, meeting=meeting)
    assert [request.agency.short_name for request in requests] == ["Aberwenlli Homes", "Wenlli Police"]
    assert {request.due_at for request in requests} == {meeting.research_due_at}
    assert states() == [("Aberwenlli Homes", "outstanding"), *[("Wenlli Police", "outstanding")] * 2]
    assert {row.key_id for row in Return.objects.all()} == {first.listing.key_id, second.listing.key_id}
    assert (why(requests[0]), why(Return.objects.first())) == ("research.sent", "research.sent")
    event = recorded("research.sent")[0]
    assert (event.operation, event.detail) == ("disclosure", {"agencies": 2})
    expected = sorted(m.email for m in (world.housing, world.housing_deputy, world.police, world.chair))
    assert sorted(r["address"] for r in event.recipients) == expected
    assert sorted(Letter.objects.values_list("address", flat=True)) == expected


def test_sent_again_it_asks_only_what_is_new(world, answer, meeting):
    with pytest.raises(ValidationError) as refused:
        verbs.send_research(by=world.coordinator, meeting=meeting)
    assert refused.value.messages == ["Every agency has been asked about every case already."]
    assert ResearchRequest.objects.count() == 2


def test_an_empty_list_is_not_sent(world, meeting):
    with pytest.raises(ValidationError) as refused:
        verbs.send_research(by=world.coordinator, meeting=meeting)
    assert refused.value.messages == ["No case is listed yet: there is nothing to research."]


def test_an_agency_that_left_the_protocol_meanwhile_is_not_asked(world, meeting):
    listed(world, meeting)
    Signatory.objects.filter(agency=world.housing_agency).update(until=timezone.now())
    verbs.send_research(by=world.coordinator, meeting=meeting)
    assert states() == [("Wenlli Police", "outstanding")]


def test_chasing_reminds_those_who_owe(world, answer, meeting):
    verbs.nothing_known_of_rest(by=world.police, meeting=meeting)
    chased = verbs.chase_research(by=world.coordinator, meeting=meeting)
    assert [(request.agency, request.chases, request.chased_by) for request in chased] == [
        (world.housing_agency, 1, world.coordinator)
    ]
    assert why(chased[0]) == "research.chased"
    assert recorded_names()[-1] == "research.chased"
    assert sorted(Letter.objects.values_list("address", "subject")) == [
        (world.housing_deputy.email, "Aberwenlli MARAC: research outstanding"),
        (world.housing.email, "Aberwenlli MARAC: research outstanding"),
    ]
    verbs.nothing_known_of_rest(by=world.housing, meeting=meeting)
    with pytest.raises(ValidationError) as refused:
        verbs.chase_research(by=world.coordinator, meeting=meeting)
    assert refused.value.messages == ["Nothing is outstanding."]


def test_a_case_taken_off_is_not_chased(world, answer, meeting):
    item = answer.listing.item
    remove_item(by=world.coordinator, item=item, reason="withdrawn", seen=item.version)
    with pytest.raises(ValidationError):
        verbs.chase_research(by=world.coordinator, meeting=meeting)
    assert not own_returns(world.housing, meeting).exists()


def test_an_agency_asked_no_longer_is_not_chased_and_may_be_asked_again(world, answer, meeting):
    verbs.nothing_known_of_rest(by=world.police, meeting=meeting)
    release_agency(by=world.coordinator, meeting=meeting, agency=world.housing_agency)
    answer.refresh_from_db()
    assert (answer.released_at is not None, why(answer)) == (True, "agenda.agency_released")
    with pytest.raises(ValidationError):
        verbs.chase_research(by=world.coordinator, meeting=meeting)
    assert not own_returns(world.housing, meeting).exists()
    item = answer.listing.item
    ask_agency(by=world.coordinator, item=item, agency=world.housing_agency)
    assert own_returns(world.housing, meeting).get() == answer
    assert Return.objects.count() == 2


@pytest.mark.parametrize("name", ["chair", "housing", "referrer"])
def test_only_the_coordinator_asks_and_chases(world, answer, meeting, name):
    for verb in (verbs.send_research, verbs.chase_research):
        with pytest.raises(PermissionDenied):
            verb(by=getattr(world, name), meeting=meeting)


# nothing known -----------------------------------------------------------------------------------------------------
def test_nothing_known_of_a_person_and_of_the_last_one(world, answer):
    victim, perpetrator = people(answer)
    verbs.nothing_known_of_person(by=world.housing, answer=answer, party=victim)
    answer.refresh_from_db()
    assert (answer.state, PersonCheck.objects.get().known) == ("outstanding", "not_known")
    verbs.nothing_known_of_person(by=world.housing, answer=answer, party=perpetrator)
    answer.refresh_from_db()
    assert (answer.state, answer.answered_by, answer.researcher) == ("nothing", world.housing, "Harri Housing")
    assert recorded_names()[-2:] == ["research.nothing_known"] * 2


def test_nothing_known_does_not_undo_what_a_colleague_said(world, answer):
    victim = people(answer)[0]
    known(world, answer, victim, correction="Moved in May")
    with pytest.raises(ValidationError) as refused:
        verbs.nothing_known_of_person(by=world.housing_deputy, answer=answer, party=victim)
    assert refused.value.messages == [
        "A colleague has said that your agency knows this person. Open the case to change that."
    ]
    assert PersonCheck.objects.with_key().get().correction == "Moved in May"


def test_nothing_known_of_a_case(world, answer):
    verbs.nothing_known_of_case(by=world.housing, answer=answer, seen=answer.version)
    answer.refresh_from_db()
    assert (answer.state, answer.answered_by, why(answer)) == ("nothing", world.housing, "research.nothing")
    assert [event.detail for event in recorded("research.nothing_known")] == [{"cases": 1}]
    with pytest.raises(StaleVersion):
        verbs.nothing_known_of_case(by=world.housing, answer=answer, seen=1)


def test_nothing_known_is_refused_where_something_was_said(world, answer):
    known(world, answer, people(answer)[0])
    with pytest.raises(ValidationError) as refused:
        verbs.nothing_known_of_case(by=world.housing, answer=answer, seen=answer.version)
    assert refused.value.messages == [
        "Your agency has said that it knows something in this case. Withdraw that first, or answer it."
    ]


def test_nothing_known_of_the_rest_leaves_what_was_begun(world, meeting):
    items = [listed(world, meeting) for _ in range(5)]
    verbs.send_research(by=world.coordinator, meeting=meeting)
    checked, written, drafted, typed, untouched = own_returns(world.housing, meeting)
    known(world, checked, people(checked)[0])
    write_entry(by=world.housing, listing=written.listing, text="Rent arrears.")
    keep_draft(by=world.housing, about=drafted.listing, part="entry", typed=QueryDict("text=Repairs"))
    keep_draft(by=world.housing, about=typed, part="answer", typed=QueryDict("comment=Wait"))
    answered, left = verbs.nothing_known_of_rest(by=world.housing, meeting=meeting)
    assert answered == [untouched]
    assert left == [checked, written, drafted, typed]
    assert [event.detail for event in recorded("research.nothing_known")] == [{"cases": 1}]
    assert len(items) == 5


def test_a_long_list_reads_as_often_as_a_short_one(world, django_assert_num_queries):
    for cases in (1, 16):
        meeting = world.make_meeting(starts_at=timezone.now() + datetime.timedelta(days=10 + cases))
        for _ in range(cases):
            world.list_case(meeting, world.make_case(), asked=[world.housing_agency])
        member = type(world.housing).objects.get(pk=world.housing.pk)
        # read whatever the length: grants, agency, returns, three looks for what was begun; audit; a savepoint pair;
        # written for each case: the row and its history, which the history's own savepoint pair surrounds
        with django_assert_num_queries(9 + 4 * cases):
            verbs.nothing_known_of_rest(by=member, meeting=meeting)


# answering ---------------------------------------------------------------------------------------------------------
def test_an_answer_needs_a_word_on_each_person(world, answer):
    victim, perpetrator = people(answer)
    known(world, answer, victim)
    with pytest.raises(ValidationError) as refused:
        verbs.answer_return(by=world.housing, answer=answer, seen=answer.version)
    assert refused.value.message_dict == {"__all__": ["Say of each person whether your agency knows them."]}
    verbs.nothing_known_of_person(by=world.housing, answer=answer, party=perpetrator)
    verbs.answer_return(
        by=world.housing,
        answer=answer,
        seen=answer.version,
        researcher="R. Seeker",
        involved_worker="W. Orker",
        comment="See the tenancy file.",
    )
    answer.refresh_from_db()
    assert (answer.state, answer.researcher, answer.involved_worker, answer.comment) == (
        "answered",
        "R. Seeker",
        "W. Orker",
        "See the tenancy file.",
    )
    assert (why(answer), recorded_names()[-1]) == ("research.answered", "research.answered")


def test_where_consent_was_refused_the_lawful_basis_is_asked(world, answer):
    Referral.objects.filter(pk=answer.listing.referral_id).update(consents="no")
    answer = own_returns(world.housing, answer.request.meeting).get()
    for person in people(answer):
        known(world, answer, person)
    with pytest.raises(ValidationError) as refused:
        verbs.answer_return(by=world.housing, answer=answer, seen=answer.version)
    assert refused.value.message_dict == {
        "lawful_basis": ["The victim did not agree to sharing: select the lawful basis for it"]
    }
    verbs.answer_return(by=world.housing, answer=answer, seen=answer.version, lawful_basis="public_task")
    assert answer.state == "answered"


def test_an_answer_is_taken_back_and_changed(world, answer):
    verbs.nothing_known_of_case(by=world.housing, answer=answer, seen=answer.version)
    verbs.reopen_return(by=world.housing_deputy, answer=answer, seen=answer.version)
    answer.refresh_from_db()
    assert (answer.state, answer.answered_at, why(answer)) == ("outstanding", None, "research.reopened")
    assert recorded_names()[-1] == "research.reopened"
    with pytest.raises(ValidationError):
        verbs.reopen_return(by=world.housing, answer=answer, seen=answer.version)


def test_two_colleagues_check_one_person(world, answer):
    victim = people(answer)[0]
    known(world, answer, victim)
    first = {"known": "known", "accuracy": "different", "correction": "Moved in May"}
    verbs.save_check(by=world.housing_deputy, answer=answer, party=victim, seen=1, **first)
    # the later writer changed another field: both stay
    today = timezone.localdate()
    check = verbs.save_check(
        by=world.housing, answer=answer, party=victim, seen=1, known="known", last_contact_on=today
    )
    assert (check.correction, check.last_contact_on) == ("Moved in May", today)
    # both changed the same field: nothing is saved, both texts are there
    with pytest.raises(Clash) as clash:
        verbs.save_check(
            by=world.housing,
            answer=answer,
            party=victim,
            seen=1,
            known="known",
            accuracy="different",
            correction="Moved in June",
        )
    assert (clash.value.theirs, clash.value.merged["correction"]) == ({"correction": "Moved in May"}, "Moved in June")
    assert PersonCheck.objects.with_key().get().correction == "Moved in May"


def test_a_first_check_that_came_second_is_compared(world, answer):
    victim = people(answer)[0]
    known(world, answer, victim)
    with pytest.raises(Clash):
        verbs.save_check(by=world.housing_deputy, answer=answer, party=victim, seen=0, known="not_known")


def test_saving_removes_the_members_own_draft_alone(world, answer):
    victim = people(answer)[0]
    for member in (world.housing, world.housing_deputy):
        keep_draft(by=member, about=answer, part=f"check-{victim.pk}", typed=QueryDict("known=known"))
    known(world, answer, victim)
    assert [draft.member for draft in Draft.objects.all()] == [world.housing_deputy]


# who, when ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["police", "coordinator", "chair", "referrer", "liaison_officer"])
def test_nobody_answers_for_another_agency(world, answer, name):
    with pytest.raises(PermissionDenied):
        verbs.nothing_known_of_case(by=getattr(world, name), answer=answer, seen=answer.version)


@pytest.mark.parametrize(
    ("state", "signed", "may"),
    [
        ("planned", False, True),
        ("agenda_open", False, True),
        ("agenda_frozen", False, True),
        ("in_session", False, False),
        ("in_session", True, True),
        ("minutes_draft", True, False),
        ("approved", True, False),
        ("cancelled", False, False),
    ],
)
def test_until_when_answers_are_possible(world, answer, state, signed, may):
    if signed:
        world.sign(answer.request.meeting, world.housing)
    Meeting.objects.filter(pk=answer.request.meeting_id).update(
        state=state, cancelled_at=timezone.now() if state == "cancelled" else None
    )
    answer = Return.objects.visible_to(world.housing).select_related("request__meeting").get(pk=answer.pk)
    if may:
        verbs.nothing_known_of_case(by=world.housing, answer=answer, seen=answer.version)
    else:
        with pytest.raises(PermissionDenied):
            verbs.nothing_known_of_case(by=world.housing, answer=answer, seen=answer.version)
