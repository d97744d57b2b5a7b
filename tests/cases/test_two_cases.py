"""One person, the victim of one case and the alleged perpetrator of another on another panel: no road leads across.

The two records were even found to be one, so that there is something that could leak: every page, list, search, count,
document, letter, history and refusal that a member of one case meets is driven, and says nothing of the other; and it
says it at the same cost as where there is no other case.
"""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import timeline
from cases.models import Case, Entry, Merge, Party, Subject
from cases.workflow.across import look_across
from cases.workflow.matching import index_subject
from cases.workflow.merge import approve_merge, propose_merge, undo_merge
from core import home
from core.models import Notice
from disclosures.models import Decision
from disclosures.views.decision import facts_shown
from meetings.documents import facts_of
from meetings.models import Document, ResearchRequest
from meetings.workflow.letters import propose_letters
from partnership.audience import AgencyItself
from partnership.models import Member, RoleGrant
from partnership.roles import Role
from tests.access.decisions import _asked
from tests.cases.people import TwoPanels, person
from tests.meetings.papers import approve
from tests.signing_in import sign_in
from tests.world import World, make_member

pytestmark = pytest.mark.django_db
WHO = ("Gwenllian", "Trefaldwyn")
HERE = {"address": "4 Lôn Hirddydd", "postcode": "QZ3 2WW", "phone": "07700 900124", "word": "Hairdryer"}
THERE = {"address": "9 Cwrt Dirgel", "postcode": "QZ9 1YY", "phone": "07700 900456", "word": "Scaffolding"}


class TwoCases:
    """Gwenllian is harmed here; there she is said to harm.  Agencies of the same names sit on both panels, and each
    panel has members of its own; each case stands in a meeting that is over, with entries, actions and minutes."""

    def __init__(self):
        self.world = w = World()
        self.two = two = TwoPanels(w)
        self.asked = [w.housing_agency, w.health_agency]
        two.other.agencies.set(self.asked)
        self.members = {
            "here": [w.coordinator, w.chair, w.housing],
            "there": [
                two.there,
                make_member("Huw There", w.police_agency, Role.CHAIR, panel=two.other),
                make_member("Nia There", w.housing_agency, Role.REPRESENTATIVE, panel=two.other),
            ],
        }
        self.here = self._case(HERE, victim=WHO, perpetrator=("Ifan", "Madryn"))
        self.there = self._case(THERE, panel=two.other, victim=("Sioned", "Abergele"), perpetrator=WHO)
        one, other = person(self.here), person(self.there, "perpetrator")
        approve_merge(by=two.chair, merge=propose_merge(by=two.both, one=one, other=other, words="One."), seen=1)
        look_across()
        self.letters = list(Notice.objects.values("address", "subject", "body"))

    def _case(self, said, *, panel=None, **people) -> Case:
        w, here = self.world, self.world.panel
        w.panel = panel or here
        coordinator, w.coordinator = w.coordinator, self.two.there if panel else w.coordinator
        try:
            case = w.make_case(summary=f"{said['word']} was thrown.", **people)
            for party in case.parties.select_related("key", "subject__key"):
                for name in ("address", "postcode", "phone"):
                    setattr(party, name, said[name])
                party.save()
                index_subject(party.subject)
            past = w.make_meeting(state="approved", starts_at=timezone.now() - datetime.timedelta(days=10))
            item = w.list_case(past, case, asked=self.asked, state="heard")
            w.make_entry(item.listing, w.housing_agency, w.housing, text=f"{said['word']} in the flat.")
            w.make_action(case, w.housing_agency, text=f"Ask about the {said['word']}.", listing=item.listing)
            approve(w, past, list(past.items.in_order()), held=past.starts_at.isoformat(), outstanding=[], lapsing=[])
            said["meeting"] = past
        finally:
            w.panel, w.coordinator = here, coordinator
        return case

    def side(self, name):
        return (self.here, HERE, self.there, THERE) if name == "here" else (self.there, THERE, self.here, HERE)


