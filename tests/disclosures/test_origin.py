"""What another agency gave is recorded as theirs, and leaves only once its liaison officer agreed (guidance Box 1)."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Entry
from cases.workflow.entry import take_over_entry, write_entry
from disclosures.documents_of_decisions import record_facts
from disclosures.models import Decision, DecisionRecipient
from disclosures.rules import decision as rules
from disclosures.workflow import approval
from disclosures.workflow import decision as deciding
from disclosures.workflow.spoken import record_spoken
from tests.disclosures.asking import Asking
from tests.meetings.sitting import opened
from tests.valid_html import assert_valid

POLICE = "Wenlli Police"
TODAY = timezone.localdate
NO = f"It leaves only once the liaison officer of {POLICE} has agreed: ask them, or leave it out."
WHO = f"Say which liaison officer of {POLICE} agreed, and on which day."
ENTRY = f"An entry that is to leave came from {POLICE}: name that agency and what it answered, or leave it out."


@pytest.fixture
def asking(world):
    return Asking(world)


def agreed(asking, **more):
    """What is answered where the police's officer agreed."""
    answers = {"agency": asking.world.police_agency, "answer": "agreed", "name": "Pedr Liaison", "on": TODAY()}
    return {"third_party": True} | {f"third_party_{name}": value for name, value in (answers | more).items()}


def gaps(decision) -> list[str]:
    return [sentence for _page, sentence in rules.problems(decision, **deciding.parts_of(decision))]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"agency": None}, ["Some of it comes from another agency: say which."]),
        ({"agency": None, "words": "Pell Rescue"}, []),
        ({"answer": "refused", "words": "No, it did not agree."}, [NO]),
        ({"answer": "not_asked"}, [NO]),
        ({"answer": ""}, [NO]),
        ({"name": " "}, [WHO]),
        ({"on": None}, [WHO]),
    ],
)
def test_another_agencys_information_needs_its_officers_agreement_by_name_and_day(asking, more, expected):
    decision = asking.prepare(asking.decision(asking.ask()), **agreed(asking, **more))
    assert gaps(decision) == expected


def test_who_agreed_stands_on_page_and_paper(asking, as_member):
    decision = asking.decided(asking.decision(asking.ask()), **agreed(asking, words="Not the street."))
    today = f"{TODAY():%-d %B %Y}"
    told = f"{POLICE}. It agreed: Pedr Liaison, {today}. Not the street."
    assert record_facts(decision)["third_party"] == told
    page = as_member(asking.health_officer).get(reverse("disclosures:decision", args=[decision.pk])).content.decode()
    assert_valid(page)
    assert f"{POLICE}<div>It agreed: Pedr Liaison, {today}</div>" in page


def test_the_question_offers_every_other_agency_and_stands_open_where_there_is_one(asking, as_member):
    decision = asking.prepare(asking.decision(asking.ask()))
    client = as_member(asking.health_officer)
    url = reverse("disclosures:decision_question", args=[decision.pk, "nature"])
    page = client.get(url).content.decode()
    assert_valid(page)
    choice = page.split('name="third_party_agency"')[1].split("</select>")[0]
    assert (POLICE in choice, "Wenlli Health" in choice) == (True, False)
    typed = {"identifies": "personal", "special": ["health"], "third_party": "yes", "version": decision.version}
    typed |= {"third_party_agency": str(asking.world.police_agency.pk), "third_party_answer": "agreed"}
    assert client.post(url, typed).status_code == 302
    kept = asking.again(decision)
    assert (kept.third_party_agency, kept.third_party_answer) == (asking.world.police_agency, "agreed")
    assert '<details class="govuk-details" open' in client.get(url).content.decode()


# in the room
def said(world, item, **more) -> Entry:
    """Housing says what the police gave it."""
    given = {"text": "He is on bail until Friday.", "origin": world.police_agency} | more
    return write_entry(by=world.housing, listing=item.listing, **given)


@pytest.fixture
def room(world):
    return opened(world, world.police, world.housing, world.health)


