"""Consent at the disclosure desk: what a decision rests on, the override for one use, and what stops when it ends."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.models import Entry
from cases.workflow.entry import change_entry
from consent.models import Consent
from consent.workflow.ending import withdraw
from consent.workflow.settle import settle, settle_of
from core.models import Notice
from disclosures.documents_of_decisions import override_facts
from disclosures.models import ConsentOverride, NoticeReceipt, Release, ReleaseItem
from disclosures.rules.consent import state_of
from disclosures.workflow import decision as deciding
from disclosures.workflow import release as verbs
from disclosures.workflow.approval import decide
from disclosures.workflow.consent_ended import stop_ended
from disclosures.workflow.recall import recall
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent
from tests.disclosures.asking import ANSWERS, say_needs

DAY = datetime.timedelta(days=1)


def prepare(desk, *, from_entry=True, **more):
    """Health's decision with one piece, of the entry or typed, answered well; *more* replaces answers by name."""
    decision = desk.decision(desk.ask())
    by = desk.health_officer
    decision = deciding.begin_decision(by=by, decision=decision)
    held = desk.entry.text if from_entry else "She takes her medicine."
    words = {"original": held, "words": more.pop("leaves", held)}
    piece = {"entry": desk.entry.pk if from_entry else None, "category": "treatment", **words}
    piece["party"] = desk.entry.party
    deciding.choose_pieces(by=by, decision=decision, pieces=[piece])
    say_needs(decision, by)
    review = {"review_on": timezone.localdate() + 30 * DAY}
    for step, answers in ANSWERS.items():
        decision = desk.again(decision)
        answers = {**answers, **(review if step == "record" else {})}
        answers |= {name: value for name, value in more.items() if name in deciding.QUESTIONS[step]}
        if step == "record":
            answers["outcome"] = "share" if words["words"] == held else "part"
        deciding.answer(by=by, decision=decision, step=step, seen=decision.version, **answers)
    return desk.again(decision)


def decided(desk, **more):
    ready = prepare(desk, **more)
    return desk.again(decide(by=desk.health_officer, decision=ready, seen=ready.version))


REFUSED = {"no_consent": "refused", "no_consent_words": "He says no, and she is in danger."}


def opens(desk, release) -> bool:
    release = desk.fresh(release)
    try:
        if not release.acknowledged_at:
            desk.accept(release)
        verbs.open_release(by=desk.world.housing, release=desk.fresh(release))
    except Exception as refused:
        assert type(refused).__name__ in ("PermissionDenied", "ValidationError")
        return False
    return True


# what is known
@pytest.mark.parametrize(
    ("given", "code", "answer"),
    [
        ({}, "given_full", "given"),
        ({"state": "refused"}, "refused", "refused"),
        ({"days_ago": 366}, "expired", "expired"),
        ({"state": "withdrawn", "withdrawn_at": timezone.now()}, "withdrawn", "withdrawn"),
        ({"state": "requested"}, "requested", "not_basis"),
        ({"by": "housing", "state": "refused"}, "not_recorded", "not_basis"),
    ],
)
def test_the_decision_path_is_filled_from_what_the_own_agency_recorded(world, desk, given, code, answer):
    by = getattr(world, given["by"]) if "by" in given else world.health
    make_consent(world, desk.case, **{**given, "by": by})
    decision = desk.decision(desk.ask())
    assert state_of(decision).code == code
    begun = deciding.begin_decision(by=desk.health_officer, decision=decision)
    assert (begun.consent_state, begun.no_consent) == (code, answer)


# the release
STATES = [
    ("given", {}, True),
    ("in part, not this", {"no": ["treatment"]}, False),
    ("another agency receives", {"receives": []}, False),
    ("refused", {"state": "refused"}, False),
    ("ended yesterday", {"days_ago": 366}, False),
]


