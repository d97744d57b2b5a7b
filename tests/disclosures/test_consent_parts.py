"""What rests on consent beside what does not: withdrawn, that part alone is taken back, on each road it went."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consent.workflow.ending import withdraw
from consent.workflow.settle import settle
from core.models import Notice
from disclosures.models import Decision, DisclosurePaper, NoticeReceipt, Release, ReleaseItem
from disclosures.workflow import decision as deciding
from disclosures.workflow import release as verbs
from disclosures.workflow.approval import decide
from disclosures.workflow.post import export_release, make_paper, send_release_letter
from disclosures.workflow.spoken import record_spoken
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent
from tests.disclosures.asking import ANSWERS, say_needs

ON_CONSENT, OTHER, MORE = "She takes her medicine.", "She was seen on Tuesday.", "She keeps her appointments."


def also(desk, text, **more):
    """Another entry of health on the same listing."""
    return desk.world.make_entry(desk.listing, desk.world.health_agency, desk.world.health, text=text, **more)


def mixed(desk, *entries, typed=None, **more):
    """Health's decision to share *entries*, and *typed* of the category, with housing."""
    decision = deciding.begin_decision(by=desk.health_officer, decision=desk.decision(desk.ask()))
    pieces = [
        {"entry": each.pk, "original": each.text, "words": each.text, "category": each.category, "party": each.party}
        for each in entries
    ]
    pieces += [{"entry": None, "original": text, "words": text, "category": code} for text, code in typed or ()]
    deciding.choose_pieces(by=desk.health_officer, decision=decision, pieces=pieces)
    say_needs(decision, desk.health_officer)
    for step, answers in ANSWERS.items():
        decision = desk.again(decision)
        given = {**answers, **{name: value for name, value in more.items() if name in deciding.QUESTIONS[step]}}
        given |= {"outcome": "share"} if step == "record" else {}
        deciding.answer(by=desk.health_officer, decision=decision, step=step, seen=decision.version, **given)
    decision = desk.again(decision)
    decision = decide(by=desk.health_officer, decision=decision, seen=decision.version)
    return desk.fresh(decision.releases.get())


def read(desk, release) -> list[str]:
    return [item.words for item in verbs.open_release(by=release.member, release=desk.fresh(release))]


def take_back(desk, consent, **what):
    return withdraw(by=desk.world.health, consent=consent, how="phone", words="", seen=1, what=what or None)


def test_the_part_on_consent_is_taken_back_and_the_rest_stands(world, desk):
    consent = make_consent(world, desk.case)
    settle(by=world.health, cases=[desk.case])
    release = desk.accept(mixed(desk, desk.entry, also(desk, OTHER)))
    assert sorted(read(desk, release)) == sorted([desk.entry.text, OTHER])
    Notice.objects.all().delete()
    take_back(desk, consent)
    release = desk.fresh(release)
    assert (release.state, release.history.first().history_change_reason) == ("open", "part_recalled:consent")
    assert [event.detail for event in recorded("release.part_recalled")] == [
        {"number": release.number, "reason": "consent", "parts": 1}
    ]
    receipt = NoticeReceipt.objects.select_related("notice__key").get(release=release)
    assert (receipt.notice.kind, receipt.notice.reason) == ("recall", "consent")
    assert receipt.notice.words.startswith("This is about a part of it: Type of treatment. Use that part no more")
    assert receipt.notice.words.endswith("It was shared lawfully at the time. The rest stands.")
    assert set(Notice.objects.values_list("subject", flat=True)) == {
        "Something is ready for you in Confer",
        "A part of a release of your agency was stopped",
    }
    assert read(desk, release) == [OTHER]


def test_taken_back_bit_by_bit_it_ends_as_a_recall_and_the_notice_stays_readable(world, desk, as_member):
    consent = make_consent(world, desk.case)
    second = also(desk, MORE, on_consent=True, category="attendance", party=desk.entry.party)
    settle(by=world.health, cases=[desk.case])
    release = desk.accept(mixed(desk, desk.entry, second))
    read(desk, release)
    take_back(desk, consent, category=["treatment"])
    assert read(desk, release) == [MORE]
    consent.refresh_from_db()
    withdraw(by=world.health, consent=consent, how="phone", words="", seen=consent.version)
    assert desk.fresh(release).state == "recalled"
    _first, last = NoticeReceipt.objects.order_by("notice__made_at")
    page = as_member(world.housing).get(f"/disclosures/notices/{last.pk}/").content.decode()
    assert "Use it no more, and destroy every copy" in page
    with pytest.raises(ValidationError):
        verbs.open_release(by=world.housing, release=desk.fresh(release))


def test_a_typed_part_of_a_kind_that_is_withdrawn_goes_alone(world, desk):
    consent = make_consent(world, desk.case)
    release = desk.accept(
        mixed(desk, typed=[(ON_CONSENT, "treatment"), (MORE, "attendance")], no_consent="given", no_consent_words="")
    )
    take_back(desk, consent, category=["treatment"])
    assert (desk.fresh(release).state, read(desk, release)) == ("open", [MORE])


