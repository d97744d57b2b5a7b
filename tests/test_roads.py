"""All roads to a case, driven by one test: page, tabs, list, search, counts, agenda, research, live screen, minutes,
documents, letters, timeline, audit.

Three cases of the same shape stand on every road: an open one, one from which a member is barred, one from which a
whole agency is excluded.  What opens the first must say nothing of the others; the open one proves that the road leads
somewhere.
"""

import datetime
from collections import Counter
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Action, Case, Entry, Listing, Party, Referral, Subject, VictimContact
from cases.workflow.matching import index_subject
from core import home
from meetings.documents import facts_of
from meetings.models import AgendaItem, Document, ItemNote, ItemOutcome, Letter, MinutesItem, Return
from meetings.workflow.documents import ask_document
from meetings.workflow.letters import propose_letters
from meetings.workflow.live import open_meeting
from partnership.audience import AgencyItself
from tests.meetings.papers import approve, make
from tests.meetings.sitting import fresh, sign
from tests.signing_in import sign_in
from tests.world import World

pytestmark = pytest.mark.django_db
NAMES = {
    "open": ("Olwen", "Penhaligon"),
    "barred": ("Berian", "Gwrtheyrnion"),
    "excluded": ("Esyllt", "Cadwaladrson"),
}


@dataclass
class Told:
    """One case on every road, and the words that nobody else’s case has."""

    case: Case
    position: int
    name: str

    @property
    def who(self) -> list[str]:
        """Words by which the case is known: for whoever is asked about it."""
        return [self.name, f"Perp{self.name}", self.case.reference, f"Threats to {self.name}."]

    @property
    def said(self) -> list[str]:
        """What others said of it: for whoever signed."""
        n = self.name
        return [f"Housing knows {n}.", f"Noted of {n}.", f"Wishes of {n}."]

    @property
    def minuted(self) -> list[str]:
        return [f"school gate, {self.position}.", f"surgery, {self.position}."]


class Roads:
    """The world with three cases on a frozen agenda, in a meeting in session, and in approved minutes."""

    def __init__(self):
        self.world = w = World()
        self.asked = [w.police_agency, w.housing_agency, w.health_agency, w.idva_agency]
        self.listed = w.make_meeting(state="agenda_frozen", starts_at=timezone.now())
        self.session = w.make_meeting(state="agenda_frozen", starts_at=timezone.now())
        self.past = w.make_meeting(state="approved", starts_at=timezone.now() - datetime.timedelta(days=10))
        self.told = {kind: self._case(kind, names, n) for n, (kind, names) in enumerate(NAMES.items(), 1)}
        w.bar(member=w.police, case=self.told["barred"].case)
        w.bar(agency=w.police_agency, case=self.told["excluded"].case, reason="excluded")
        sign(self.session, w.chair, w.coordinator, w.housing, w.police)
        open_meeting(by=w.chair, meeting=fresh(self.session))
        more = {"held": self.past.starts_at.isoformat(), "outstanding": [], "lapsing": []}
        approve(w, self.past, list(self.past.items.in_order()), **more)
        self.plan = make(
            ask_document(by=w.coordinator, meeting=self.past, kind="agency_minutes", agency=w.police_agency)
        )

    def _case(self, kind, names, position) -> Told:
        w, surname = self.world, names[1]
        referral = w.make_referral(
            victim=names, perpetrator=("Pwyll", f"Perp{surname}"), summary=f"Threats to {surname}."
        )
        VictimContact(
            key=referral.key,
            referral=referral,
            agency=w.idva_agency,
            recorded_by=w.idva,
            recorded_at=timezone.now(),
            happened_at=timezone.now(),
            made=True,
            wishes=f"Wishes of {surname}.",
        ).save(force_insert=True)
        case = w.make_case(referral=referral)
        for party in case.parties.select_related("subject__key"):
            index_subject(party.subject)
        for meeting in (self.listed, self.session):
            listing = w.list_case(meeting, case, asked=self.asked).listing
            w.make_entry(listing, w.housing_agency, w.housing, text=f"Housing knows {surname}.")
            item = listing.item
            ItemNote(
                key=listing.key, item=item, part="summary", text=f"Noted of {surname}.", written_at=timezone.now()
            ).save(force_insert=True)
            ItemOutcome(key=listing.key, item=item, teller=w.police, tell_by=timezone.localdate()).save(
                force_insert=True
            )
        w.make_action(case, w.police_agency, text=f"Visit {surname}.", listing=listing)
        w.list_case(self.past, case, asked=self.asked, state="heard")
        for agency in self.asked:
            w.involve(case, agency, listing=case.listings.get(item__meeting=self.past), stage="after")
        return Told(case=case, position=position, name=surname)

    def pages(self) -> list[str]:
        """The address of every page that could say something of a case."""
        plain = ["home", "cases:list", "cases:actions", "cases:referrals", "meetings:calendar", "meetings:tellings"]
        plain.append("meetings:agency_letters")
        of_meeting = {
            self.listed: ["meeting", "agenda", "research", "interests", "documents"],
            self.session: ["agenda", "research", "live", "live_now", "attendance", "interests", "minutes"],
            self.past: ["agenda", "minutes", "documents"],
        }
        found = [reverse(name) for name in plain]
        found += [
            reverse(f"meetings:{name}", args=[meeting.pk]) for meeting, names in of_meeting.items() for name in names
        ]
        found += [reverse("meetings:live_part", args=[self.session.pk, name]) for name in ("agenda", "room")]
        return found

    def pages_of(self, told: Told) -> list[str]:
        """The addresses of one case itself."""
        tabs = ["case", "case_referrals", "case_entries", "case_actions", "case_history"]
        found = [reverse(f"cases:{tab}", args=[told.case.pk]) for tab in tabs]
        found.append(reverse("meetings:case_meetings", args=[told.case.pk]))
        item = self.session.items.get(listing__case=told.case)
        found.append(reverse("meetings:live_item", args=[self.session.pk, item.pk]))
        found += [
            reverse("meetings:live_item_part", args=[self.session.pk, item.pk, part])
            for part in ("people", "entries", "actions", "note_summary")
        ]
        return found

    def papers(self, reader) -> list[dict]:
        """The facts of every document as *reader* may know them."""
        kinds = {"agenda": self.listed, "plan": self.session, "minutes": self.past}
        return [facts_of(Document(kind=kind, meeting=meeting), reader) for kind, meeting in kinds.items()]


