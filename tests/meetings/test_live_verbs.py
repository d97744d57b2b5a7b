"""The sitting: state by verb, the guards of each item, disclosure, lost updates, closing, ending, issuing."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import Action, Involvement
from cases.models.access import Stage
from cases.workflow.action import agree_action, change_action
from core.models import StaleVersion
from meetings.models import AgendaItem, ItemNote, ItemOutcome, Meeting
from meetings.workflow.attendance import confirm_left
from meetings.workflow.live import close_item, end_meeting, issue_actions, leave_item, open_meeting, start_item
from meetings.workflow.recording import mark_told, save_decision, save_note, save_telling
from tests.audit.ledger import recorded, recorded_names
from tests.meetings.sitting import Part, fresh, opened, sign, today, write_whole

State = Meeting.State
Refused = (ValidationError, PermissionDenied)


def week(days=7):
    return timezone.localdate() + datetime.timedelta(days=days)


def agreed(world, item, **more):
    more = {"agency": world.housing_agency, "text": "Change the locks.", "due_on": week()} | more
    return agree_action(by=world.coordinator, case=item.listing.case, listing=item.listing, **more)


# state by verb
ALLOWED = {
    "open": {State.AGENDA_FROZEN, State.IN_SESSION},
    "start": {State.IN_SESSION},
    "note": {State.IN_SESSION, State.MINUTES_DRAFT},
    "decision": {State.IN_SESSION, State.MINUTES_DRAFT},
    "telling": {State.IN_SESSION, State.MINUTES_DRAFT},
    "issue": {State.IN_SESSION, State.MINUTES_DRAFT},
    "end": {State.IN_SESSION},
}
VERBS = {
    "open": lambda w, m, i: open_meeting(by=w.chair, meeting=m),
    "start": lambda w, m, i: start_item(by=w.chair, item=i),
    "note": lambda w, m, i: save_note(by=w.chair, item=i, part=Part.SUMMARY, text="x", seen=0),
    "decision": lambda w, m, i: save_decision(by=w.chair, item=i, decision="none", reason="x", seen=0),
    "telling": lambda w, m, i: save_telling(by=w.chair, item=i, not_to_tell_reason="unsafe", seen=0),
    "issue": lambda w, m, i: issue_actions(by=w.chair, meeting=m),
    "end": lambda w, m, i: end_meeting(by=w.chair, meeting=m),
}


@pytest.mark.parametrize("state", [s for s in State if s != State.CANCELLED])
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_happens_in_its_states_alone(world, verb, state):
    meeting = today(world)
    sign(meeting, world.chair)
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    if verb == "end":
        AgendaItem.objects.update(state="heard")
    item = fresh(meeting.items.get())
    if state in ALLOWED[verb]:
        VERBS[verb](world, item.meeting, item)
    else:
        with pytest.raises(Refused):
            VERBS[verb](world, item.meeting, item)


@pytest.mark.parametrize("who", ["idva", "housing_deputy", "health"])
@pytest.mark.parametrize("verb", VERBS)
def test_representatives_neither_lead_nor_record(world, verb, who):
    meeting, item = opened(world, getattr(world, who))
    world.chair = getattr(world, who)
    if verb != "open":
        with pytest.raises(PermissionDenied):
            VERBS[verb](world, fresh(meeting), fresh(item))


def test_a_desk_member_who_has_not_signed_neither_opens_nor_records(world):
    meeting = today(world)
    with pytest.raises(ValidationError, match="Sign the confidentiality statement"):
        open_meeting(by=world.coordinator, meeting=meeting)
    sign(meeting, world.chair)
    open_meeting(by=world.chair, meeting=fresh(meeting))
    item = fresh(meeting.items.get())
    with pytest.raises(PermissionDenied):
        save_note(by=world.coordinator, item=item, part=Part.SUMMARY, text="x", seen=0)
    with pytest.raises(ValidationError):
        start_item(by=world.coordinator, item=item)


# items
def test_one_item_is_heard_at_a_time(world):
    meeting, item = opened(world, cases=2)
    second = fresh(meeting.items.in_order().last())
    with pytest.raises(ValidationError, match="Close or leave it first"):
        start_item(by=world.chair, item=second)
    leave_item(by=world.chair, item=fresh(item))
    start_item(by=world.chair, item=fresh(second))
    assert fresh(meeting).current_item == second


def test_time_of_several_openings_adds_up(world):
    _meeting, item = opened(world)
    AgendaItem.objects.filter(pk=item.pk).update(started_at=timezone.now() - datetime.timedelta(minutes=5))
    leave_item(by=world.chair, item=fresh(item))
    assert fresh(item).spent_seconds == pytest.approx(300, abs=30)


def test_each_opening_is_a_disclosure_to_those_who_hear_it(world):
    meeting, item = opened(world, world.idva)
    entry = world.make_entry(item.listing, world.housing_agency, world.housing)
    leave_item(by=world.chair, item=fresh(item))
    sign(fresh(meeting), world.health)
    start_item(by=world.chair, item=fresh(item))
    first, second = recorded("item.opened")
    assert {r["name"] for r in first.recipients} == {"Dafydd Chair", "Cerys Coordinator", "Isla Idva"}
    assert {r["name"] for r in second.recipients} == {"Dafydd Chair", "Cerys Coordinator", "Isla Idva", "Hana Health"}
    assert (second.operation, second.case_id, second.things) == ("disclosure", item.listing.case_id, [str(entry.pk)])


def test_an_agency_that_ceased_to_be_a_signatory_loses_the_next_item(world):
    meeting, item = opened(world, world.idva, cases=2)
    signature = world.idva_agency.signatures.get()
    signature.until = timezone.now()
    signature.save()
    leave_item(by=world.chair, item=fresh(item))
    second = fresh(meeting.items.in_order().last())
    confirm_left(by=world.chair, meeting=fresh(meeting), agency_id=world.idva_agency.pk)
    start_item(by=world.chair, item=second)
    assert (
        not Involvement.objects.live().filter(stage=Stage.MEETING, member=world.idva, listing=second.listing).exists()
    )
    assert "Isla Idva" not in {r["name"] for r in recorded("item.opened")[-1].recipients}


# lost updates
def test_two_recorders_of_the_same_part_never_overwrite(world):
    _meeting, item = opened(world)
    save_note(by=world.chair, item=item, part=Part.SUMMARY, text="First.", seen=0)
    with pytest.raises(StaleVersion) as stale:
        save_note(by=world.coordinator, item=item, part=Part.SUMMARY, text="Second.", seen=0)
    assert stale.value.record.text == "Second."
    note = ItemNote.objects.with_key().get()
    assert (note.text, note.written_by, note.version) == ("First.", world.chair, 1)
    save_note(by=world.coordinator, item=item, part=Part.SUMMARY, text="First. Second.", seen=1)
    assert [h.history_user for h in note.history.order_by("version")] == [world.chair, world.coordinator]


def test_recorders_of_different_parts_do_not_meet(world):
    _meeting, item = opened(world)
    save_note(by=world.chair, item=item, part=Part.SUMMARY, text="One.", seen=0)
    save_note(by=world.coordinator, item=item, part=Part.LINKS, text="Two.", seen=0)
    assert ItemNote.objects.count() == 2


def test_a_stale_decision_and_a_stale_action_are_refused(world):
    _meeting, item = opened(world)
    save_decision(by=world.chair, item=item, decision="actions", seen=0)
    with pytest.raises(StaleVersion):
        save_decision(by=world.coordinator, item=item, decision="none", reason="x", seen=0)
    action = agreed(world, item)
    change_action(by=world.chair, action=Action.objects.with_key().get(pk=action.pk), seen=1, text="Fit a camera.")
    with pytest.raises(StaleVersion):
        change_action(by=world.coordinator, action=action, seen=1, text="Move her.")
    assert Action.objects.with_key().get().text == "Fit a camera."


def test_a_decision_does_not_make_the_telling_stale_nor_the_other_way(world):
    _meeting, item = opened(world)
    save_decision(by=world.chair, item=item, decision="actions", seen=0)
    save_telling(by=world.coordinator, item=item, not_to_tell_reason="unsafe", seen=0)
    save_decision(by=world.chair, item=item, decision="none", reason="x", seen=1)
    with pytest.raises(StaleVersion):
        save_telling(by=world.chair, item=item, not_to_tell_reason="no number", seen=1)
    outcome = ItemOutcome.objects.with_key().get()
    assert (outcome.decision, outcome.not_to_tell_reason) == ("none", "unsafe")


def test_a_note_records_row_history_and_event(world):
    _meeting, item = opened(world)
    note = save_note(by=world.chair, item=item, part=Part.VOICE, text="She wants to move.", given_by="Isla", seen=0)
    assert (note.text, note.given_by, note.key_id) == ("She wants to move.", "Isla", item.listing.key_id)
    assert note.history.get().history_change_reason == "recorded"
    event = recorded("note.recorded")[0]
    assert (event.thing_id, event.detail) == (note.pk, {"part": "voice"})


# actions
def test_an_action_takes_the_next_number_and_lets_its_owner_see_the_case(world):
    _meeting, item = opened(world, asked=[])
    first, second = agreed(world, item), agreed(world, item, agency=world.health_agency)
    assert (first.number, second.number, second.key_id) == (1, 2, item.listing.case.key_id)
    assert list(Action.objects.visible_to(world.health)) == [second]
    assert recorded_names()[-1] == "access.opened" and recorded("action.agreed")[0].detail == {
        "number": 1,
        "from_proposal": False,
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"due_on": datetime.date(2020, 1, 1)}, "due_on"),
        ({"member": "idva"}, "member"),
        ({"agency": None}, "agency"),
    ],
)
def test_an_action_that_cannot_be_done_is_refused_at_its_field(world, change, field):
    _meeting, item = opened(world)
    if change.get("member"):
        change = {"member": world.idva}
    with pytest.raises(ValidationError) as refused:
        agreed(world, item, **change)
    assert list(refused.value.error_dict) == [field]


def test_an_agency_that_stays_away_gets_no_action_and_tells_nobody(world):
    _meeting, item = opened(world)
    world.bar(agency=world.housing_agency, case=item.listing.case)
    with pytest.raises(ValidationError, match="stays away"):
        agreed(world, item)
    with pytest.raises(ValidationError, match="stay away"):
        save_telling(by=world.chair, item=item, teller=world.housing, seen=0)


def test_issuing_marks_the_new_actions_once(world):
    meeting, item = opened(world)
    agreed(world, item)
    assert issue_actions(by=world.coordinator, meeting=fresh(meeting)) == 1
    agreed(world, item)
    assert issue_actions(by=world.coordinator, meeting=fresh(meeting)) == 1
    assert not Action.objects.filter(issued_at__isnull=True).exists()
    assert [e.detail for e in recorded("actions.issued")] == [{"count": 1}, {"count": 1}]


# closing
def refusals(item, world) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        close_item(by=world.chair, item=fresh(item))
    return [error.code for error in refused.value.error_list]


def test_closing_lists_everything_missing_at_once(world):
    _meeting, item = opened(world)
    assert refusals(item, world) == ["summary", "voice", "risks", "perpetrator_line", "outcome", "telling"]


def test_the_perpetrator_line_is_an_action_or_a_reason(world):
    _meeting, item = opened(world)
    write_whole(world, item)
    save_note(by=world.chair, item=item, part=Part.PERPETRATOR_LINE, text="", seen=1)
    assert refusals(item, world) == ["perpetrator_line"]
    agreed(world, item, agency=world.police_agency, risk="perpetrator", text="Arrest him.")
    save_decision(by=world.chair, item=item, decision="actions", seen=2)
    assert close_item(by=world.chair, item=fresh(item)).state == "heard"


@pytest.mark.parametrize(
    ("decision", "with_action", "missing"),
    [
        ("actions", False, ["actions"]),
        ("none", True, ["outcome"]),
        ("actions", True, []),
        ("none", False, []),
    ],
)
def test_the_decision_fits_the_actions(world, decision, with_action, missing):
    _meeting, item = opened(world)
    write_whole(world, item, decision=decision)
    if with_action:
        agreed(world, item)
    if missing:
        assert refusals(item, world) == missing
    else:
        close_item(by=world.chair, item=fresh(item))
        assert fresh(item).listing.heard_on == timezone.localdate()


def test_a_deferred_item_closes_without_the_rest_and_is_listed_where_it_goes(world):
    _meeting, item = opened(world)
    later = world.make_meeting()
    with pytest.raises(ValidationError, match="Say why"):
        save_decision(by=world.chair, item=item, decision="deferred", deferred_to=later, seen=0)
    save_decision(by=world.chair, item=item, decision="deferred", reason="No police.", deferred_to=later, seen=0)
    close_item(by=world.chair, item=fresh(item))
    listed = later.items.select_related("listing").get()
    assert (listed.listing.case, listed.listing.referral) == (item.listing.case, item.listing.referral)
    assert fresh(item).listing.heard_on is None


def test_a_case_is_deferred_to_a_coming_meeting_of_the_panel_alone(world):
    meeting, item = opened(world)
    with pytest.raises(ValidationError, match="coming meeting"):
        save_decision(by=world.chair, item=item, decision="deferred", reason="x", deferred_to=fresh(meeting), seen=0)


# telling
@pytest.mark.parametrize(("who", "may"), [("idva", True), ("coordinator", True), ("health", False)])
def test_who_was_named_or_the_desk_notes_that_the_victim_was_told(world, who, may):
    _meeting, item = opened(world, world.idva, world.health)
    write_whole(world, item)
    outcome = ItemOutcome.objects.with_key().select_related("item__listing", "item__meeting").get()
    member = getattr(world, who)
    if may:
        mark_told(by=member, outcome=outcome, seen=outcome.version)
        assert (outcome.told_by, recorded("victim.told")[0].thing_id) == (member, outcome.pk)
    else:
        with pytest.raises(PermissionDenied):
            mark_told(by=member, outcome=outcome, seen=outcome.version)


# ending
def test_a_meeting_ends_only_when_every_item_was_heard_or_deferred(world):
    meeting, _item = opened(world, cases=2)
    with pytest.raises(ValidationError) as refused:
        end_meeting(by=world.chair, meeting=fresh(meeting))
    assert refused.value.messages == [
        "Item 1 is still open.",
        "Item 2 was not heard: hear it, or defer it to another meeting.",
    ]


def test_the_end_sets_times_out_and_leaves_agencies_that_took_part(world):
    meeting, item = opened(world, world.idva)
    write_whole(world, item)
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    assert not meeting.attendances.filter(left_at__isnull=True).exists()
    after = Involvement.objects.live().filter(stage=Stage.AFTER)
    assert set(after.values_list("agency__name", flat=True)) == {
        "Haven Advocates",
        "Wenlli Police",
        "Aberwenlli Council",
    }
    assert fresh(meeting).state == State.MINUTES_DRAFT
