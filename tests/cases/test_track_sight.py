"""Who sees a track, its steps and its forms: stages, tracks kept apart, bars, standing; and what an involvement that
names a track opens besides."""

import pytest
from django.utils import timezone

from cases.models import Action, Case, Entry, Involvement, Party, Referral, Sheet, Step, Track
from cases.models.access import Stage
from cases.rules import track as rules
from partnership.models import Signatory
from tests.cases.schemes_for_tests import begun, filled, managed_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return managed_case(world, world.housing_agency)


def sees(member) -> tuple[int, int, int]:
    """How many tracks, steps and sheets *member* sees."""
    return tuple(model.objects.visible_to(member).count() for model in (Track, Step, Sheet))


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.MANAGING, (1, 1, 1)),
        (Stage.MEETING, (1, 1, 1)),
        (Stage.ACTION, (1, 1, 1)),
        (Stage.RESEARCH, (0, 0, 0)),
        (Stage.AFTER, (0, 0, 0)),
        (Stage.INFORMED, (0, 0, 0)),
    ],
)
def test_which_stages_open_tracks_and_forms(world, case, stage, expected):
    begun(world.housing, case), filled(world.housing, case)
    world.involve(case, world.health_agency, stage=stage)
    assert sees(world.health) == expected
    assert (sees(world.coordinator), sees(world.children)) == ((1, 1, 1), (0, 0, 0))


def apart(world, case, kind: str, move: str):
    """A track that housing keeps apart, health managing the case too; a form of it where it has one."""
    world.involve(case, world.health_agency, stage=Stage.MANAGING)
    track = begun(world.housing, case, kind, move)
    if kind == "episode":
        found = rules.find_track(world.housing).get(pk=track.pk)
        filled(world.housing, case, "notes", {"note": "Comes on Mondays."}, track=found)
    return track


@pytest.mark.parametrize(
    ("kind", "move", "housing", "desk"),
    [("episode", "begin", (1, 1, 1), (1, 1, 1)), ("stream", "start", (1, 1, 0), (0, 0, 0))],
)
def test_a_track_apart_is_seen_by_those_named_and_by_the_desk_where_its_kind_says_so(
    world, case, kind, move, housing, desk
):
    apart(world, case, kind, move)
    assert (sees(world.housing), sees(world.coordinator), sees(world.health)) == (housing, desk, (0, 0, 0))


def test_an_involvement_that_names_a_track_opens_it_the_case_and_its_people_and_nothing_else(world, case):
    track = apart(world, case, "episode", "begin")
    begun(world.coordinator, case), filled(world.coordinator, case)
    meeting = world.make_meeting()
    item = world.list_case(meeting, case)
    world.make_entry(item.listing, world.children_agency, world.children)
    world.make_action(case, world.children_agency)
    Involvement.objects.create(
        panel=case.panel,
        case=case,
        track=track,
        holder="agency",
        agency=world.children_agency,
        stage=Stage.MANAGING,
        why="named",
    )
    me = world.children
    assert sees(me) == (1, 1, 1)
    assert [Case.objects.visible_to(me).count(), Party.objects.visible_to(me).count()] == [1, 2]
    others = (Entry, Action)
    assert [model.objects.visible_to(me).count() for model in others] == [0, 0]
    assert Referral.objects.brief_for(me).count() == 0
    assert not rules.Part.in_case(me, case).managing


def test_who_manages_one_episode_begins_the_next_and_nothing_else(world, case):
    track = apart(world, case, "episode", "begin")
    Involvement.objects.create(
        panel=case.panel,
        case=case,
        track=track,
        holder="agency",
        agency=world.children_agency,
        stage=Stage.MANAGING,
        why="named",
    )
    Track.objects.filter(pk=track.pk).update(ended_at=timezone.now(), ended_by=world.housing)
    found = rules.openings_for(world.children, case, rules.Part.in_case(world.children, case))
    assert [kind.code for kind, _move in found] == ["course", "episode"]


def test_a_bar_closes_tracks_steps_and_forms_to_whoever_manages(world, case):
    begun(world.housing, case), filled(world.housing, case), apart(world, case, "episode", "begin")
    world.bar(case=case, agency=world.housing_agency)
    world.bar(case=case, member=world.coordinator)
    assert (sees(world.housing), sees(world.coordinator), sees(world.chair)) == ((0, 0, 0), (0, 0, 0), (2, 2, 2))


def test_an_agency_without_standing_sees_none(world, case):
    begun(world.housing, case), filled(world.housing, case)
    Signatory.objects.filter(agency=world.housing_agency).update(until=timezone.now())
    assert sees(world.housing) == (0, 0, 0)


def test_the_guard_of_one_track_never_sees_the_forms_of_another(world, case, monkeypatch):
    apart(world, case, "episode", "begin")
    filled(world.housing, case)
    track = begun(world.housing, case)
    found = []
    guarded = track.kind_of.move("close")
    spy = type(guarded)(**{**guarded.__dict__, "stops": lambda facts: found.extend(s.kind for s in facts.sheets) or []})
    rules.stops(spy, case=case, track=track, details={}, on=timezone.localdate())
    assert found == ["plan"]
