"""The management tab, the pages of moves and forms, and the list of cases by status."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Draft, Sheet, Step, Track
from cases.models.access import Stage
from cases.owed import tracks as owed_tracks
from cases.views.track_reading import picture
from cases.workflow.sheet import save_sheet
from cases.workflow.track import end_track, move
from tests.cases.schemes_for_tests import begun, filled, managed_case
from tests.valid_html import assert_valid

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def case(world):
    return managed_case(world, world.housing_agency)


def typed_day(date, name="effective_on") -> dict:
    return {f"{name}_day": date.day, f"{name}_month": date.month, f"{name}_year": date.year}


def page_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_tab_stands_only_where_the_scheme_has_something_for_it(world, case, as_member):
    client = as_member(world.housing)
    url = reverse("cases:case_management", args=[case.pk])
    assert client.get(url).status_code == 200
    assert f'href="{url}"' in page_of(client.get(reverse("cases:case", args=[case.pk])))
    world.panel.scheme = "marac"
    world.panel.save()
    assert client.get(url).status_code == 404
    assert f'href="{url}"' not in page_of(client.get(reverse("cases:case", args=[case.pk])))


def test_the_tab_shows_state_clock_moves_steps_and_forms(world, case, as_member):
    today = timezone.localdate()
    track = begun(world.housing, case, on=today - 30 * DAY, words="Named by the ward team.")
    lead = {"lead": str(world.health_agency.pk)}
    move(by=world.coordinator, track=track, move="adopt", seen=1, details=lead, on=today - 9 * DAY)
    sheet = filled(world.housing, case)
    response = as_member(world.housing).get(reverse("cases:case_management", args=[case.pk]))
    assert_valid(response.content)
    page = page_of(response)
    for words in ("Managed", "Seen every month.", "Named by the ward team.", "Wenlli Health", "Lead agency"):
        assert words in page
    moves = [reverse("cases:move_track", args=[track.pk, code]) in page for code in ("review", "close", "adopt")]
    assert moves == [True, True, False]
    assert reverse("cases:sheet", args=[sheet.pk]) in page
    event = Event.objects.filter(name="record.consulted").latest("at")
    assert (event.reason, event.thing_id) == ("managing", case.pk)


def test_a_move_is_made_on_its_page(world, case, as_member):
    track = begun(world.housing, case)
    url = reverse("cases:move_track", args=[track.pk, "adopt"])
    client = as_member(world.coordinator)
    assert_valid(client.get(url).content)
    sent = {"version": 1, "lead": str(world.health_agency.pk), "words": "Agreed.", **typed_day(timezone.localdate())}
    response = client.post(url, sent)
    assert (response.status_code, response.url) == (302, reverse("cases:case_management", args=[case.pk]))
    step = Step.objects.visible_to(world.coordinator).get(move="adopt")
    assert (step.words, step.details) == ("Agreed.", {"lead": str(world.health_agency.pk)})


def test_a_refused_move_keeps_what_was_typed_and_says_why_at_the_field(world, case, as_member):
    track = begun(world.housing, case)
    url = reverse("cases:move_track", args=[track.pk, "adopt"])
    response = as_member(world.coordinator).post(
        url, {"version": 1, "words": "Half a sentence", "effective_on_day": "40"}
    )
    assert response.status_code == 422
    form = response.context["form"]
    assert sorted(form.errors) == ["effective_on", "lead"]
    assert "Half a sentence" in page_of(response)
    assert Draft.objects.visible_to(world.coordinator).get().part == "move:adopt"


def test_who_moves_late_sees_where_it_stands_now_and_moves_over_that(world, case, as_member):
    track = begun(world.housing, case)
    Track.objects.filter(pk=track.pk).update(state="managed")
    move(by=world.coordinator, track=track, move="review", seen=1, reason="due")
    url = reverse("cases:move_track", args=[track.pk, "review"])
    sent = {"version": 1, "reason": "due", "words": "Seen today.", **typed_day(timezone.localdate())}
    client = as_member(world.housing)
    response = client.post(url, sent)
    assert (response.status_code, response.context["form"]["version"].value()) == (422, 2)
    assert "Seen today." in page_of(response)
    assert client.post(url, {**sent, "version": 2}).status_code == 302


def test_a_track_about_somebody_is_opened_for_one_of_the_case(world, case, as_member):
    subject = case.parties.get(capacity="victim").subject
    url = reverse("cases:open_track", args=[case.pk, "contact", "plan"])
    client = as_member(world.housing)
    assert client.post(url, typed_day(timezone.localdate())).context["form"].errors["subject"] == [
        "Answer the question “Whom is it about?”"
    ]
    assert client.post(url, {"subject": str(subject.pk), **typed_day(timezone.localdate())}).status_code == 302
    assert Track.objects.get().subject == subject
    tab = client.get(reverse("cases:case_management", args=[case.pk]))
    assert "Contact plan: Mair O’Gwynedd" in page_of(tab)


def test_the_desk_ends_a_track_on_its_page(world, case, as_member):
    track = begun(world.housing, case)
    url = reverse("cases:end_track", args=[track.pk])
    client = as_member(world.coordinator)
    assert_valid(client.get(url).content)
    assert sorted(client.post(url, {"version": 1}).context["form"].errors) == ["reason", "words"]
    assert client.post(url, {"version": 1, "reason": "error", "words": "Wrong person."}).status_code == 302
    assert Track.objects.get().ended_by == world.coordinator


def test_a_form_is_filled_in_read_and_changed(world, case, as_member):
    client = as_member(world.housing)
    url = reverse("cases:write_sheet", args=[case.pk, "plan"])
    assert_valid(client.get(url).content)
    assert client.post(url, {"colour": "red"}).context["form"].errors == {"goal": ["Enter goal"]}
    sent = {"goal": "A flat", "colour": "red", "owner": str(world.health_agency.pk)}
    response = client.post(url, sent | typed_day(datetime.date(2027, 3, 1), "by"))
    sheet = Sheet.objects.visible_to(world.housing).get()
    assert (response.url, sheet.due_on) == (reverse("cases:sheet", args=[sheet.pk]), datetime.date(2027, 3, 1))
    change = reverse("cases:change_sheet", args=[sheet.pk])
    assert client.get(change).context["form"].initial == {
        "version": 1,
        "goal": "A flat",
        "colour": "red",
        "by": datetime.date(2027, 3, 1),
        "owner": str(world.health_agency.pk),
    }
    assert client.post(change, {"version": 1, "goal": "A flat", "colour": "green"}).status_code == 302
    response = client.get(reverse("cases:sheet", args=[sheet.pk]))
    assert_valid(response.content)
    assert response.context["answers"] == [("Goal", "A flat"), ("Colour", "Green")]
    assert response.context["versions"][0]["changes"] == [
        ("Colour", "Red", "Green"),
        ("By", "1 March 2027", ""),
        ("Owner", "Wenlli Health", ""),
    ]


def test_two_writers_of_one_form_lose_nothing(world, case, as_member):
    sheet = filled(world.housing, case, data={"goal": "A flat", "colour": "red"})
    other = {"goal": "A house", "colour": "red"}
    save_sheet(by=world.coordinator, sheet=sheet, data=other, seen=1)
    client, url = as_member(world.housing), reverse("cases:change_sheet", args=[sheet.pk])
    response = client.post(url, {"version": 1, "goal": "A caravan", "colour": "green"})
    assert response.status_code == 409
    assert response.context["writing"].clashes == [{"label": "Goal", "text": "A house"}]
    assert [response.context["form"][name].value() for name in ("goal", "colour", "version")] == [
        "A caravan",
        "green",
        2,
    ]
    assert client.post(url, {"version": 2, "goal": "A caravan", "colour": "green"}).status_code == 302


def test_what_was_typed_comes_back_as_a_draft(world, case, as_member):
    client = as_member(world.housing)
    for url_name, args in (("write_sheet", [case.pk, "plan"]), ("open_track", [case.pk, "course", "nominate"])):
        url = reverse(f"cases:{url_name}", args=args)
        kept = client.post(client.get(url).context["writing"].draft_url, {"goal": "Half", "words": "Half"})
        assert kept.status_code == 200
        assert "Half" in page_of(client.get(url))


def test_who_only_sees_the_case_may_read_and_not_write(world, case, as_member):
    track, sheet = begun(world.housing, case), filled(world.housing, case)
    world.involve(case, world.children_agency, stage=Stage.ACTION)
    client = as_member(world.children)
    found = [
        client.get(reverse(f"cases:{name}", args=args)).status_code
        for name, args in (
            ("sheet", [sheet.pk]),
            ("change_sheet", [sheet.pk]),
            ("write_sheet", [case.pk, "plan"]),
            ("move_track", [track.pk, "adopt"]),
            ("move_track", [track.pk, "no_such"]),
            ("open_track", [case.pk, "course", "nominate"]),
        )
    ]
    assert found == [200, 403, 403, 403, 404, 403]


def test_the_list_narrows_by_kind_and_state_and_asks_no_more_for_three(world, as_member, django_assert_num_queries):
    case = managed_case(world, world.housing_agency)
    begun(world.housing, case)
    client, url = as_member(world.housing), reverse("cases:tracks")
    with django_assert_num_queries(6):
        assert len(client.get(url).context["page"].rows) == 1
    for _number in range(2):
        begun(world.housing, managed_case(world, world.housing_agency))
    begun(world.housing, case, "episode", "begin")
    managed_case(world)
    Track.objects.filter(case=case, kind="course").update(state="managed", due_on=timezone.localdate() - DAY)
    with django_assert_num_queries(6):
        response = client.get(url)
    assert_valid(response.content)
    assert [(track.kind, track.urgency) for track in response.context["page"].rows].count(("course", "overdue")) == 1
    counts = [len(client.get(url, query).context["page"].rows) for query in ({"kind": "course"}, {"state": "managed"})]
    assert (len(response.context["page"].rows), counts) == (4, [3, 1])
    assert len(client.get(url, {"kind": "no_such", "at": "x"}).context["page"].rows) == 4


def test_what_is_due_is_owed_by_those_who_manage(world, case):
    track = begun(world.housing, case)
    for days, count in ((-1, 1), (7, 1), (8, 0)):
        Track.objects.filter(pk=track.pk).update(due_on=timezone.localdate() + days * DAY)
        assert [owed.count for owed in owed_tracks(world.housing)] == [count]
    Track.objects.filter(pk=track.pk).update(due_on=timezone.localdate())
    assert [owed.count for owed in owed_tracks(world.children)] == [0]
    world.panel.scheme = "marac"
    world.panel.save()
    assert owed_tracks(type(world.housing).objects.get(pk=world.housing.pk)) == []


def test_the_tab_asks_no_more_for_three_tracks(world, case, as_member, django_assert_num_queries):
    client, url = as_member(world.housing), reverse("cases:case_management", args=[case.pk])
    lead = {"lead": str(world.health_agency.pk)}
    move(by=world.coordinator, track=begun(world.housing, case), move="adopt", seen=1, details=lead)
    filled(world.housing, case)
    with django_assert_num_queries(15):
        client.get(url)
    subject = case.parties.get(capacity="victim").subject
    for _number in range(2):
        begun(world.housing, case, "contact", "plan", subject=subject)
        filled(world.housing, case)
    with django_assert_num_queries(15):
        client.get(url)


def test_the_picture_covers_the_whole_time_and_leaves_reviews_out(world, case):
    today = timezone.localdate()
    track = begun(world.housing, case, on=today - 10 * DAY)
    lead = {"lead": str(world.health_agency.pk)}
    move(by=world.coordinator, track=track, move="adopt", seen=1, details=lead, on=today - 6 * DAY)
    move(by=world.coordinator, track=track, move="review", seen=2, reason="due")
    steps = list(Step.objects.visible_to(world.housing).in_order())
    found = [(s.state.code, s.begins, s.ends, s.at, s.wide) for s in picture(track, steps)]
    assert found == [
        ("nominated", today - 10 * DAY, today - 6 * DAY, 0, 400),
        ("managed", today - 6 * DAY, None, 400, 600),
    ]


def cards(response) -> list[tuple[str, bool]]:
    """The courses in the order of the page: in which state, and whether folded."""
    return [(shown.track.state, shown.is_folded) for shown in response.context["tracks"]]


def test_courses_that_ended_are_folded_under_links_to_all_of_them(world, case, as_member):
    url = reverse("cases:case_management", args=[case.pk])
    client = as_member(world.coordinator)
    begun(world.coordinator, case)
    assert ("On this page" in page_of(client.get(url)), cards(client.get(url))) == (False, [("nominated", False)])
    episode = begun(world.coordinator, case, "episode", "begin")
    move(by=world.coordinator, track=episode, move="finish", seen=1)
    response = client.get(url)
    assert_valid(response.content)
    assert cards(response) == [("nominated", False), ("over", True)]
    page = page_of(response)
    assert [f'href="#{shown.anchor}"' in page for shown in response.context["tracks"]] == [True, True]
    assert f'<details class="govuk-details" id="ended-{episode.pk}">' in page


def test_where_none_runs_any_more_the_first_course_stands_open(world, case, as_member):
    track = begun(world.housing, case)
    end_track(by=world.coordinator, track=track, reason="error", words="Wrong person.", seen=1)
    response = as_member(world.housing).get(reverse("cases:case_management", args=[case.pk]))
    assert cards(response) == [("nominated", False)]


def test_all_but_the_last_three_steps_are_folded(world, case, as_member):
    track = begun(world.coordinator, case)
    lead = {"lead": str(world.health_agency.pk)}
    move(by=world.coordinator, track=track, move="adopt", seen=1, details=lead)
    for seen in (2, 3, 4):
        move(by=world.coordinator, track=track, move="review", seen=seen, reason="due", words=f"Seen {seen}.")
    response = as_member(world.coordinator).get(reverse("cases:case_management", args=[case.pk]))
    assert_valid(response.content)
    [shown] = response.context["tracks"]
    assert [told.step.words for told in shown.latest] == ["Seen 4.", "Seen 3.", "Seen 2."]
    assert [told.step.move for told in shown.earlier] == ["adopt", "nominate"]
    assert "2 earlier steps" in page_of(response)


def test_the_history_tells_each_step_that_the_reader_sees(world, case, as_member):
    track = begun(world.coordinator, case, words="Named by the ward team.")
    lead = {"lead": str(world.health_agency.pk)}
    move(by=world.coordinator, track=track, move="adopt", seen=1, details=lead, words="Agreed.")
    url = reverse("cases:case_history", args=[case.pk])
    lines = [line for line in as_member(world.coordinator).get(url).context["timeline_page"].changes if line.fields]
    told = [(line.what, line.by, line.fields) for line in lines]
    name = str(track.kind_of.name)
    assert (f"{name}: Adopt", "Cerys Coordinator", [(name, "Nominated", "Managed")]) in told
    page = page_of(as_member(world.coordinator).get(url))
    assert (f"{name}: Nominate" in page, "Named by the ward team." in page) == (True, False)
    world.involve(case, world.police_agency, stage=Stage.RESEARCH)
    assert f"{name}:" not in page_of(as_member(world.police).get(url))