def test_what_is_said_of_another_agencys_is_kept_so_and_shown_so(world, room, as_member):
    meeting, item = room
    client = as_member(world.housing)
    form = client.get(reverse("meetings:live", args=[meeting.pk])).content.decode()
    assert "It came from another agency" in form
    typed = {"text": "He is on bail.", "kind": "information", "nature": "fact", "reach": "say"}
    url = reverse("meetings:say", args=[meeting.pk, item.pk])
    own = client.post(url, typed | {"origin": str(world.housing_agency.pk)}, headers={"HX-Request": "true"})
    assert own.status_code == 422
    done = client.post(url, typed | {"origin": str(world.police_agency.pk)}, headers={"HX-Request": "true"})
    assert done.status_code == 200
    entry = Entry.objects.get(text__isnull=False)
    assert (entry.agency, entry.origin) == (world.housing_agency, world.police_agency)
    event = Event.objects.get(name="entry.written")
    assert event.detail["origin"] == str(world.police_agency.pk)
    shown = as_member(world.health).get(reverse("meetings:live_item_part", args=[meeting.pk, item.pk, "entries"]))
    assert f"from {POLICE}" in shown.content.decode()


def test_nobodys_own_agency_is_another(world, room):
    with pytest.raises(ValidationError) as refused:
        said(world, room[1], origin=world.housing_agency)
    assert refused.value.message_dict == {"origin": ["This is your own agency. Choose the other one, or none."]}


def test_the_agency_it_came_from_is_its_originator_and_learns_who_said_it(world, room):
    w, item = world, room[1]
    said(w, item)
    w.make_entry(item.listing, w.housing_agency, w.housing, text="The rent is paid.")
    recipients = [{"member": m, "agency": m.agency, "observer": ""} for m in (w.police, w.housing, w.health)]
    record_spoken(by=w.chair, listing=item.listing, recipients=recipients)
    decisions = {each.originator.name: each for each in Decision.objects.with_key().select_related("originator")}
    assert sorted(decisions) == ["Aberwenlli Homes", POLICE]
    heard = DecisionRecipient.objects.filter(decision=decisions[POLICE]).values_list("member__name", flat=True)
    assert (list(heard), decisions[POLICE].decided_by) == (["Hana Health"], w.housing)
    assert decisions[POLICE].reason == (
        "Shared at the item under the statement that all who heard it signed. Said by Aberwenlli Homes, to whom this "
        "agency had given it: its liaison officer was not asked before."
    )
    assert decisions["Aberwenlli Homes"].reason == (
        "Shared at the item under the statement that all who heard it signed."
    )


# onward, at the desk
def test_an_entry_that_came_from_another_goes_on_only_with_that_agencys_agreement(asking):
    w = asking.world
    item = w.list_case(w.make_meeting(state="in_session"), asking.case, asked=[w.health_agency])
    entry = w.make_entry(item.listing, w.health_agency, w.health, text="He is on bail.", origin=w.police_agency)
    decision = asking.prepare(asking.decision(asking.ask()))
    piece = {"entry": entry.pk, "original": entry.text, "words": entry.text}
    deciding.choose_pieces(by=asking.health_officer, decision=decision, pieces=[piece])
    assert gaps(decision) == [ENTRY]
    with pytest.raises(ValidationError, match="came from Wenlli Police"):
        approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
    for more, expected in [({"agency": w.housing_agency}, [ENTRY]), ({}, []), ({"answer": "refused"}, [NO])]:
        answers = {"identifies": "personal", **agreed(asking, **more)}
        seen = asking.again(decision).version
        deciding.answer(by=asking.health_officer, decision=asking.again(decision), step="nature", seen=seen, **answers)
        assert gaps(asking.again(decision)) == expected


def test_what_is_taken_over_into_another_case_still_came_from_there(world, room):
    entry = said(world, room[1])
    case = world.make_case(asked=[world.housing_agency])
    item = world.list_case(world.make_meeting(state="in_session"), case, asked=[world.housing_agency])
    taken = take_over_entry(by=world.housing, entry=entry, listing=item.listing, why="He moved there.")
    assert taken.origin == world.police_agency
