"""A panel about an offender: from referral to closed case, by the verbs and on the same pages as a MARAC."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from cases.models import Action, Case, Checklist, Party, Referral
from cases.rules.referral import missing_from
from cases.workflow.access import involve
from cases.workflow.action import agree_action
from cases.workflow.merging import Clash
from cases.workflow.progress import accept_closure, finish_action
from cases.workflow.referral import save_part, start_referral, submit_referral
from cases.workflow.screening import accept_referral, findings
from meetings.documents import facts_of
from meetings.models import ItemNote, MinutesItem
from meetings.workflow.agenda import list_case
from meetings.workflow.documents import ask_document, reader_of
from meetings.workflow.live import close_item, end_meeting, open_meeting, start_item
from meetings.workflow.minutes import approve_minutes, draft_minutes, send_for_check
from meetings.workflow.recording import save_decision, save_note, save_telling
from meetings.workflow.research import send_research
from partnership.models import Panel
from partnership.roles import Role
from tests.cases.scheme_without_victim import OFFENDERS, accepted, offenders, sent, tomorrow, whole  # noqa: F401
from tests.meetings.papers import fresh as fresh_document
from tests.meetings.sitting import fresh, sign
from tests.signing_in import sign_in
from tests.world import make_member

MARAC_WORDS = re.compile(r"victim|dash\b|marac|perpetrator|idva\b|domestic|abuse", re.IGNORECASE)


def words(response) -> str:
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).replace("Isla Idva", "").split())  # a name of the cast


def listed(world, **more):
    """The case on the agenda of a meeting, the panel's agencies asked; the meeting and the item."""
    case, referral = accepted(world, **more)
    meeting = world.make_meeting(state="agenda_open", starts_at=timezone.now())
    item = list_case(by=world.coordinator, meeting=meeting, case=case, referral=referral, type="full")
    return meeting, fresh(item)


def in_session(world, **more):
    """The meeting open, the item being heard, the coordinator and housing signed."""
    meeting, item = listed(world, **more)
    meeting.state = "agenda_frozen"
    meeting.save()
    sign(meeting, world.chair, world.coordinator, world.housing)
    open_meeting(by=world.chair, meeting=fresh(meeting))
    start_item(by=world.chair, item=fresh(item))
    return meeting, fresh(item)


def heard(world, **more):
    """The item recorded whole and closed, one action agreed; the meeting ended."""
    meeting, item = in_session(world, **more)
    by = world.coordinator
    for part, text in (("summary", "Sheds again."), ("progress", "He kept two of four."), ("risk_community", "High.")):
        save_note(by=by, item=item, part=part, text=text, seen=0)
    agree_action(
        by=by,
        case=item.listing.case,
        listing=item.listing,
        agency=world.housing_agency,
        text="Call.",
        due_on=tomorrow(),
    )
    outcome = save_decision(by=by, item=item, decision="actions", seen=0)
    save_telling(by=by, item=item, seen=outcome.version, teller=world.housing, tell_how="At home.", tell_by=tomorrow())
    close_item(by=world.chair, item=fresh(item))
    end_meeting(by=world.chair, meeting=fresh(meeting))
    return fresh(meeting), fresh(item)


def minuted(world, **more):
    meeting, item = heard(world, **more)
    minutes = draft_minutes(by=world.coordinator, meeting=meeting)
    send_for_check(by=world.coordinator, minutes=fresh(minutes))
    approve_minutes(by=world.chair, minutes=minutes, early=True)
    return fresh(meeting), item


# --- by the verbs -----------------------------------------------------------------------------------------------------
def test_a_case_about_an_offender_goes_from_referral_to_its_end(offenders):  # noqa: F811
    _meeting, item = minuted(offenders)
    case = item.listing.case
    action = Action.objects.with_key().select_related("case__panel", "agency").get(case=case)
    finish_action(by=offenders.housing, action=action, state="done", outcome="Called.", seen=action.version)
    action.refresh_from_db()
    accept_closure(by=offenders.coordinator, action=action, seen=action.version)
    row = MinutesItem.objects.with_key().get(case=case)
    headings = [(part["part"], part["heading"]) for part in row.content]
    assert Case.objects.get(pk=case.pk).state == "closed"
    assert (action.risk, Checklist.objects.count()) == ("community", 0)
    assert headings == [
        ("case", "Case"),
        ("summary", "Summary"),
        ("progress", "Progress since last time"),
        ("risk_community", "Risk: the community"),
        ("action", "Action 1"),
        ("decision", "Decision"),
        ("telling", "Who tells the offender"),
    ]


def test_the_same_offender_is_the_same_case_reopened_and_nobody_is_asked_whether_it_is_a_repeat(offenders):  # noqa: F811
    case, _referral = accepted(offenders)
    again = sent(offenders)
    person = Party.objects.get(case=case, capacity="offender")
    other = Party.objects.get(referral=again, capacity="offender")
    same = accept_referral(by=offenders.coordinator, referral=again, matches={other.pk: person.subject})
    again.refresh_from_db()
    assert (same.pk, again.repeat) == (case.pk, Referral.RepeatAnswer.REPEAT)
    assert again.repeat_explanation.endswith(f"the same person ({case.reference}).")


