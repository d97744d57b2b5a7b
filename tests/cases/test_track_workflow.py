"""Tracks: which move follows which state, what stops it, and what each leaves behind."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from cases.models import Bar, Case, Involvement, Step, Track
from cases.models.access import Stage
from cases.rules import track as rules
from cases.workflow.case import close_case
from cases.workflow.track import end_track, move, open_track
from core.records import StaleVersion
from core.working_days import working_days_after
from tests.cases.schemes_for_tests import COURSE, begun, filled, managed_case

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def case(world):
    return managed_case(world, world.housing_agency)


def fresh(track) -> Track:
    return Track.objects.with_key().select_related("case__panel").get(pk=track.pk)


def in_state(world, case, state: str) -> Track:
    """A course that stands in *state*, as if it had come there."""
    track = begun(world.coordinator, case)
    ended = {"ended_at": timezone.now(), "ended_by": world.coordinator} if state == "closed" else {}
    Track.objects.filter(pk=track.pk).update(state=state, **ended)
    return fresh(track)


ASKED = {
    "adopt": lambda world: {"details": {"lead": str(world.health_agency.pk)}},
    "review": lambda world: {"reason": "due"},
    "custody": lambda world: {"details": {"release_on": "2027-03-01"}},
    "close": lambda world: {"words": "All is well."},
}
#            nominated  managed    custody    closed
TABLE = {
    "adopt": ("managed", "", "", ""),
    "review": ("", "managed", "", ""),
    "custody": ("", "custody", "", ""),
    "release": ("", "", "managed", ""),
    "close": ("", "closed", "closed", ""),
    "correct": ("", "", "", "managed"),
    "nominate": ("", "", "", ""),
    "no_such": ("", "", "", ""),
}


@pytest.mark.parametrize("code", TABLE)
def test_each_move_follows_only_the_states_that_the_scheme_names(world, case, code):
    filled(world.coordinator, case)
    track = in_state(world, case, "nominated")
    more = ASKED.get(code, lambda world: {})(world)
    found = []
    for state in COURSE.states:
        Track.objects.filter(pk=track.pk).update(state=state.code, version=1)
        steps = track.steps.count()
        try:
            move(by=world.coordinator, track=track, move=code, seen=1, **more)
        except ValidationError:
            assert (fresh(track).state, track.steps.count()) == (state.code, steps)
            found.append("")
        else:
            assert track.steps.count() == steps + 1
            found.append(fresh(track).state)
    assert tuple(found) == TABLE[code]


def test_opening_writes_the_track_its_first_step_history_and_audit(world, case):
    track = begun(world.housing, case, words="Named by the ward team.")
    today = timezone.localdate()
    assert (track.kind, track.state, track.since, track.due_on) == (
        "course",
        "nominated",
        today,
        working_days_after(today, 10),
    )
    step = Step.objects.visible_to(world.housing).get()
    assert (step.move, step.before, step.after, step.by, step.agency, step.effective_on, step.words) == (
        "nominate",
        "",
        "nominated",
        world.housing,
        world.housing_agency,
        today,
        "Named by the ward team.",
    )
    assert track.history.latest().history_change_reason == "nominate"
    event = Event.objects.get(name="track.opened")
    assert (event.member_id, event.case_id, event.thing_id) == (world.housing.pk, case.pk, track.pk)
    assert event.detail == {"kind": "course", "move": "nominate", "before": "", "after": "nominated"}


def test_a_move_changes_the_state_the_clock_and_who_manages(world, case):
    track = begun(world.housing, case, on=timezone.localdate() - 9 * DAY)
    on = timezone.localdate() - 2 * DAY
    lead = {"lead": str(world.health_agency.pk)}
    step = move(by=world.coordinator, track=track, move="adopt", seen=1, details=lead | {"other": "not asked"}, on=on)
    track = fresh(track)
    assert (track.state, track.since, track.due_on, track.version) == ("managed", on, working_days_after(on, 20), 2)
    assert (step.before, step.after, step.details) == ("nominated", "managed", lead)
    assert track.history.latest().history_change_reason == "adopt"
    event = Event.objects.get(name="track.moved")
    assert event.detail == {"kind": "course", "move": "adopt", "before": "nominated", "after": "managed"}
    managing = Involvement.objects.filter(stage=Stage.MANAGING, agency=world.health_agency)
    assert [(row.case_id, row.track_id, row.why) for row in managing] == [(case.pk, None, "named")]


def test_a_review_keeps_the_state_and_the_day_since_which_and_begins_the_clock_anew(world, case):
    since = timezone.localdate() - 40 * DAY
    track = in_state(world, case, "managed")
    Track.objects.filter(pk=track.pk).update(since=since, due_on=since)
    move(by=world.housing, track=track, move="review", seen=1, reason="due")
    track = fresh(track)
    assert (track.since, track.due_on) == (since, working_days_after(timezone.localdate(), 20))


def test_the_date_that_a_move_names_becomes_the_due_date(world, case):
    track = in_state(world, case, "managed")
    move(by=world.housing, track=track, move="custody", seen=1, details={"release_on": "2027-03-01"})
    assert fresh(track).due_on == datetime.date(2027, 3, 1)


def test_a_final_state_ends_the_track_and_a_correction_lets_it_go_on(world, case):
    track = in_state(world, case, "managed")
    filled(world.housing, case)
    move(by=world.housing, track=track, move="close", seen=1, words="Moved away.")
    track = fresh(track)
    assert (track.state, track.ended_by, track.due_on, track.is_running) == ("closed", world.housing, None, False)
    move(by=world.coordinator, track=track, move="correct", seen=2)
    assert (fresh(track).ended_at, fresh(track).ended_by) == (None, None)


@pytest.mark.parametrize(
    ("code", "more", "wrong"),
    [
        ("review", {"reason": "test"}, ["A positive test alone does not do."]),
        ("review", {"reason": "bored"}, {"reason": ["Select the reason"]}),
        ("close", {"words": "Enough."}, ["Write a plan first."]),
        ("close", {"words": "  "}, {"words": ["Say why, in words"]}),
        ("custody", {}, {"release_on": ["Answer “Release date”"]}),
    ],
)
def test_a_move_is_refused_with_everything_that_stops_it(world, case, code, more, wrong):
    track = in_state(world, case, "managed")
    with pytest.raises(ValidationError) as refusal:
        move(by=world.housing, track=track, move=code, seen=1, **more)
    assert (
        getattr(refusal.value, "message_dict", None) == wrong
        if isinstance(wrong, dict)
        else (refusal.value.messages == wrong)
    )
    assert (fresh(track).state, track.steps.count()) == ("managed", 1)


@pytest.mark.parametrize(("days", "field"), [(1, "effective_on"), (-41, "effective_on")])
def test_a_step_holds_neither_from_tomorrow_nor_from_before_the_last(world, case, days, field):
    track = in_state(world, case, "managed")
    Track.objects.filter(pk=track.pk).update(since=timezone.localdate() - 40 * DAY)
    with pytest.raises(ValidationError) as refusal:
        move(by=world.housing, track=track, move="review", seen=1, reason="due", on=timezone.localdate() + days * DAY)
    assert list(refusal.value.message_dict) == [field]


def test_of_two_movers_at_once_the_later_is_told(world, case):
    track = in_state(world, case, "managed")
    move(by=world.coordinator, track=track, move="review", seen=1, reason="due")
    with pytest.raises(StaleVersion):
        move(by=world.housing, track=track, move="review", seen=1, reason="due")


WHO = {
    "coordinator": {"adopt", "review", "custody", "release", "close", "correct"},
    "chair": {"adopt", "review", "custody", "release", "close"},
    "housing": {"review", "custody", "release", "close"},
    "children": set(),
}


@pytest.mark.parametrize("name", WHO)
def test_who_moves_is_said_by_permission_and_part(world, case, name):
    track = begun(world.coordinator, case)
    world.involve(case, world.children_agency, stage=Stage.ACTION)
    track = rules.find_track(getattr(world, name)).get(pk=track.pk)
    allowed = {m.code for m in COURSE.moves if m.sources and rules.may_move(getattr(world, name), track, m)}
    assert allowed == WHO[name]


def test_who_only_sees_the_case_is_refused_and_who_does_not_see_it_too(world, case):
    track = in_state(world, case, "managed")
    world.involve(case, world.children_agency, stage=Stage.ACTION)
    for member in (world.children, world.health):
        with pytest.raises(PermissionDenied):
            move(by=member, track=track, move="review", seen=1, reason="due")


def test_only_an_agency_that_personal_information_may_reach_is_named_to_manage(world, case):
    track = begun(world.housing, case)
    world.health_agency.signatures.update(tier=2)
    lead = {"lead": str(world.health_agency.pk)}
    with pytest.raises(ValidationError) as refused:
        move(by=world.coordinator, track=track, move="adopt", seen=1, details=lead)
    assert refused.value.messages == ["Name an agency that may receive personal information under the protocol."]
    assert not Involvement.objects.filter(stage=Stage.MANAGING, agency=world.health_agency).exists()


def test_a_bar_wins_over_managing(world, case):
    track = in_state(world, case, "managed")
    Bar.objects.create(case=case, agency=world.housing_agency, reason="conflict")
    with pytest.raises(PermissionDenied):
        move(by=world.housing, track=track, move="review", seen=1, reason="due")


@pytest.mark.parametrize(
    ("kind", "opening", "ended", "may"),
    [
        ("course", "nominate", False, False),
        ("course", "nominate", True, False),
        ("episode", "begin", False, False),
        ("episode", "begin", True, True),
        ("contact", "plan", False, True),
    ],
)
def test_whether_another_may_follow_or_stand_beside_is_said_by_the_kind(world, case, kind, opening, ended, may):
    subject = case.parties.get(capacity="victim").subject
    about = {"subject": subject} if kind == "contact" else {}
    track = begun(world.housing, case, kind, opening, **about)
    if ended:
        Track.objects.filter(pk=track.pk).update(ended_at=timezone.now(), ended_by=world.housing)
    try:
        open_track(by=world.housing, case=case, kind=kind, move=opening, **about)
    except ValidationError:
        assert not may
    assert Track.objects.count() == 1 + may


def test_a_track_about_somebody_names_one_of_the_case(world, case):
    other = world.make_case(victim=("Nest", "Rhys")).parties.get(capacity="victim").subject
    for subject in (None, other, case.parties.get(capacity="perpetrator").subject):
        with pytest.raises(ValidationError) as refusal:
            open_track(by=world.housing, case=case, kind="contact", move="plan", subject=subject)
        assert refusal.value.message_dict == {"subject": ["Select whom it is about"]}


@pytest.mark.parametrize(("kind", "code"), [("course", "adopt"), ("course", "none"), ("none", "nominate")])
def test_only_an_opening_move_opens(world, case, kind, code):
    with pytest.raises(ValidationError):
        open_track(by=world.coordinator, case=case, kind=kind, move=code)


def test_a_step_is_never_changed(world, case):
    begun(world.coordinator, case)
    step = Step.objects.visible_to(world.coordinator).get()
    step.words = "Otherwise."
    with pytest.raises(TypeError):
        step.save()


def test_the_desk_ends_a_track_that_was_opened_in_error(world, case):
    track = begun(world.housing, case)
    with pytest.raises(PermissionDenied):
        end_track(by=world.housing, track=track, reason="error", words="Wrong person.", seen=1)
    step = end_track(by=world.coordinator, track=track, reason="error", words="Wrong person.", seen=1)
    track = fresh(track)
    assert (track.is_running, track.state, track.due_on) == (False, "nominated", None)
    assert (step.move, step.before, step.after, step.reason) == ("end", "nominated", "nominated", "error")
    assert track.history.latest().history_change_reason == "end"
    assert Event.objects.get(name="track.ended").reason == "error"


def test_a_running_track_keeps_the_case_open_and_closing_ends_who_manages(world, case):
    track = begun(world.housing, case)
    with pytest.raises(ValidationError) as refusal:
        close_case(by=world.coordinator, case=case)
    assert refusal.value.messages == ["A course of management is still running."]
    end_track(by=world.coordinator, track=track, reason="closing", words="Agreed.", seen=1)
    close_case(by=world.coordinator, case=Case.objects.with_key().select_related("panel").get(pk=case.pk))
    assert not Involvement.objects.live().filter(stage=Stage.MANAGING).exists()


def test_nothing_is_opened_on_a_closed_case(world, case):
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=timezone.now())
    with pytest.raises(ValidationError):
        open_track(by=world.coordinator, case=case, kind="course", move="nominate")


@pytest.mark.parametrize(
    ("days", "running", "expected"),
    [(-1, True, "overdue"), (0, True, "soon"), (7, True, "soon"), (8, True, "later"), (-1, False, "ended")],
)
def test_urgency(days, running, expected):
    today = timezone.localdate()
    track = Track(due_on=today + days * DAY, ended_at=None if running else timezone.now())
    assert rules.urgency(track, today) == expected


def test_a_track_without_a_date_is_due_at_no_time():
    assert rules.urgency(Track(due_on=None)) == "none"