def test_its_paper_is_made_anew_without_the_part(world, desk):
    consent = make_consent(world, desk.case)
    settle(by=world.health, cases=[desk.case])
    release = desk.accept(mixed(desk, desk.entry, also(desk, OTHER)))
    old = desk.printed(release)
    take_back(desk, consent)
    assert list(DisclosurePaper.objects.order_by("number").values_list("state", "failure")) == [
        ("failed", "A part of it was taken back."),
        ("queued", ""),
    ]
    with pytest.raises(ValidationError, match="not ready yet"):
        export_release(by=world.housing, release=desk.fresh(release))
    new = release.papers.exclude(pk=old.pk).get()
    make_paper.call(str(new.pk))
    new.refresh_from_db()
    assert (new.state, new.number, new.asked_by) == ("ready", 2, world.housing)
    assert export_release(by=world.housing, release=desk.fresh(release))[:5] == b"%PDF-"


# what waits
@pytest.mark.parametrize("beside", [False, True], ids=["all of it", "a part of it"])
def test_a_letter_that_waits_is_not_sent_and_told_as_not_sent(world, desk, beside):
    consent = make_consent(world, desk.case)
    settle(by=world.health, cases=[desk.case])
    entries = [desk.entry, *([also(desk, OTHER)] if beside else [])]
    release = desk.accept(mixed(desk, *entries, method="mail"))
    letter = release.letters.get()
    make_paper.call(str(letter.paper_id))
    take_back(desk, consent)
    send_release_letter.call(str(letter.pk))
    letter.refresh_from_db()
    words = "A part of it was taken back." if beside else "It was recalled."
    assert (letter.state, letter.failure) == ("failed", words)
    assert recorded("release_letter.sent") == []


def test_a_letter_asks_at_the_instant_of_sending_though_no_job_ran(world, desk):
    """The last day of a consent passes while the letter waits."""
    consent = make_consent(world, desk.case)
    release = desk.accept(mixed(desk, typed=[(ON_CONSENT, "treatment")], no_consent="given", method="mail"))
    letter = release.letters.get()
    make_paper.call(str(letter.paper_id))
    type(consent).objects.update(ends_on=consent.starts_on)
    send_release_letter.call(str(letter.pk))
    letter.refresh_from_db()
    words = "What it carries may not be opened by its recipient now. Nothing was sent."
    assert (letter.state, letter.failure) == ("failed", words)


def test_a_paper_that_waits_is_not_made(world, desk):
    consent = make_consent(world, desk.case)
    settle(by=world.health, cases=[desk.case])
    release = desk.accept(mixed(desk, desk.entry))
    paper = release.papers.get()
    take_back(desk, consent)
    with pytest.raises(PermissionDenied):
        make_paper.call(str(paper.pk))
    paper.refresh_from_db()
    assert paper.state == "failed"


# in a meeting
def heard(desk, *entries) -> Decision:
    world = desk.world
    hearers = [{"member": m, "agency": m.agency, "observer": ""} for m in (world.housing, world.police)]
    record_spoken(by=world.chair, listing=desk.listing, recipients=hearers, entries=entries)
    return Decision.objects.get(way="meeting")


def test_of_what_was_heard_those_who_heard_the_part_are_told_of_it_alone(world, desk):
    consent = make_consent(world, desk.case, receives=[world.housing_agency])
    settle(by=world.health, cases=[desk.case])
    decision = heard(desk, desk.entry, also(desk, OTHER))
    assert decision.no_consent == "not_basis"
    take_back(desk, consent)
    rows = {release.member: release for release in Release.objects.filter(decision=decision)}
    assert {member: release.state for member, release in rows.items()} == {
        world.housing: "given",
        world.police: "given",
    }
    heard_of = {
        member: list(
            ReleaseItem.objects.filter(release=release).order_by("position").values_list("category", flat=True)
        )
        for member, release in rows.items()
    }
    assert heard_of == {world.housing: ["treatment", ""], world.police: [""]}
    receipt = NoticeReceipt.objects.select_related("notice__key", "release").get()
    assert receipt.release == rows[world.housing]
    assert "a part of it: Type of treatment." in receipt.notice.words


def test_who_heard_nothing_else_has_it_recalled_and_who_never_heard_it_is_left_alone(world, desk):
    consent = make_consent(world, desk.case, receives=[world.housing_agency])
    settle(by=world.health, cases=[desk.case])
    decision = heard(desk, desk.entry)
    take_back(desk, consent)
    assert [(r.member, r.state) for r in Release.objects.filter(decision=decision)] == [(world.housing, "recalled")]
    take_back_again = Release.objects.get().history.count()
    settle(by=world.health, cases=[desk.case])
    assert Release.objects.get().history.count() == take_back_again
