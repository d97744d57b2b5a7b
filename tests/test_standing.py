"""Membership at the instant of use: agency × tier × instant × road.

Everything was opened to housing while it was a signatory.  Then its standing changes; each road is asked again.
"""

import datetime
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.models import Action, Case, Entry, Listing, Party, Subject
from cases.rules.entry import audiences
from cases.workflow.action import agree_action
from cases.workflow.matching import index_subject
from core import home
from disclosures.models import Disclosure, ReleaseItem
from disclosures.rules import request as request_rules
from disclosures.rules.receiving import receivers
from disclosures.workflow import release_round
from disclosures.workflow.request import begin_request
from meetings.models import AgendaItem, Document, Letter, ResearchRequest, Return
from meetings.rules.letters import closed_content
from meetings.workflow.documents import ask_document
from partnership.audience import AgencyItself
from partnership.models import Signatory
from tests.disclosures.releasing import Releasing
from tests.meetings import papers
from tests.meetings.sitting import opened

DAY = datetime.timedelta(days=1)
CENTRAL, DEPERSONALISED = Signatory.Tier.CENTRAL, Signatory.Tier.DEPERSONALISED


def ended(reason):
    def change(signature, **_more):
        Signatory.objects.filter(pk=signature.pk).update(until=timezone.now(), ended=reason)

    return change


def before(signature, **_more):
    Signatory.objects.filter(pk=signature.pk).update(since=timezone.now() + DAY)


def lapsed_yesterday(signature, **_more):
    Signatory.objects.filter(pk=signature.pk).update(until=timezone.now() - DAY, ended="lapsed")


def second_tier(signature, **_more):
    Signatory.objects.filter(pk=signature.pk).update(tier=DEPERSONALISED)


def again(began):
    def change(signature, **_more):
        now = timezone.now()
        Signatory.objects.filter(pk=signature.pk).update(until=now, ended="suspended")
        Signatory.objects.create(agency=signature.agency, since=now, began=began)

    return change


def guest(of, *, until=DAY):
    """Housing is a guest from another area: for the case on the screen, or for the other one."""

    def change(signature, case, other):
        now = timezone.now()
        Signatory.objects.filter(pk=signature.pk).delete()
        Signatory.objects.create(
            agency=signature.agency,
            guest=True,
            only_case={"this": case, "other": other}[of].pk,
            since=now - DAY * 2,
            until=now + until,
            home_area="Dyffryn Pell",
            home_protocol="Dyffryn Pell protocol",
        )

    return change


ROADS = "page list search entries actions listing returns request item poll document letter leaves owed itself".split()  # noqa: SIM905
ALL, NONE = set(ROADS), set()
OF_THE_CASE = ALL - {
    "document",
    "letter",
    "leaves",
}  # a guest reads on the screen: nothing is made for it or sent to it
STANDINGS = {
    "during": (lambda signature, **_more: None, ALL),
    "before it began": (before, NONE),
    "suspended": (ended("suspended"), NONE),
    "withdrawn": (ended("withdrawn"), NONE),
    "lapsed yesterday": (lapsed_yesterday, NONE),
    "on the second tier": (second_tier, NONE),
    "resumed": (again("resumed"), ALL),
    "renewed": (again("renewed"), ALL),
    "guest of this case": (guest("this"), OF_THE_CASE),
    "guest of another case": (guest("other"), {"request"}),
    "guest until yesterday": (guest("this", until=-DAY), NONE),
}


class Road:
    """One case on every road to housing, another beside it."""

    def __init__(self, world):
        self.world, self.member, self.agency = world, world.housing, world.housing_agency
        self.meeting, self.item = opened(world, world.housing, cases=2)
        self.case, self.listing = self.item.listing.case, self.item.listing
        self.other = self.meeting.items.in_order().last().listing.case
        for subject in Subject.objects.with_key():
            index_subject(subject)
        world.make_entry(self.listing, world.health_agency, world.health)
        world.make_action(self.case, self.agency, listing=self.listing, issued_at=timezone.now())
        past, items = papers.held(world)
        papers.approve(world, past, items)
        self.document = papers.make(
            ask_document(by=world.coordinator, meeting=past, kind="agency_plan", agency=self.agency)
        )
        self.letter = Letter(
            key=self.document.key,
            meeting=past,
            document=self.document,
            agency=self.agency,
            address=self.agency.plan_address,
            way="pdf",
            message_id="<1@confer.example>",
            state="sent",
            settled_at=timezone.now(),
        )
        self.letter.save(force_insert=True)

    def open(self, client) -> set:
        """The roads that lead to the case now."""
        member = type(self.member).objects.select_related("agency").get(pk=self.member.pk)
        seen = lambda model, **more: model.objects.visible_to(member).filter(**more).exists()  # noqa: E731
        get = lambda name, *args: client.get(reverse(name, args=args))  # noqa: E731
        found = client.post(reverse("cases:search"), {"reference": self.case.reference}, follow=True)
        live = reverse("meetings:live_now", args=[self.meeting.pk]) + "?" + urlencode({"item": self.item.pk})
        asked = self.meeting.requests.get_or_create(
            agency=self.agency, defaults={"sent_at": timezone.now(), "due_at": timezone.now() + DAY}
        )[0]
        itself = AgencyItself(self.agency, self.world.panel.pk)
        download = get("meetings:document_file", self.document.pk)
        roads = {
            "page": get("cases:case", self.case.pk).status_code == 200,
            "list": self.case.reference in get("cases:list").content.decode(),
            "search": found.context["cases"] == [self.case],
            "entries": seen(Entry, listing=self.listing),
            "actions": seen(Action, case=self.case) and seen(Party, case=self.case),
            "listing": seen(Listing, pk=self.listing.pk),
            "returns": seen(Return, listing=self.listing),
            "request": seen(ResearchRequest, pk=asked.pk),
            "item": seen(AgendaItem, pk=self.item.pk),
            "poll": not client.get(live).json()["gone"],
            "document": download.status_code == 200,
            "letter": seen(Letter, pk=self.letter.pk),
            "leaves": not closed_content(papers.fresh(self.letter)),
            "owed": any(row.kind == "action" for row in home.owed_by(member)),
            "itself": Case.objects.visible_to(itself).filter(pk=self.case.pk).exists(),
        }
        assert list(roads) == ROADS
        return {name for name, leads in roads.items() if leads}


