"""An override of consent: shown with its decision, on its paper, and looked at again when its day comes."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.models import Entry, Party
from consent.workflow.settle import settle
from core import clock
from core.models import Notice
from disclosures import owed
from disclosures.documents_of_decisions import override_facts, record_facts
from disclosures.models import ConsentOverride
from disclosures.workflow.emergency import release_at_once, release_of_own_accord, review
from disclosures.workflow.override import look_again, remind_of_overrides
from disclosures.workflow.post import ask_record, make_paper
from disclosures.workflow.recall import recall
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent
from tests.disclosures.asking import ANSWERS
from tests.disclosures.test_consent import REFUSED, decided, prepare
from tests.valid_html import assert_valid

DAY = datetime.timedelta(days=1)
REASON = "He is on his way to her with a knife, now."
AT_ONCE = {"words": "He left the ward at ten.", "overrides": ["harm"], "reason": REASON}


@pytest.fixture
def overridden(world, desk):
    """Health's decision to share with housing what its patient refused, looked at again in thirty days."""
    make_consent(world, desk.case, state="refused")
    settle(by=world.health, cases=[desk.case])
    return decided(desk, **REFUSED)


def url(name, *args):
    return reverse(f"disclosures:{name}", args=args)


def near(decision, days=0):
    """Let the day of review of what *decision* overrides be *days* away."""
    ConsentOverride.objects.filter(decision=decision).update(review_on=timezone.localdate() + days * DAY)


def victims(world, desk):
    return Party.objects.visible_to(world.health).filter(case=desk.case, capacity="victim")


# shown
def test_it_says_who_for_whom_why_and_until_when(world, desk, overridden):
    facts = override_facts(overridden)
    day = timezone.localdate() + 30 * DAY
    assert {name: facts[name] for name in facts if name != "on"} == {
        "by": "Lleucu Liaison, Wenlli Health",
        "agencies": ["Aberwenlli Homes"],
        "kinds": ["Type of treatment"],
        "consent": "Refused",
        "grounds": ["Preventing serious harm to somebody"],
        "why": ANSWERS["law"]["public_interest"],
        "told": "No: telling them would put somebody at risk: He would go to her.",
        "caldicott": "Dr Gwenda Guardian, Agrees, 2 November 2026",
        "review": f"{day:%-d %B %Y}",
        "reviewed": "",
        "ended": "",
        "changed": [],
    }
    assert override_facts(overridden) == record_facts(overridden)["override"]


def test_the_consent_is_told_as_it_stood_then(world, desk, overridden):
    override = ConsentOverride.objects.select_related("consent").get()
    override.consent.state, override.consent.superseded_at = "superseded", timezone.now()
    override.consent.save_over(override.consent.version)
    assert override_facts(overridden)["consent"] == "Refused"


def test_a_refusal_that_another_agency_recorded_is_not_said(world, desk):
    make_consent(world, desk.case, state="refused", by=world.housing)
    settle(by=world.health, cases=[desk.case])
    facts = override_facts(decided(desk, **REFUSED | {"no_consent": "unsafe"}))
    assert facts["consent"] == "Your agency has recorded none in Confer"
    assert "efus" not in str(facts)


def test_the_page_shows_it_before_and_after_deciding(world, desk, as_member):
    make_consent(world, desk.case, state="refused")
    settle(by=world.health, cases=[desk.case])
    waiting = prepare(desk, **REFUSED)
    client = as_member(desk.health_officer)
    page = client.get(url("decision_summary", waiting.pk)).content.decode()
    assert_valid(page)
    assert "none in force covers it for: Aberwenlli Homes." in page
    done = decided(desk, **REFUSED)
    page = client.get(url("decision", done.pk)).content.decode()
    assert_valid(page)
    assert ("Consent overridden" in page, "I have looked at it again" in page) == (True, False)


def test_the_record_on_paper_says_it_on_one_page(world, desk, overridden):
    paper = ask_record(by=desk.health_officer, decision=overridden)
    make_paper.call(str(paper.pk))
    paper.refresh_from_db()
    assert (paper.state, paper.pages) == ("ready", 1)


# looked at again
def test_the_officers_are_reminded_once_on_its_day(world, desk, overridden):
    assert {job.name: job.seconds for job in clock.jobs()}["remind of overrides"] == 3600
    Notice.objects.all().delete()
    day = ConsentOverride.objects.get().review_on
    at = [timezone.make_aware(datetime.datetime.combine(day + days * DAY, datetime.time(9))) for days in (-1, 0, 0, 1)]
    assert [remind_of_overrides(each) for each in at] == [0, 1, 0, 0]
    override = ConsentOverride.objects.get()
    assert (override.reminded_at, override.history.first().history_change_reason) == (at[1], "reminded")
    assert [event.thing_id for event in recorded("consent.override_due")] == [overridden.pk]
    told = Notice.objects.order_by("address").values_list("address", "subject")
    subject = "A decision of your agency is to be looked at again today"
    assert list(told) == sorted((who.email, subject) for who in (desk.health_officer, desk.health_deputy))


@pytest.mark.parametrize(("days", "count"), [(8, 0), (7, 1), (0, 1), (-3, 1)])
def test_it_stands_on_the_home_of_the_officers_when_its_day_is_near(world, desk, overridden, days, count):
    near(overridden, days)
    rows = {who: [(row.count, row.due) for row in owed.overrides(who)] for who in (desk.health_officer, world.health)}
    due = timezone.localdate() + days * DAY if count else None
    assert rows == {desk.health_officer: [(count, due)], world.health: []}
    assert [row.count for row in owed.overrides(desk.police_officer)] == [0]


