"""The screen of a sitting: what it shows to whom, what a poll may do, and that nothing typed is ever lost."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from cases.models import Action, Draft, Entry
from cases.workflow.drafts import keep_draft
from meetings.models import AgendaItem, ItemNote, Meeting
from meetings.workflow.live import leave_item, open_meeting, start_item
from meetings.workflow.recording import save_note
from partnership.models import MemberSession
from tests.audit.ledger import recorded
from tests.meetings.sitting import Part, fresh, opened, sign, today, write_whole
from tests.signing_in import sign_in
from tests.valid_html import assert_valid

HTMX = {"HX-Request": "true"}
POLL = {"X-Confer-Poll": "1"}


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def asks(client, meeting, item=None, mark=""):
    """The poll of a screen that shows *item*."""
    address = url("live_now", meeting.pk) + (f"?item={item.pk}" if item else "")
    return client.get(address, headers=POLL | ({"If-None-Match": mark} if mark else {}))


# following
def test_a_poll_writes_nothing(world):
    meeting, item = opened(world, world.idva)
    client = sign_in(Client(), world.idva)
    sessions, kept = MemberSession.objects.order_by("pk"), (Event, AgendaItem.history.model, Meeting.history.model)

    def written():
        return list(sessions.values_list()), [list(table.objects.order_by("pk").values_list("pk")) for table in kept]

    before = written()
    first = asks(client, meeting, item)
    assert asks(client, meeting, item, first.headers["ETag"]).status_code == 204
    assert written() == before


CHANGES = {
    "note_summary": lambda w, m, i: save_note(by=w.chair, item=i, part=Part.SUMMARY, text="New.", seen=0),
    "entries": lambda w, m, i: sign_in(Client(), w.housing).post(
        url("say", m.pk, i.pk), {"text": "Seen today.", "kind": "information", "nature": "fact", "reach": "say"}
    ),
    "actions": lambda w, m, i: sign_in(Client(), w.chair).post(
        url("take_up", m.pk, i.pk, Entry.objects.get(kind="proposal").pk)
    ),
    "outcome": lambda w, m, i: sign_in(Client(), w.chair).post(
        url("save_decision", m.pk, i.pk), {"decision-decision": "none", "decision-reason": "x", "decision-seen": "0"}
    ),
    "room": lambda w, m, i: sign_in(Client(), w.coordinator).post(
        url("enter_observer", m.pk),
        {"observer-name": "Olwen", "observer-organisation": "Uni", "observer-signed": "yes"},
    ),
}


@pytest.mark.parametrize("part", CHANGES)
def test_what_somebody_saves_is_told_to_the_others_part_by_part(world, part):
    meeting, item = opened(world, world.idva, world.housing)
    world.make_entry(
        item.listing, world.housing_agency, world.housing, kind="proposal", reach="minute", text="Move her."
    )
    client = sign_in(Client(), world.idva)
    before = asks(client, meeting, item)
    CHANGES[part](world, meeting, item)
    after = asks(client, meeting, item, before.headers["ETag"])
    assert after.status_code == 200
    changed = {name for name, tag in after.json()["tags"].items() if before.json()["tags"][name] != tag}
    assert part in changed
    assert "people" not in changed and "note_voice" not in changed


def test_what_was_said_comes_back_with_an_empty_form_and_a_refusal_leaves_what_is_known_alone(world):
    meeting, item = opened(world, world.housing)
    client, address = sign_in(Client(), world.housing), url("say", meeting.pk, item.pk)
    given = {"kind": "information", "nature": "fact", "reach": "say"}
    said = client.post(address, given | {"text": "Seen today."}, headers=HTMX).content.decode()
    assert said.count("Seen today.") == 1
    assert said.index('id="say"') < said.index('id="entries"') < said.index('hx-swap-oob="true"')
    refused = client.post(address, given | {"text": "", "nature": ""}, headers=HTMX)
    assert (refused.status_code, 'id="entries"' in refused.content.decode()) == (422, False)


def test_intelligence_is_said_in_the_room_with_its_reliability_source_and_day(world):
    """Edge case 45: as it is said, so it stands on every screen."""
    meeting, item = opened(world, world.housing, world.police)
    client, address = sign_in(Client(), world.housing), url("say", meeting.pk, item.pk)
    given = {"text": "He has a knife.", "kind": "information", "nature": "intelligence", "reach": "say"}
    refused = client.post(address, given, headers=HTMX)
    assert (refused.status_code, "Select how reliable the intelligence is" in refused.content.decode()) == (422, True)
    told = {"grade": "doubtful", "source": "A caller"}
    told |= {"known_on_day": 3, "known_on_month": 11, "known_on_year": 2025}
    assert client.post(address, given | told, headers=HTMX).status_code == 200
    page = sign_in(Client(), world.police).get(reverse("meetings:live", args=[meeting.pk])).content.decode()
    assert "<strong>unverified, from A caller, 3 November 2025 (Doubtful)</strong>" in page


def test_an_entry_kept_from_an_agency_does_not_even_stir_its_screen(world):
    meeting, item = opened(world, world.idva, world.housing)
    client = sign_in(Client(), world.idva)
    entry = world.make_entry(item.listing, world.housing_agency, world.housing)
    world.bar(agency=world.idva_agency, entry=entry, reason="excluded")
    mark = asks(client, meeting, item).headers["ETag"]
    entry.text = "More."
    entry.save_over(1)
    assert asks(client, meeting, item, mark).status_code == 204


def test_the_poll_tells_of_the_next_item(world):
    meeting, item = opened(world, world.idva, cases=2)
    client = sign_in(Client(), world.idva)
    mark = asks(client, meeting, item).headers["ETag"]
    leave_item(by=world.chair, item=fresh(item))
    second = fresh(meeting.items.in_order().last())
    start_item(by=world.chair, item=second)
    assert asks(client, meeting, item, mark).json()["current"] == str(second.pk)


def test_consulted_is_written_once_per_member_item_and_opening(world):
    meeting, item = opened(world, world.idva)
    client = sign_in(Client(), world.idva)
    for _ in range(3):
        client.get(url("live", meeting.pk))
        client.get(url("live_item_part", meeting.pk, item.pk, "entries"), headers=HTMX | POLL)
    assert len(recorded("item.followed")) == 1
    leave_item(by=world.chair, item=fresh(item))
    start_item(by=world.chair, item=fresh(item))
    client.get(url("live", meeting.pk), headers=HTMX)
    followed = recorded("item.followed")
    assert [(e.member_id, e.thing_id, e.reason) for e in followed] == [(world.idva.pk, item.pk, "agenda_item")] * 2


# one query count
CHAIR_QUERIES, FOLLOWER_QUERIES, POLL_QUERIES = 39, 32, 11


@pytest.mark.parametrize("cases", [5, 30])
def test_the_screen_takes_the_same_queries_for_5_and_for_30_cases(world, cases, django_assert_num_queries):
    meeting, item = opened(world, world.idva, cases=cases)
    for number in range(3):
        world.make_entry(item.listing, world.housing_agency, world.housing, text=f"Said {number}.")
    address = url("live", meeting.pk)
    for member, queries in ((world.chair, CHAIR_QUERIES), (world.idva, FOLLOWER_QUERIES)):
        client = sign_in(Client(), member)
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
    mark = asks(client, meeting, item).headers["ETag"]
    with django_assert_num_queries(POLL_QUERIES):
        asks(client, meeting, item, mark)


@pytest.mark.parametrize("number", [1, 3])
def test_the_sitting_opens_with_what_earlier_meetings_left_as_each_may_see_it(world, number, django_assert_num_queries):
    case = world.make_case()
    for agency in [world.housing_agency] * number:
        world.make_action(case, agency, text="Change the locks.")
    meeting = today(world)
    sign(meeting, world.chair, world.coordinator, world.idva)
    chair, address = sign_in(Client(), world.chair), url("live", meeting.pk)
    chair.get(address)
    with django_assert_num_queries(14):
        page = chair.get(address).content.decode()
    assert page.count("Change the locks.") == number
    assert_valid(page)
    assert "Change the locks." not in sign_in(Client(), world.idva).get(address).content.decode()
    assert f"cases.case:{case.pk}" in recorded("record.consulted")[-2].things
    open_meeting(by=world.chair, meeting=fresh(meeting))
    assert chair.get(address).content.decode().count("Change the locks.") == number
    start_item(by=world.chair, item=fresh(meeting.items.get()))
    assert "Change the locks." not in chair.get(address).content.decode()


# saving
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_stale_save_shows_both_texts_and_merges(world, headers):
    meeting, item = opened(world)
    address = url("save_note", meeting.pk, item.pk, "summary")
    chair, coordinator = sign_in(Client(), world.chair), sign_in(Client(), world.coordinator)
    chair.post(address, {"text": "The chair’s text.", "seen": 0}, headers=headers)
    answer = coordinator.post(address, {"text": "My own text.", "seen": 0}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The chair’s text." in page and "My own text." in page
    assert ItemNote.objects.with_key().get().text == "The chair’s text."
    coordinator.post(address, {"text": "Both texts.", "seen": 1}, headers=headers)
    assert ItemNote.objects.with_key().get().text == "Both texts."


def test_without_javascript_a_save_leads_back_to_its_part(world):
    meeting, item = opened(world)
    answer = sign_in(Client(), world.chair).post(
        url("save_note", meeting.pk, item.pk, "summary"), {"text": "Text.", "seen": 0}
    )
    assert answer.headers["Location"] == url("live_item", meeting.pk, item.pk) + "#note_summary"


def test_a_refused_action_keeps_everything_typed(world):
    meeting, item = opened(world)
    answer = sign_in(Client(), world.chair).post(
        url("agree_action", meeting.pk, item.pk),
        {
            "new-seen": 0,
            "new-text": "Fit a camera at the back.",
            "new-risk": "children",
            "new-due_on_day": "3",
            "new-due_on_month": "",
            "new-due_on_year": "2027",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Fit a camera at the back." in page and "Due must include a month" in page
    assert not Action.objects.exists()


def test_what_was_typed_and_not_saved_is_offered_again_to_its_writer_alone(world):
    from django.http import QueryDict

    meeting, item = opened(world)
    save_note(by=world.coordinator, item=item, part=Part.SUMMARY, text="Saved.", seen=0)
    keep_draft(by=world.chair, about=item.listing, part="note_summary", typed=QueryDict("text=Half+a+sentence&seen=1"))
    page = sign_in(Client(), world.chair).get(url("live", meeting.pk)).content.decode()
    assert "Half a sentence" in page and "and did not save it." in page
    assert "Half a sentence" not in sign_in(Client(), world.coordinator).get(url("live", meeting.pk)).content.decode()
    sign_in(Client(), world.chair).post(
        url("save_note", meeting.pk, item.pk, "summary"), {"text": "Whole sentence.", "seen": 1}
    )
    assert not Draft.objects.exists()


def test_one_click_makes_a_proposal_an_action_of_its_agency(world):
    meeting, item = opened(world)
    proposal = world.make_entry(
        item.listing, world.health_agency, world.health, kind="proposal", reach="minute", text="Flag her file."
    )
    chair = sign_in(Client(), world.chair)
    chair.post(url("take_up", meeting.pk, item.pk, proposal.pk))
    action = Action.objects.with_key().get()
    assert (action.text, action.agency, action.proposal, action.agreed_by) == (
        "Flag her file.",
        world.health_agency,
        proposal,
        world.chair,
    )
    again = chair.post(url("take_up", meeting.pk, item.pk, proposal.pk))
    assert (again.status_code, Action.objects.count()) == (302, 1)


@pytest.mark.parametrize("how", ["say only", "kept from an agency"])
def test_what_may_not_go_everywhere_does_not_become_an_action_by_a_click(world, how):
    meeting, item = opened(world)
    reach = "say" if how == "say only" else "minute"
    proposal = world.make_entry(item.listing, world.health_agency, world.health, kind="proposal", reach=reach)
    if reach == "minute":
        world.bar(agency=world.housing_agency, entry=proposal, reason="excluded")
    assert sign_in(Client(), world.chair).post(url("take_up", meeting.pk, item.pk, proposal.pk)).status_code == 404
    assert not Action.objects.exists()


# what is shown
def test_an_unsafe_number_stands_behind_a_warning(world):
    meeting, item = opened(world, world.idva)
    victim = item.listing.case.parties.select_related("key").get(capacity="victim")
    victim.safe_to_call, victim.safe_number = "no", "01632 960123"
    victim.save()
    page = sign_in(Client(), world.idva).get(url("live", meeting.pk)).content.decode()
    number = reverse("cases:show_number", args=[victim.pk])
    assert page.index("It is not safe to call.") < page.index(number)
    assert "01632 960123" not in page
    shown = sign_in(Client(), world.idva).post(number).content.decode()
    assert shown.index("Do not call.") < shown.index("01632 960123")


def test_a_follower_reads_what_a_recorder_writes_and_has_no_fields_for_it(world):
    meeting, item = opened(world, world.idva)
    write_whole(world, item)
    page = sign_in(Client(), world.idva).get(url("live", meeting.pk)).content.decode()
    assert "Summary of the harm." in page and "Considered, because remanded." in page
    assert url("save_note", meeting.pk, item.pk, "summary") not in page


def test_closing_on_the_page_lists_what_is_missing_with_links(world):
    meeting, item = opened(world)
    answer = sign_in(Client(), world.chair).post(url("close_item", meeting.pk, item.pk))
    assert answer.status_code == 422
    for part in ("note_summary", "note_voice", "risks", "note_perpetrator_line", "outcome", "telling"):
        assert f'href="#{part}"' in answer.content.decode()


def test_the_sitting_leads_to_the_minutes_once_it_ended(world):
    meeting, _item = opened(world)
    Meeting.objects.filter(pk=meeting.pk).update(state="minutes_draft")
    client = sign_in(Client(), world.chair)
    assert client.get(url("live", meeting.pk)).headers["Location"] == url("minutes", meeting.pk)
    assert asks(client, meeting).json()["over"] is True


def test_a_signed_meeting_lends_its_idle_time(world):
    from meetings.duties import idle_minutes

    assert idle_minutes(world.idva) is None
    meeting, _item = opened(world, world.idva)
    assert idle_minutes(world.idva) == 90
    assert idle_minutes(world.health) is None
    Meeting.objects.filter(pk=meeting.pk).update(state="minutes_draft")
    assert idle_minutes(world.idva) is None


def test_a_poll_brings_the_changed_parts_and_no_others(world):
    meeting, item = opened(world, world.idva)
    client = sign_in(Client(), world.idva)
    tags = asks(client, meeting, item).json()["tags"]
    has = {"X-Confer-Tags": ",".join(f"{name}:{tag}" for name, tag in tags.items())}
    save_note(by=world.chair, item=item, part=Part.SUMMARY, text="Only this.", seen=0)
    told = client.get(url("live_now", meeting.pk) + f"?item={item.pk}", headers=POLL | has).json()["parts"]
    assert sorted(told) == ["closing", "note_summary"]
    assert "Only this." in told["note_summary"]