@pytest.fixture(scope="module")
def told(undone_with_the_module):
    return TwoCases()


def pages(case, meeting) -> list[str]:
    """Every page on which somebody of a case reads of people."""
    plain = ["home", "cases:list", "cases:actions", "cases:referrals", "cases:screening", "cases:merges"]
    plain += ["cases:merge_news", "cases:majorities", "cases:tried_conflicts", "cases:across", "meetings:calendar"]
    tabs = ["case", "case_referrals", "case_entries", "case_actions", "case_history", "allegations", "conflicts"]
    found = [reverse(name) for name in plain] + [reverse(f"cases:{tab}", args=[case.pk]) for tab in tabs]
    found += [reverse("cases:person", args=[party.pk]) for party in case.parties.all()]
    referral = case.referrals.get()
    found += [reverse(f"cases:{name}", args=[referral.pk]) for name in ("referral", "matches")]
    found.append(reverse("meetings:case_meetings", args=[case.pk]))
    return found + [reverse(f"meetings:{name}", args=[meeting.pk]) for name in ("agenda", "minutes", "documents")]


def read(client, case, meeting) -> dict[str, str]:
    """What each page says, where it is open at all."""
    return {url: client.get(url).content.decode() for url in pages(case, meeting)}


def searched(client, *asked) -> str:
    return "".join(client.post(reverse("cases:search"), data, follow=True).content.decode() for data in asked)


def secrets(other, said) -> list[str]:
    ids = [str(pk) for pk in (other.pk, *other.parties.values_list("pk", flat=True))]
    return [
        other.reference,
        said["address"],
        said["postcode"],
        said["word"],
        "Scaffolding" if said is THERE else "Hairdryer",
        *ids,
    ]


def everything(told, member, side) -> str:
    """All that *member* reads, as one text."""
    case, own, other, _theirs = told.side(side)
    client = sign_in(Client(), member)
    texts = list(read(client, case, own["meeting"]).values())
    texts.append(searched(client, {"family_name": WHO[1], "given_name": WHO[0]}, {"reference": other.reference}))
    row = Case.objects.visible_to(member).with_road(member).select_related("panel").filter(pk=case.pk).first()
    texts.append(str(timeline.page_of(member, row).changes) if row else "")
    texts += [str(facts_of(Document(kind=kind, meeting=own["meeting"]), member)) for kind in ("agenda", "minutes")]
    return "\n".join([*texts, str(home.owed_by(member))])


@pytest.mark.parametrize("side", ["here", "there"])
def test_no_page_search_count_history_or_document_tells_of_the_other_case(told, side):
    """Nor that the person is known elsewhere: beside the name, as a possible match, in what was changed."""
    _case, own, other, theirs = told.side(side)
    told_of = ["Linked to", "Undo the link", "Same name", "Two records were combined", "Propose that"]
    read_own = []
    for member in told.members[side]:
        text = everything(told, member, side)
        read_own.append(own["word"] in text)
        assert [word for word in secrets(other, theirs) + told_of if word in text] == []
    assert read_own == [True, True, True]


def test_no_letter_tells_that_there_is_another_case(told):
    """The two who keep both desks are written to, and nobody else."""
    addresses = {member.email for members in told.members.values() for member in members}
    assert [letter for letter in told.letters if letter["address"] in addresses] == []
    assert {letter["address"] for letter in told.letters} == {told.two.both.email, told.two.chair.email}


@pytest.mark.parametrize("side", ["here", "there"])
def test_every_address_of_the_other_case_answers_as_one_that_never_was(told, side):
    _case, _own, other, theirs = told.side(side)
    nobody = other.referrals.get()
    for member in told.members[side]:
        client = sign_in(Client(), member)
        for name in ("case", "case_referrals", "case_entries", "case_actions", "case_history", "allegations"):
            real = client.get(reverse(f"cases:{name}", args=[other.pk]))
            none = client.get(reverse(f"cases:{name}", args=[nobody.pk]))
            assert (real.status_code, none.status_code) == (404, 404)
            assert theirs["word"] not in real.content.decode()