def test_another_offender_is_another_case(offenders):  # noqa: F811
    (one, first), (other, second) = accepted(offenders), accepted(offenders)
    assert one.pk != other.pk
    assert (first.repeat, second.repeat) == ("new", "new")


# --- what is asked ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({}, []),
        ({"cohort": None}, ["cohort"]),
        ({"cohort": "free"}, ["associate"]),
    ],
)
def test_items_and_the_scheme_say_what_is_missing(offenders, typed, codes):  # noqa: F811
    referral = whole(offenders, **typed)
    parties = list(Party.objects.with_key().filter(referral=referral))
    assert [missing.code for missing in missing_from(referral, parties, None)] == codes


def test_an_empty_referral_lacks_what_the_scheme_asks_and_nothing_of_a_marac(offenders):  # noqa: F811
    referral = start_referral(by=offenders.referrer, panel=offenders.panel)
    parties = list(Party.objects.with_key().filter(referral=referral))
    assert [m.code for m in missing_from(referral, parties, None)] == [
        *("contact_phone", "offender_name", "summary", "cohort", "lawful_basis", "lawful_basis_words")
    ]
    with pytest.raises(ValidationError) as refused:
        submit_referral(by=offenders.referrer, referral=referral)
    assert len(refused.value.messages) == 6


def test_screening_finds_nothing_of_a_marac(offenders):  # noqa: F811
    referral = sent(offenders)
    parties = list(Party.objects.with_key().filter(referral=referral))
    assert findings(referral, parties) == []


def test_two_sections_of_items_do_not_undo_each_other_and_one_answered_twice_is_asked(offenders):  # noqa: F811
    referral = whole(offenders)
    by, seen = offenders.referrer, referral.version
    save_part(by=by, referral=referral, row=referral, typed={"details": {"cohort": "free"}}, seen=seen)
    save_part(by=by, referral=referral, row=referral, typed={"details": {"release_on": "2027-01-04"}}, seen=seen)
    referral.refresh_from_db()
    assert referral.details == {"cohort": "free", "release_on": "2027-01-04"}
    with pytest.raises(Clash) as clash:
        save_part(by=by, referral=referral, row=referral, typed={"details": {"cohort": None}}, seen=seen)
    assert clash.value.theirs == {"cohort": "free"}
    seen = referral.version
    save_part(by=by, referral=referral, row=referral, typed={"details": {"release_on": None}}, seen=seen)
    referral.refresh_from_db()
    assert referral.details == {"cohort": "free"}


# --- the record of an item --------------------------------------------------------------------------------------------
def test_an_item_is_closed_with_what_its_scheme_wants(offenders):  # noqa: F811
    _meeting, item = in_session(offenders)
    with pytest.raises(ValidationError) as refused:
        close_item(by=offenders.chair, item=item)
    assert refused.value.messages == [
        "Write the summary.",
        "Say what went better or worse.",
        "Write the risk under at least one heading.",
        "Record the decision.",
        "Name who tells the person, or say why the person is not told.",
    ]


# --- the reporter -----------------------------------------------------------------------------------------------------
def test_a_reporter_is_seen_by_the_desk_and_the_agency_that_refers_alone(offenders):  # noqa: F811
    _meeting, item = in_session(offenders)
    case = item.listing.case
    involve(
        by=offenders.coordinator, panel=case.panel, case=case, agency=offenders.health_agency, stage="action", why="x"
    )
    seen = {
        member.name: sorted(Party.objects.visible_to(member).filter(case=case).values_list("capacity", flat=True))
        for member in (offenders.coordinator, offenders.chair, offenders.referrer, offenders.police, offenders.health)
    }
    assert seen == {
        "Cerys Coordinator": ["offender", "reporter"],
        "Dafydd Chair": ["offender", "reporter"],
        "Rhys O’Referrer": ["offender", "reporter"],
        "Priya Police": ["offender"],
        "Hana Health": ["offender"],
    }


def test_a_reporter_stands_as_a_letter_on_agenda_screen_minutes_and_documents_also_for_the_desk(offenders):  # noqa: F811
    meeting, item = minuted(offenders, reporters=2)
    document = fresh_document(ask_document(by=offenders.coordinator, meeting=meeting, kind="agenda"))
    people = facts_of(document, reader_of(document))["items"][0]["people"]
    row = MinutesItem.objects.with_key().get(case=item.listing.case)
    assert [person["name"] for person in people] == ["Gethin Llwynog", "Reporter A", "Reporter B"]
    assert [person["part"] for person in people] == ["Offender", "identity withheld", "identity withheld"]
    assert row.content[0]["text"].splitlines()[1:4] == [
        "Offender: Gethin Llwynog.",
        "Reporter A: identity withheld.",
        "Reporter B: identity withheld.",
    ]
    assert "Nesta" not in str([part["text"] for part in row.content])


