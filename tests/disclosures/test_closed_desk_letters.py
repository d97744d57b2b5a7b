"""Who is kept away is not written to; what nobody may open any more is not kept; the end of a key is no error."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Key, Notice
from disclosures.models import Consultation, Decision, Extract, NoticeReceipt, ReleaseItem
from disclosures.owed import requests as owed_requests
from disclosures.workflow import approval, ending, recall
from disclosures.workflow import extract as extracts
from disclosures.workflow.gathering import gather_extract
from disclosures.workflow.release_round import release_round
from disclosures.workflow.round import lapse_decisions
from tests.disclosures.asking import REFUSAL
from tests.disclosures.outsiders import Outsiders
from tests.disclosures.releasing import Releasing

WRONG = "It was about another man of the same name: destroy it."


@pytest.fixture
def desk(world):
    return Releasing(world)


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"disclosures:{name}", args=args)


def written() -> set:
    return set(Notice.objects.values_list("address", flat=True))


def destroy(key):
    Key.objects.filter(pk=key.pk).update(wrapped=None, destroyed_at=timezone.now())


# letters --------------------------------------------------------------------------------------------------------------
def test_an_officer_kept_away_from_the_case_is_not_told_that_something_is_asked(desk):
    """Their desk shows nothing of it: the letter would say that there is something."""
    desk.world.bar(member=desk.health_officer, case=desk.case)
    disclosure = desk.ask()
    assert written() == {desk.health_deputy.email}
    decision = desk.decision(disclosure)
    Notice.objects.all().delete()
    lapse_decisions(now=decision.due_at)
    assert written() == {desk.health_deputy.email}
    Notice.objects.all().delete()
    approval.dissent(
        by=desk.world.housing,
        disclosure=disclosure,
        originator=desk.world.health_agency,
        words="She is not safe without it.",
    )
    assert written() == {desk.health_deputy.email}


def test_an_officer_kept_away_from_the_case_is_not_told_of_a_consultation(world):
    cast = Outsiders(world)
    case = cast.hear()
    other = cast.officer("Owena Other", world.health_agency)
    world.bar(member=cast.health_officer, case=case)
    request = cast.consulted(by=cast.housing_officer)
    row = Consultation.objects.get(request=request, agency=world.health_agency)
    assert not Consultation.objects.to_answer(cast.health_officer).filter(pk=row.pk).exists()
    assert cast.health_officer.email not in written()
    assert other.email in written()


def test_who_is_kept_away_from_the_case_is_not_told_of_its_extract(world):
    case = world.make_case(asked=[world.housing_agency])
    listing = world.list_case(world.make_meeting(), case).listing
    world.make_entry(listing, world.housing_agency, world.housing, text="Arrears since the spring.")
    maker = world.liaison_officer
    found = extracts.ask_extract(
        by=maker, panel=world.panel, profile="operational", scope="case", purpose="To plan.", case=case
    )
    gather_extract.func(str(found.pk))
    found = Extract.objects.with_key().select_related("panel", "asked_by").get(pk=found.pk)
    for row in found.texts.with_key().select_related("extract__key", "extract__panel", "extract__asked_by"):
        extracts.settle_text(by=maker, text=row, words="In arrears.", left_out=False, sure=True, seen=row.version)
    world.bar(member=world.coordinator, case=case)
    extracts.confirm_extract(by=maker, extract=found, seen=found.version)
    assert not Extract.objects.visible_to(world.coordinator).exists()
    assert world.coordinator.email not in written()


# an extract before it is read over ------------------------------------------------------------------------------------
def test_a_text_that_its_maker_has_not_read_over_is_shown_to_nobody_else(world, as_member):
    """The machine's proposal may still hold a name that it did not know."""
    case = world.make_case(asked=[world.housing_agency])
    listing = world.list_case(world.make_meeting(), case).listing
    said = "Her friend Angharad of the chip shop keeps her spare key."
    world.make_entry(listing, world.housing_agency, world.housing, text=said)
    found = extracts.ask_extract(
        by=world.liaison_officer, panel=world.panel, profile="operational", scope="case", purpose="To plan.", case=case
    )
    gather_extract.func(str(found.pk))
    assert "Angharad" in text(as_member(world.liaison_officer).get(url("extract", found.pk)))
    assert "Angharad" not in text(as_member(world.coordinator).get(url("extract", found.pk)))


# the home page --------------------------------------------------------------------------------------------------------
def test_an_emergency_that_the_officer_decides_anew_is_nothing_for_a_colleague(desk):
    refused = desk.decided(desk.decision(desk.ask(urgency="emergency")), **REFUSAL)
    approval.reopen(by=desk.health_officer, decision=refused)
    assert [owed.count for owed in owed_requests(desk.world.health)] == [0, 0]


# what nobody may open any more ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("received", [False, True])
def test_what_was_recalled_before_anybody_had_it_is_destroyed(desk, received):
    """Its recipient owes no confirmation that would destroy it; who had it still does, and is overdue till then."""
    release = desk.opened() if received else desk.release()
    recall.recall(by=desk.health_officer, decision=release.decision, reason="wrong_person", words=WRONG)
    release_round()
    release = desk.fresh(release)
    kept = ReleaseItem.objects.with_key().get(release=release)
    assert (release.state, kept.key.is_destroyed) == (("recalled", False) if received else ("destroyed", True))
    assert Decision.objects.select_related("words_key").get().words_key.is_destroyed is not received


def test_every_page_stands_when_the_key_of_the_request_is_destroyed(desk, as_member):
    w = desk.world
    release = desk.opened()
    disclosure = release.decision.disclosure
    recall.correct(by=desk.health_officer, decision=release.decision, reason="wrong", words=WRONG)
    approval.dissent(by=w.housing, disclosure=disclosure, originator=w.health_agency, words="The half is missing.")
    waiting = desk.decision(desk.ask())
    destroy(disclosure.key)
    destroy(waiting.key)
    receipt = NoticeReceipt.objects.get()
    pages = {
        desk.health_officer: [
            ("desk",),
            ("register",),
            ("decision", release.decision_id),
            ("decision", waiting.pk),
            ("records", release.decision_id),
            ("correct_releases", release.decision_id),
            ("release", release.pk),
            ("releases",),
        ],
        w.housing: [
            ("request", disclosure.pk),
            ("requests",),
            ("case_requests", desk.case.pk),
            ("release", release.pk),
            ("report_use", release.pk),
            ("confirm_destruction", release.pk),
            ("notice", receipt.pk),
        ],
    }
    met = {}
    for member, found in pages.items():
        client = as_member(member)
        for name, *args in found:
            met[member.name, name, *args] = client.get(url(name, *args)).status_code
    assert set(met.values()) == {200}, met


def test_destruction_is_confirmed_after_the_key_of_the_request_is_destroyed(desk):
    release = desk.opened()
    destroy(release.key)
    release = desk.fresh(release)
    today = timezone.localdate()
    ending.confirm(
        by=desk.world.housing, release=release, seen=release.version, ending="destroyed", how="no_copy", on=today
    )
    assert desk.fresh(release).state == "destroyed"