@pytest.fixture(scope="module")
def roads(undone_with_the_module):
    return Roads()


def browser(member) -> Client:
    return sign_in(Client(), member)


def found_by_search(client, told: Told) -> str:
    """The page of results for the name and for the reference."""
    asked = [{"family_name": told.name, "given_name": NAMES_OF[told.name]}, {"reference": told.case.reference}]
    return "".join(client.post(reverse("cases:search"), data, follow=True).content.decode() for data in asked)


NAMES_OF = {family: given for given, family in NAMES.values()}
ROWS = {
    Case: "pk",
    Party: "case",
    Listing: "case",
    Action: "case",
    Entry: "case",
    Referral: "case",
    VictimContact: "referral__case",
    AgendaItem: "listing__case",
    ItemNote: "item__listing__case",
    ItemOutcome: "item__listing__case",
    MinutesItem: "case",
    Return: "listing__case",
}


def rows_of(member, told: Told) -> set[str]:
    """The models of which *member* finds a row of the case."""
    found = {
        m.__name__ for m, path in ROWS.items() if m.objects.visible_to(member).filter(**{path: told.case.pk}).exists()
    }
    if Subject.objects.visible_to(member).filter(parties__case=told.case).exists():
        found.add("Subject")
    return found


def words_in(text: str, words) -> list[str]:
    return [word for word in words if word in text]


def everything(roads, client, reader) -> str:
    """All that *reader* reads on roads that are not one case’s own, as one text."""
    texts = []
    for url in roads.pages():
        answer = client.get(url, follow=True)
        assert answer.status_code == 200, url
        texts.append(answer.content.decode())
    texts += [str(facts) for facts in roads.papers(reader)]
    texts += [found_by_search(client, told) for told in roads.told.values()]
    return "\n".join(texts)