@pytest.mark.parametrize("from_entry", [True, False], ids=["from an entry", "typed"])
@pytest.mark.parametrize(("given", "leaves"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_nothing_is_released_on_consent_that_does_not_cover_it(world, desk, given, leaves, from_entry):
    make_consent(world, desk.case, **given)
    if leaves:
        assert decided(desk, from_entry=from_entry, no_consent="given").releases.count() == 1
        return
    with pytest.raises(ValidationError) as refusal:
        decided(desk, from_entry=from_entry, no_consent="given")
    assert refusal.value.messages == ["No consent in force covers all of this for every recipient."]


@pytest.mark.parametrize("from_entry", [True, False], ids=["from an entry", "typed"])
def test_a_release_that_waits_stops_when_consent_is_withdrawn(world, desk, from_entry):
    consent = make_consent(world, desk.case)
    release = decided(desk, from_entry=from_entry, no_consent="given").releases.get()
    withdraw(by=world.health, consent=consent, how="phone", words="No more.", seen=consent.version)
    release.refresh_from_db()
    assert (release.state, release.history.first().history_change_reason) == ("recalled", "recalled:consent")
    assert [event.detail["reason"] for event in recorded("release.recalled")] == ["consent"]
    assert NoticeReceipt.objects.count() == 0
    letters = Notice.objects.order_by("created_at").values_list("subject", "body")
    told = [letter for letter in letters if "closed" in letter[0] or "stopped" in letter[0]]
    assert {subject for subject, _body in told} == {
        "Something that waited for you in Confer is closed",
        "A release of your agency was stopped",
    }
    assert not any(word in body for _subject, body in told for word in ("Mair", "consent", "Health", "Homes"))
    assert not opens(desk, release)


def test_who_received_it_is_told_to_destroy_it_and_that_it_was_lawful_then(world, desk):
    consent = make_consent(world, desk.case)
    release = decided(desk, no_consent="given").releases.get()
    assert opens(desk, release)
    withdraw(by=world.health, consent=consent, how="phone", words="No more.", seen=consent.version)
    receipt = NoticeReceipt.objects.select_related("notice__key").get(release=release)
    assert (receipt.notice.kind, receipt.notice.reason) == ("recall", "consent")
    assert receipt.notice.words.endswith("It was shared lawfully at the time.")
    assert not opens(desk, release)


def test_each_opening_asks_again_and_needs_no_job(world, desk):
    """Edge case 12: consent that has run out since."""
    consent = make_consent(world, desk.case)
    release = decided(desk, from_entry=False, no_consent="given").releases.get()
    assert opens(desk, release)
    Consent.objects.filter(pk=consent.pk).update(ends_on=timezone.localdate() - DAY)
    assert not opens(desk, release)
    assert desk.fresh(release).state == "open"


def test_another_basis_is_left_alone(world, desk):
    consent = make_consent(world, desk.case)
    release = decided(desk, from_entry=False).releases.get()
    withdraw(by=world.health, consent=consent, how="phone", words="No more.", seen=consent.version)
    assert opens(desk, release)


# the override
@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        (
            {"no_consent": "not_basis"},
            "Some of it rests on consent, and none in force covers it: say why you go without.",
        ),
        ({"overrides": []}, "Choose what outweighs privacy here."),
        ({"public_interest": ""}, "Write down how serious it is, how near, and why sharing is proportionate."),
        ({"review_on": None}, "Say on which day this override is looked at again."),
    ],
)
def test_an_override_is_refused_without_its_grounds(world, desk, without, sentence):
    make_consent(world, desk.case, state="refused")
    with pytest.raises(ValidationError) as refusal:
        decided(desk, **{**REFUSED, **without})
    assert sentence in refusal.value.messages
    assert not ConsentOverride.objects.exists()


def test_an_override_opens_that_entry_to_that_agency_and_leaves_the_consent_as_it_was(world, desk):
    world.sign(desk.listing.item.meeting, world.housing, world.police)
    consent = make_consent(world, desk.case, state="refused")
    settle(by=world.health, cases=[desk.case])
    before = Consent.objects.filter(pk=consent.pk).values("state", "version", "decided_at").get()
    decision = decided(desk, **REFUSED)
    override = ConsentOverride.objects.get()
    assert (override.entry, override.agency, override.consent, override.consent_version) == (
        desk.entry,
        world.housing_agency,
        consent,
        before["version"],
    )
    assert (override.decision, override.made_by, override.gap) == (decision, desk.health_officer, "refused")
    assert override.history.first().history_change_reason == "overridden"
    assert [event.detail["grounds"] for event in recorded("consent.overridden")] == [["harm"]]
    assert Consent.objects.filter(pk=consent.pk).values("state", "version", "decided_at").get() == before
    seen = [Entry.objects.visible_to(who).filter(pk=desk.entry.pk).exists() for who in (world.housing, world.police)]
    assert seen == [True, False]
    assert opens(desk, decision.releases.get())
    settle_of(consent, by=world.health)
    assert desk.fresh(decision.releases.get()).state == "open"


def test_a_recalled_override_shuts_the_entry_again(world, desk):
    make_consent(world, desk.case, state="refused")
    decision = decided(desk, **REFUSED)
    words = "It was about another person: destroy it."
    recall(by=desk.health_officer, decision=decision, reason="wrong_person", words=words)
    override = ConsentOverride.objects.get()
    assert override.ended_at is not None and override.allowance.until is not None
    assert not Entry.objects.visible_to(world.housing).filter(pk=desk.entry.pk).exists()
    assert Release.objects.get().state == "recalled"


# exactly the approved items and redactions
def refused_at_the_meeting(world, desk):
    """He refuses; housing and health signed the meeting at which health said it."""
    world.sign(desk.listing.item.meeting, world.housing)
    consent = make_consent(world, desk.case, state="refused")
    settle(by=world.health, cases=[desk.case])
    return consent


def reads(who, entry) -> bool:
    return Entry.objects.visible_to(who).filter(pk=entry.pk).exists()


LESS = [
    ("shortened", {"leaves": "Seen on Tuesday."}, {}),
    ("put otherwise", {"leaves": "Somebody saw her."}, {}),
    ("without its source", {}, {"source": "Her sister"}),
    ("without its day", {}, {"known_on": timezone.localdate()}),
]