def test_looking_again_ends_the_reminder_and_leaves_its_end(world, desk, overridden, as_member):
    near(overridden)
    client = as_member(desk.health_deputy)
    assert "I have looked at it again" in client.get(url("decision", overridden.pk)).content.decode()
    client.post(url("review_override", overridden.pk))
    override = ConsentOverride.objects.get()
    assert (override.reviewed_by, override.ended_at) == (desk.health_deputy, None)
    assert override.history.first().history_change_reason == "looked_again"
    assert [event.thing_id for event in recorded("consent.override_reviewed")] == [overridden.pk]
    assert [row.count for row in owed.overrides(desk.health_officer)] == [0]
    assert remind_of_overrides() == 0
    with pytest.raises(ValidationError, match="nothing to look at"):
        look_again(by=desk.health_officer, decision=overridden)


def test_nobody_else_looks_again_and_what_was_recalled_is_over(world, desk, overridden):
    near(overridden)
    for who in (world.health, desk.police_officer, world.housing):
        with pytest.raises(PermissionDenied):
            look_again(by=who, decision=overridden)
    recall(by=desk.health_officer, decision=overridden, reason="wrong", words="It was another patient’s record.")
    assert (remind_of_overrides(), [row.count for row in owed.overrides(desk.health_officer)]) == (0, [0])
    assert override_facts(overridden)["ended"] != ""


# typed, and in an emergency
@pytest.mark.parametrize(
    ("category", "overrides"), [("treatment", [("treatment", "refused")]), ("housing", []), ("", [])]
)
def test_what_is_typed_of_a_kind_held_on_consent_is_overridden_too(world, desk, category, overrides):
    make_consent(world, desk.case, state="refused")
    decision = prepare(desk, from_entry=False, **REFUSED)
    decision.items.update(category=category)
    from disclosures.workflow.approval import decide

    decide(by=desk.health_officer, decision=decision, seen=decision.version)
    assert list(ConsentOverride.objects.values_list("category", "gap")) == overrides


@pytest.mark.parametrize("way", ["asked", "unasked"])
@pytest.mark.parametrize(
    ("consent", "category", "gaps"),
    [
        ({"state": "refused"}, "treatment", ["refused"]),
        ({"state": "withdrawn", "withdrawn_at": timezone.now()}, "treatment", ["withdrawn"]),
        (None, "treatment", ["none"]),
        ({}, "treatment", []),
        ({"state": "refused"}, "housing", []),
        ({"state": "refused"}, "", []),
    ],
)
def test_an_emergency_release_over_absent_consent_records_the_same_override(world, desk, way, consent, category, gaps):
    made = make_consent(world, desk.case, **consent) if consent is not None else None
    given = {**AT_ONCE, "category": category}
    if way == "asked":
        decision = desk.decision(desk.ask(urgency="emergency", due_at=timezone.now() + datetime.timedelta(hours=1)))
        done = release_at_once(by=world.health, decision=decision, seen=decision.version, **given)
    else:
        given |= {"people": victims(world, desk), "recipients": [world.housing]}
        done = release_of_own_accord(by=world.health, case=desk.case, verbal_approval="Nobody answered.", **given)
    rows = ConsentOverride.objects.all()
    assert [row.gap for row in rows] == gaps
    for row in rows:
        assert (row.agency, row.entry, row.allowance, row.made_by, row.consent) == (
            world.housing_agency,
            None,
            None,
            world.health,
            made,
        )
        assert row.review_on == timezone.localdate(done.review_due_at)
    assert len(recorded("consent.overridden")) == len(gaps)
    assert not Entry.objects.visible_to(world.housing).filter(pk=desk.entry.pk).exists()


def test_the_review_of_an_emergency_shows_it_and_looks_at_it_again(world, desk, as_member):
    decision = desk.decision(desk.ask(urgency="emergency", due_at=timezone.now() + datetime.timedelta(hours=1)))
    client = as_member(world.health)
    address = url("release_at_once", decision.pk)
    page = client.get(address).content.decode()
    assert_valid(page)
    assert 'name="category"' in page
    typed = {**AT_ONCE, "category": "treatment", "version": decision.version}
    assert client.post(address, typed | {"category": "invented"}).status_code == 422
    assert client.post(address, typed).status_code == 302
    page = as_member(desk.health_officer).get(url("review_release", decision.pk)).content.decode()
    assert_valid(page)
    assert "Consent overridden" in page
    assert [row.count for row in owed.overrides(desk.health_officer)] == [0]
    decision = desk.again(decision)
    words = "It was not needed: she was away already."
    review(by=desk.health_officer, decision=decision, seen=decision.version, verdict="recalled", words=words)
    override = ConsentOverride.objects.get()
    assert (override.reviewed_by, override.ended_at is None) == (desk.health_officer, False)


def test_where_nobody_is_asked_an_emergency_asks_no_kind(world, as_member):
    from tests.disclosures.releasing import Releasing

    desk = Releasing(world)
    decision = desk.decision(desk.ask(urgency="emergency", due_at=timezone.now() + datetime.timedelta(hours=1)))
    assert 'name="category"' not in as_member(world.health).get(url("release_at_once", decision.pk)).content.decode()
    assert [owed.overrides(desk.health_officer)] == [[]]