@pytest.mark.parametrize("name", STANDINGS)
def test_each_road_asks_for_the_standing_at_the_instant(world, as_member, name):
    change, expected = STANDINGS[name]
    road = Road(world)
    client = as_member(world.housing)
    change(world.housing_agency.signatures.get(), case=road.case, other=road.other)
    assert road.open(client) == expected


DESK = {"asks", "is asked", "request", "release", "words"}


def desk_open(scene, release) -> set:
    """The roads of the disclosure desk that lead housing to the case now."""
    member = type(scene.world.housing).objects.select_related("agency").get(pk=scene.world.housing.pk)
    case = scene.case
    originators = request_rules.originators_for(scene.world.police, case)
    roads = {
        "asks": request_rules.may_ask(member, case) and Case.objects.visible_to(member).filter(pk=case.pk).exists(),
        "is asked": originators.filter(pk=member.agency_id).exists(),
        "request": Disclosure.objects.visible_to(member).filter(pk=release.decision.disclosure_id).exists(),
        "release": member in receivers(scene.world.panel, case.pk),
        "words": ReleaseItem.objects.visible_to(member).filter(release=release).exists(),
    }
    return {name for name, leads in roads.items() if leads}


@pytest.mark.parametrize("name", STANDINGS)
def test_the_disclosure_desk_asks_for_it_too(world, name):
    """A guest asks and receives within its one case; what it has is recalled with its standing."""
    scene = Releasing(world)
    release = scene.opened()
    change, expected = STANDINGS[name]
    change(world.housing_agency.signatures.get(), case=scene.case, other=world.make_case())
    leads = DESK if "page" in expected else set()
    assert desk_open(scene, release) == leads
    assert release_round.recall_leavers() == (0 if leads else 1)


def test_a_guest_asks_and_is_answered_within_its_case_alone(world):
    scene = Releasing(world)
    guest("this")(world.housing_agency.signatures.get(), case=scene.case, other=None)
    release = scene.opened()
    assert (release.agency, release.first_opened_at is None) == (world.housing_agency, False)
    with pytest.raises(PermissionDenied):
        begin_request(by=world.housing, case=world.make_case(asked=[world.housing_agency]))


def test_the_panels_desk_stands_with_its_own_agency(world, as_member):
    road = Road(world)
    client = as_member(world.coordinator)
    assert client.get(reverse("cases:case", args=[road.case.pk])).status_code == 200
    world.council.signatures.update(until=timezone.now())
    assert client.get(reverse("cases:case", args=[road.case.pk])).status_code == 404
    assert not Document.objects.visible_to(world.coordinator).exists()


def test_what_others_see_is_as_before(world, as_member):
    road = Road(world)
    ended("withdrawn")(world.housing_agency.signatures.get())
    assert as_member(world.chair).get(reverse("cases:case", args=[road.case.pk])).status_code == 200


def test_standing_costs_no_query(world, django_assert_num_queries):
    Road(world)
    world.housing.grants  # read by the gate before any list
    with django_assert_num_queries(1):
        list(Case.objects.visible_to(world.housing))
    again("renewed")(world.housing_agency.signatures.get())
    with django_assert_num_queries(1):
        list(Case.objects.visible_to(world.housing))


@pytest.mark.parametrize("change", [second_tier, ended("withdrawn")])
def test_an_agency_without_standing_takes_no_action_and_is_not_said_to_see(world, change):
    item = world.list_case(world.make_meeting(), world.make_case(), asked=[world.housing_agency, world.health_agency])
    change(world.housing_agency.signatures.get())
    said = {"by": world.coordinator, "case": item.listing.case, "text": "Change the locks.", "listing": item.listing}
    with pytest.raises(ValidationError) as refusal:
        agree_action(**said, agency=world.housing_agency, due_on=timezone.localdate())
    assert refusal.value.message_dict == {"agency": ["Aberwenlli Homes is not a tier 1 signatory of the protocol now."]}
    assert agree_action(**said, agency=world.health_agency, due_on=timezone.localdate()).agency == world.health_agency
    audience = audiences(world.panel, [item.listing])[item.listing.pk]
    assert [agency.name for agency in audience.agencies] == ["Wenlli Health"]