def drive(roads, member, *, closed: list[str], open_: list[str]):
    """Nothing of the *closed* cases appears to *member* on any road; something of each of the *open_* does."""
    client = browser(member)
    text = everything(roads, client, member)
    for kind in open_:
        told = roads.told[kind]
        shown = "".join(client.get(url).content.decode() for url in roads.pages_of(told))
        assert words_in(text, [told.name, told.case.reference, *told.minuted]) != []
        assert words_in(shown, told.who + told.said) == told.who + told.said
        text += shown
    for kind in closed:
        told = roads.told[kind]
        answers = [client.get(url) for url in roads.pages_of(told)]
        assert {answer.status_code for answer in answers} == {404}
        text += "".join(answer.content.decode() for answer in answers)
        assert rows_of(member, told) == set()
    secret = [word for kind in closed for word in roads.told[kind].who + roads.told[kind].said]
    secret += [word for kind in closed for word in [*roads.told[kind].minuted, f"Visit {roads.told[kind].name}."]]
    assert words_in(text, secret) == []


def test_a_barred_member_of_an_excluded_agency_meets_neither_case_anywhere(roads):
    drive(roads, roads.world.police, closed=["barred", "excluded"], open_=["open"])


def test_an_exclusion_binds_the_chair_of_that_agency_too(roads):
    drive(roads, roads.world.chair, closed=["excluded"], open_=["open", "barred"])


def test_whoever_is_neither_barred_nor_excluded_meets_all_three(roads):
    drive(roads, roads.world.coordinator, closed=[], open_=["open", "barred", "excluded"])


def test_counts_know_no_more_than_pages(roads):
    """Owed on the one open case: two returns, one action, two tellings; besides, a signature and the way back."""
    counts = Counter()
    for owed in home.owed_by(roads.world.police):
        counts[owed.kind] += owed.count
    assert counts == {"return": 2, "action": 3, "agreement": 2}


def test_the_agencys_papers_and_letters_leave_out_what_it_is_excluded_from(roads):
    w, told = roads.world, roads.told["excluded"]
    reader = AgencyItself(w.police_agency, w.panel.pk)
    text = "".join(str(facts) for facts in roads.papers(reader))
    assert words_in(text, told.who + told.said + told.minuted) == []
    assert told.case.pk not in roads.plan.cases.values_list("pk", flat=True)
    assert roads.told["open"].case.pk in roads.plan.cases.values_list("pk", flat=True)
    letters = [p for p in propose_letters(roads.past, "minutes", by=w.coordinator) if p.agency == w.police_agency]
    assert words_in(str([vars(letter) for letter in letters]), told.who + told.said) == []


def test_a_paper_that_holds_a_barred_case_is_closed_to_the_barred_member_alone(roads):
    w = roads.world
    assert list(Document.objects.visible_to(w.police)) == []
    assert list(Document.objects.visible_to(w.coordinator)) == [roads.plan]
    assert browser(w.police).get(reverse("meetings:document_file", args=[roads.plan.pk])).status_code == 404
    assert list(Letter.objects.visible_to(w.police)) == []


def test_the_auditor_reads_no_word_of_any_case(roads):
    w = roads.world
    for member in (w.police, w.coordinator):
        everything(roads, browser(member), member)
    client = browser(w.auditor)
    text = client.get(reverse("audit:events")).content.decode()
    text += client.post(reverse("audit:export"), {"operation": ""}).content.decode()
    secret = [word for told in roads.told.values() for word in [told.name, *told.said, *told.minuted]]
    assert words_in(text, secret) == []
    closed = {client.get(url).status_code for told in roads.told.values() for url in roads.pages_of(told)}
    assert closed == {403}


def test_nothing_of_the_meeting_opens_before_the_member_has_signed(roads):
    """Health is asked about all three: it knows who they are, and nothing that others said, until it signs."""
    w = roads.world
    client = browser(w.health)
    statement = reverse("meetings:statement", args=[roads.session.pk])
    text = everything(roads, client, w.health)
    for told in roads.told.values():
        for url in roads.pages_of(told):
            answer = client.get(url)
            if "/live/" in url:
                assert (answer.status_code, answer.url) == (302, statement)
            text += answer.content.decode()
    said = [word for told in roads.told.values() for word in [*told.said, f"Visit {told.name}."]]
    assert words_in(text, said) == []
    assert words_in(text, [told.name for told in roads.told.values()]) == [told.name for told in roads.told.values()]
    sign(roads.session, w.health)
    told = roads.told["open"]
    shown = "".join(client.get(url).content.decode() for url in roads.pages_of(told))
    assert words_in(shown, told.said) == told.said
