"""DIP: who sees which stream on every road, and what crosses from one to another by decision."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Case, Sheet, Step, Track
from cases.models.access import Stage
from cases.rules import track as rules
from cases.rules.stream import passable
from cases.workflow.case import close_case
from cases.workflow.sheet import write_sheet
from cases.workflow.stream import pass_on
from tests.cases.dip import (
    ALONE,
    agreed,
    client_case,
    dip,  # noqa: F401
    opened,
    passed,
    refusals,
    step,
)
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dip")]
SECRET = "Zywczakowska"


# --- kept apart -------------------------------------------------------------------------------------------------------
def three(world):
    """A case with all three streams and words in each; the one of intelligence opened to the chair alone."""
    case = client_case(world)
    episode = opened(world.clinic, case, "episode")
    opened(world.police, case, "requirement")
    intelligence = opened(world.chair, case, "intelligence")
    intelligence.involvements.update(holder="member", member=world.chair)
    found = rules.find_track(world.clinic).get(pk=episode.pk)
    write_sheet(by=world.clinic, case=case, kind="record", data={"use": SECRET, "source": "arrest"}, track=found)


SIGHT = {"clinic": {"episode"}, "police": {"requirement"}, "chair": {"requirement", "intelligence"}}
OTHERS = {"coordinator": set(), "housing": set(), "health": set()}


@pytest.mark.parametrize("who", [*SIGHT, *OTHERS])
def test_each_agency_finds_its_own_stream_on_every_road(dip, who):  # noqa: F811
    three(dip)
    member, expected = getattr(dip, who), {**SIGHT, **OTHERS}[who]
    for found in (Track.objects.visible_to(member), rules.find_track(member)):
        assert set(found.values_list("kind", flat=True)) == expected
    assert set(Step.objects.visible_to(member).values_list("track__kind", flat=True)) == expected
    sheets = {"record"} if "episode" in expected else set()
    assert set(Sheet.objects.visible_to(member).values_list("kind", flat=True)) == sheets


@pytest.mark.parametrize(("who", "sees"), [("police", "requirement"), ("housing", ""), ("coordinator", "")])
def test_every_page_is_the_same_whether_the_other_streams_are_there_or_not(client, dip, who, sees):  # noqa: F811
    case = client_case(dip)
    dip.make_action(case, dip.housing_agency)  # so that the desk has a road to it
    if sees:
        opened(dip.police, case, sees)
    sign_in(client, getattr(dip, who))
    pages = ["case", "case_referrals", "case_entries", "case_actions", "case_history", "case_management"]
    urls = [reverse(f"cases:{page}", args=[case.pk]) for page in pages]
    urls += [reverse("cases:list"), reverse("cases:tracks"), reverse("home")]
    before = [_read(client, url) for url in urls]
    episode = opened(dip.clinic, case, "episode")
    found = rules.find_track(dip.clinic).get(pk=episode.pk)
    write_sheet(by=dip.clinic, case=case, kind="record", data={"use": SECRET, "source": "arrest"}, track=found)
    hidden = opened(dip.chair, case, "intelligence", concern=SECRET)
    hidden.involvements.update(holder="member", member=dip.chair)
    assert [_read(client, url) for url in urls] == before
    for name, args in (("move_track", [hidden.pk, "decline"]), ("pass_on", [hidden.pk]), ("pass_on", [found.pk])):
        assert client.get(reverse(f"cases:{name}", args=args)).status_code == 404


def _read(client, url) -> str:
    client.get(url)
    page = client.get(url).content.decode()
    return page[page.index("<main") : page.index("</main")]


def test_a_second_of_a_kind_is_opened_whether_somebody_else_has_one_or_not(dip):  # noqa: F811
    case = client_case(dip)
    first = opened(dip.chair, case, "intelligence")
    first.involvements.update(holder="member", member=dip.chair)
    offered = rules.openings_for(dip.police, case, rules.Part.in_case(dip.police, case))
    assert "intelligence" in {kind.code for kind, _move in offered}
    assert opened(dip.police, case, "intelligence").pk != first.pk


def test_the_desk_closes_a_case_without_learning_of_a_stream_which_goes_on(dip):  # noqa: F811
    case = client_case(dip)
    track = opened(dip.clinic, case, "episode")
    closed = close_case(by=dip.coordinator, case=Case.objects.with_key().select_related("panel").get(pk=case.pk))
    assert closed.state == "closed"
    step(dip.clinic, track, "contact")
    assert set(case.involvements.live().filter(stage=Stage.MANAGING).values_list("track", flat=True)) == {track.pk}


@pytest.mark.parametrize("named", [True, False])
def test_an_agency_reads_a_stream_from_when_it_is_named_until_it_is_not(dip, named):  # noqa: F811
    case = client_case(dip)
    track, agency = opened(dip.clinic, case, "episode"), str(dip.housing_agency.pk)
    agreed(dip, track, dip.housing_agency)
    step(dip.clinic, track, "name", agency=agency)
    if not named:
        step(dip.clinic, track, "unname", agency=agency)
    assert Track.objects.visible_to(dip.housing).exists() is named
    assert rules.moves_for(dip.housing, rules.find_track(dip.housing).first()) == [] if named else True
    own = refusals(step, dip.clinic, track, "unname", agency=str(dip.clinic_agency.pk))
    assert own == ["The agency that opened this stays named."]


# --- passing on -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("there", [True, False])
def test_only_the_words_arrive_and_who_decides_learns_nothing_of_the_other_stream(dip, there):  # noqa: F811
    case = client_case(dip)
    track = opened(dip.clinic, case, "episode")
    dip.involve(case, dip.clinic_agency)
    if there:
        opened(dip.police, case, "intelligence")
    decision = passed(dip.clinic_officer, track, "intelligence", dip.police_agency, words="He has named a day.")
    assert (decision.track_id, decision.words, decision.details["because"]) == (
        track.pk,
        "He has named a day.",
        "offence",
    )
    target = Track.objects.visible_to(dip.police).get(kind="intelligence")
    arrived = target.steps.select_related("key").in_order().last()
    assert (arrived.move, arrived.words, arrived.details, arrived.reason) == ("informed", "He has named a day.", {}, "")
    assert (arrived.agency, arrived.by) == (dip.clinic_agency, dip.clinic_officer)
    assert target.state == ("considered" if there else "informed")
    assert set(Track.objects.visible_to(dip.clinic_officer).values_list("kind", flat=True)) == {"episode"}
    assert set(Track.objects.visible_to(dip.police).values_list("kind", flat=True)) == {"intelligence"}
    event = Event.objects.get(name="stream.passed")
    assert (event.case_id, event.reason, event.detail) == (
        case.pk,
        "offence",
        {"from": "episode", "to": "intelligence"},
    )


@pytest.mark.parametrize(
    ("who", "may"), [("clinic_officer", True), ("clinic", False), ("police_officer", False), ("coordinator", False)]
)
def test_a_liaison_officer_of_an_agency_in_the_stream_decides(dip, who, may):  # noqa: F811
    track, member = opened(dip.clinic, client_case(dip), "episode"), getattr(dip, who)
    seen = list(rules.find_track(member).filter(pk=track.pk))
    assert passable(member, seen) == ({track.pk} if may else set())
    if not may:
        with pytest.raises(PermissionDenied):
            pass_on(by=member, track=track, seen=track.version, details={"to": "intelligence"}, words="He said so.")


def test_the_desk_decides_where_its_agency_is_in_the_stream(dip):  # noqa: F811
    track = opened(dip.police, client_case(dip), "requirement")
    passed(dip.chair, track, "intelligence", dip.police_agency)
    assert Event.objects.filter(name="stream.passed").count() == 1


@pytest.mark.parametrize(
    ("to", "agency", "said", "refused"),
    [
        ("episode", "clinic_agency", {}, ["Choose another stream than this one."]),
        ("nowhere", "clinic_agency", {}, ["Choose another stream than this one."]),
        ("intelligence", "housing_agency", {}, ["Choose an agency that can take it up in that stream."]),
        ("intelligence", "police_agency", {"grounds": ["positive_test"]}, [ALONE]),
        ("intelligence", "police_agency", {"grounds": []}, ["Say what the concern rests on."]),
        ("intelligence", "police_agency", {"told_why_not": ""}, ["Say why the person has not been told."]),
        ("requirement", "police_agency", {"grounds": []}, []),
    ],
)
def test_what_is_not_passed_on(dip, to, agency, said, refused):  # noqa: F811
    track = opened(dip.clinic, client_case(dip), "episode")
    found = refusals(passed, dip.clinic_officer, track, to, getattr(dip, agency), **said)
    assert (found, Event.objects.filter(name="stream.passed").exists()) == (refused, not refused)
    assert Track.objects.count() == (1 if refused else 2)


def test_the_page_passes_words_on_and_keeps_what_was_typed(client, dip):  # noqa: F811
    track = opened(dip.clinic, client_case(dip), "episode")
    sign_in(client, dip.clinic_officer)
    url, today = reverse("cases:pass_on", args=[track.pk]), timezone.localdate()
    said = {
        "version": track.version,
        "to": "intelligence",
        "agency": dip.police_agency.pk,
        "because": "offence",
        "told": "no",
        "told_why_not": "It would warn him.",
        "words": "He has named a day.",
        "effective_on_day": today.day,
        "effective_on_month": today.month,
        "effective_on_year": today.year,
    }
    refused = client.post(url, said)
    assert (refused.status_code, "He has named a day." in refused.content.decode()) == (422, True)
    done = client.post(url, {**said, "grounds": ["offence"]})
    assert (done.status_code, done.url) == (302, reverse("cases:case_management", args=[track.case_id]))