def test_the_case_page_tells_that_there_is_a_reporter_and_the_desk_who(offenders):  # noqa: F811
    _meeting, item = in_session(offenders)
    address = reverse("cases:case", args=[item.listing.case_id])
    told = {}
    for member in (offenders.coordinator, offenders.housing_deputy, offenders.health):
        shown = words(sign_in(Client(), member).get(address))
        told[member.name] = ("Nesta Cymydog" in shown, "Reporter A" in shown)
    assert told == {"Cerys Coordinator": (True, False), "Dilys Deputy": (True, False), "Hana Health": (False, True)}


def test_the_coordinator_of_one_panel_finds_nothing_of_another(offenders):  # noqa: F811
    case, referral = accepted(offenders)
    other = Panel.objects.create(partnership=offenders.partnership, name="Aberwenlli MARAC", reference_prefix="MA")
    stranger = make_member("Non Neighbour", offenders.council, Role.COORDINATOR, panel=other)
    client = sign_in(Client(), stranger)
    assert not Referral.objects.visible_to(stranger).exists() and not Party.objects.visible_to(stranger).exists()
    for name, row in (("cases:screen_referral", referral), ("cases:matches", referral), ("cases:case", case)):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404
    assert referral.reference not in words(client.get(reverse("cases:screening")))


# --- through the pages ------------------------------------------------------------------------------------------------
def pages_before(world):
    """The pages of a referral while it is written, screened and listed, each with who reads it."""
    draft, waiting = whole(world), sent(world)
    meeting, item = listed(world)
    send_research(by=world.coordinator, meeting=meeting)
    answer = item.listing.returns.get(request__agency=world.health_agency)
    own, desk = world.referrer, world.coordinator
    yield from (
        (own, reverse("cases:referrals")),
        (own, reverse("cases:referral", args=[draft.pk])),
        (own, reverse("cases:submit_referral", args=[draft.pk])),
        *((own, reverse("cases:referral_section", args=[draft.pk, s.code])) for s in OFFENDERS.sections),
        (own, reverse("cases:referral", args=[waiting.pk])),
        (desk, reverse("cases:screening")),
        (desk, reverse("cases:screen_referral", args=[waiting.pk])),
        (desk, reverse("cases:accept_referral", args=[waiting.pk])),
        (desk, reverse("cases:matches", args=[waiting.pk])),
        (desk, reverse("cases:case", args=[item.listing.case_id])),
        (desk, reverse("cases:case_referrals", args=[item.listing.case_id])),
        (desk, reverse("meetings:agenda", args=[meeting.pk])),
        (desk, reverse("meetings:change_item", args=[item.pk])),
        (world.health, reverse("meetings:agenda", args=[meeting.pk])),
        (world.health, reverse("meetings:research", args=[meeting.pk])),
        (world.health, reverse("meetings:return", args=[answer.pk])),
    )


def test_the_pages_before_a_meeting_speak_of_the_offender_alone(offenders):  # noqa: F811
    for member, address in pages_before(offenders):
        client = sign_in(Client(), member)
        shown = words(client.get(address))
        assert MARAC_WORDS.findall(shown) == [], address
        named = member in (offenders.coordinator, offenders.referrer)
        assert named or "Nesta" not in shown, address


@pytest.mark.parametrize("who", ["coordinator", "housing"])
def test_the_screen_of_an_item_speaks_of_the_offender_alone(offenders, who):  # noqa: F811
    meeting, item = in_session(offenders)
    client = sign_in(Client(), getattr(offenders, who))
    shown = words(client.get(reverse("meetings:live_item", args=[meeting.pk, item.pk])))
    assert MARAC_WORDS.findall(shown) == []
    assert "Nesta" not in shown
    for expected in ("Gethin Llwynog", "Reporter A", "Progress since last time", "Who tells the offender"):
        assert expected in shown


def test_a_part_that_the_scheme_has_not_is_no_page(offenders):  # noqa: F811
    meeting, item = in_session(offenders)
    client = sign_in(Client(), offenders.coordinator)
    for part in (ItemNote.Part.VOICE, ItemNote.Part.PERPETRATOR_LINE):
        address = reverse("meetings:save_note", args=[meeting.pk, item.pk, part])
        assert client.post(address, {"text": "x", "seen": 0}).status_code == 404


def test_minutes_and_plan_speak_of_the_offender_alone(offenders):  # noqa: F811
    meeting, _item = minuted(offenders)
    client = sign_in(Client(), offenders.housing)
    shown = words(client.get(reverse("meetings:minutes", args=[meeting.pk])))
    assert MARAC_WORDS.findall(shown) == []
    for kind in ("plan", "minutes", "agenda"):
        document = fresh_document(ask_document(by=offenders.coordinator, meeting=meeting, kind=kind))
        facts = facts_of(document, reader_of(document))
        assert MARAC_WORDS.findall(str(facts)) == [], kind
    owed = words(client.get(reverse("meetings:tellings")))
    assert "Tell the person what was agreed" in owed
    assert MARAC_WORDS.findall(owed) == []