@pytest.mark.parametrize(("leaves", "held"), [row[1:] for row in LESS], ids=[row[0] for row in LESS])
def test_of_what_was_shortened_the_words_alone_leave(world, desk, leaves, held):
    refused_at_the_meeting(world, desk)
    for name, value in held.items():
        setattr(desk.entry, name, value)
    desk.entry.save_over(desk.entry.version)
    release = decided(desk, **REFUSED, **leaves).releases.get()
    override = ConsentOverride.objects.get()
    assert (override.entry, override.allowance, override.category) == (None, None, "treatment")
    piece = ReleaseItem.objects.with_key().get(release=release)
    assert (piece.words, piece.override) == (leaves.get("leaves", desk.entry.text), override)
    assert (opens(desk, release), reads(world.housing, desk.entry)) == (True, False)


def test_what_is_changed_after_an_override_is_not_read_and_what_was_approved_still_is(world, desk):
    consent = refused_at_the_meeting(world, desk)
    decision = decided(desk, **REFUSED)
    assert (opens(desk, decision.releases.get()), reads(world.housing, desk.entry)) == (True, True)
    entry = Entry.objects.with_key().get(pk=desk.entry.pk)
    change_entry(by=world.health, entry=entry, seen=entry.version, text=f"{entry.text} And at the clinic.")
    settle_of(consent, by=world.health)
    release = decision.releases.get()
    assert (release.state, opens(desk, release), reads(world.housing, desk.entry)) == ("open", True, False)
    assert override_facts(desk.again(decision))["changed"] == ["Aberwenlli Homes"]


@pytest.mark.parametrize("leaves", [{}, {"leaves": "Seen on Tuesday."}], ids=["whole", "shortened"])
def test_what_left_by_an_override_ends_with_its_last_day(world, desk, leaves):
    refused_at_the_meeting(world, desk)
    release = decided(desk, **REFUSED, **leaves).releases.get()
    assert opens(desk, release)
    ConsentOverride.objects.update(review_on=timezone.localdate())
    assert (opens(desk, release), stop_ended()) == (True, 0)
    ConsentOverride.objects.update(review_on=timezone.localdate() - DAY)
    assert not opens(desk, release)
    assert (stop_ended(), desk.fresh(release).state, stop_ended()) == (1, "recalled", 0)


def test_who_is_covered_keeps_what_follows_the_consent_and_who_is_not_has_the_override(world, desk):
    """One decision, two agencies: the police are named by the consent, housing is not."""
    make_consent(world, desk.case, receives=[world.police_agency])
    settle(by=world.health, cases=[desk.case])
    ready = prepare(desk, leaves="Seen on Tuesday.", **REFUSED | {"no_consent": "unsafe"})
    both = [(world.housing, "The tenancy."), (world.police, "The arrest.")]
    deciding.choose_recipients(by=desk.health_officer, decision=ready, recipients=both)
    decision = decide(by=desk.health_officer, decision=ready, seen=ready.version)
    rows = ReleaseItem.objects.filter(release__decision=decision).order_by("release__agency__name")
    assert [(row.release.agency, row.override is None) for row in rows] == [
        (world.housing_agency, False),
        (world.police_agency, True),
    ]


# consent × each opening
def _ended(world, consent):
    Consent.objects.filter(pk=consent.pk).update(ends_on=timezone.localdate() - DAY)


def _last_day(world, consent):
    Consent.objects.filter(pk=consent.pk).update(ends_on=timezone.localdate())


def _replaced(world, consent):
    Consent.objects.filter(pk=consent.pk).update(state="superseded", superseded_at=timezone.now())


def _refused(world, consent):
    make_consent(world, consent.case, state="refused", days_ago=1)


def _back(what=None):
    def take_back(world, consent):
        from_world = {
            side: [str(world.housing_agency.pk)] if side == "receives" else codes for side, codes in what.items()
        }
        withdraw(by=world.health, consent=consent, how="phone", words="", seen=consent.version, what=from_world)

    return (
        take_back
        if what
        else lambda world, consent: withdraw(
            by=world.health, consent=consent, how="phone", words="", seen=consent.version
        )
    )


SINCE = {
    "it holds": (lambda world, consent: None, True),
    "today is its last day": (_last_day, True),
    "another kind was taken back": (_back({"category": ["housing"]}), True),
    "this kind was taken back": (_back({"category": ["treatment"]}), False),
    "this agency was taken out": (_back({"receives": []}), False),
    "the purpose was taken back": (_back({"purpose": ["panel"]}), False),
    "withdrawn": (_back(), False),
    "refused since": (_refused, False),
    "replaced": (_replaced, False),
    "ended yesterday": (_ended, False),
}


@pytest.mark.parametrize("from_entry", [True, False], ids=["from an entry", "typed"])
@pytest.mark.parametrize(("since", "stays"), SINCE.values(), ids=SINCE)
def test_consent_is_asked_at_each_opening(world, desk, from_entry, since, stays):
    """Opened once on a consent that covered it; then the consent changes, and it is opened again."""
    consent = make_consent(world, desk.case)
    settle(by=world.health, cases=[desk.case])
    release = decided(desk, from_entry=from_entry, no_consent="given").releases.get()
    assert opens(desk, release)
    since(world, consent)
    assert opens(desk, release) is stays