def test_the_same_rows_are_seen_as_without_the_other_case(told):
    """An address belongs to a case: not one row of the other's comes with the person."""
    for side, members in told.members.items():
        case, own, other, theirs = told.side(side)
        for member in members:
            parties = list(Party.objects.visible_to(member).filter(case__isnull=False))
            assert {party.case_id for party in parties} <= {case.pk}
            assert {party.address for party in parties} <= {own["address"]}
            assert not Entry.objects.visible_to(member).filter(case=other).exists()
            assert Subject.objects.visible_to(member).count() <= 2
            assert theirs["address"] not in {party.current_address for party in parties}


def test_letters_to_agencies_hold_their_own_meetings_cases(told):
    w = told.world
    for side in ("here", "there"):
        _case, own, other, theirs = told.side(side)
        by = told.members[side][0]
        for agency in told.asked:
            reader = AgencyItself(agency, own["meeting"].panel_id)
            text = str(facts_of(Document(kind="minutes", meeting=own["meeting"]), reader))
            text += str([vars(letter) for letter in propose_letters(own["meeting"], "minutes", by=by)])
            assert [word for word in secrets(other, theirs) if word in text] == []
    assert w.housing_agency in told.asked and ResearchRequest.objects.count() == 4


def test_pages_ask_as_many_questions_as_without_another_case(told):
    """A page that asked once more where the person is known elsewhere would tell it by its time."""
    client = sign_in(Client(), told.world.coordinator)
    referral = told.here.referrals.get()
    asked = [reverse(f"cases:{tab}", args=[told.here.pk]) for tab in ("case", "case_history", "allegations")]
    asked += [reverse("home"), reverse("cases:matches", args=[referral.pk]), reverse("cases:merges")]

    def counts():
        for url in asked:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            yield len(queries)
        with CaptureQueriesContext(connection) as queries:
            searched(client, {"family_name": WHO[1], "given_name": WHO[0]})
        yield len(queries)

    known_elsewhere = list(counts())
    merge = Merge.objects.with_key().get()
    undo_merge(by=told.two.both, merge=merge, seen=merge.version, words="No.")
    other = person(told.there, "perpetrator")
    other.given_name, other.family_name = other.subject.given_name, other.subject.family_name = "Branwen", "Llwydiarth"
    other.save()
    other.subject.save()
    index_subject(other.subject)
    assert list(counts()) == known_elsewhere


def test_who_coordinates_both_sees_both_and_still_no_address_goes_across(told):
    client = sign_in(Client(), told.two.both)
    here = client.get(reverse("cases:case", args=[told.here.pk])).content.decode()
    there = client.get(reverse("cases:case", args=[told.there.pk])).content.decode()
    assert (HERE["address"] in here, THERE["address"] in here) == (True, False)
    assert (HERE["address"] in there, THERE["address"] in there) == (False, True)


def test_who_decides_on_disclosure_is_told_of_no_decision_about_the_other_case(told):
    """The housing officer decides for both panels; one person of two panels is said to who coordinates both alone."""
    w = told.world
    RoleGrant.objects.create(member=w.liaison_officer, role=str(Role.LIAISON_OFFICER), panel=told.two.other)
    officer = Member.objects.get(pk=w.liaison_officer.pk)
    asked = [(w.coordinator, told.here), (w.coordinator, told.here), (told.two.there, told.there)]
    made = [_asked(by, case, w.housing_agency).decisions.get() for by, case in asked]
    assert Decision.objects.visible_to(officer).count() == 3
    Decision.objects.filter(pk__in=[made[1].pk, made[2].pk]).update(state="withdrawn")
    decision = Decision.objects.visible_to(officer).select_related("disclosure__panel", "originator").get(pk=made[0].pk)
    assert facts_shown(officer, decision)["earlier"] == [made[1]]
