"""Entries: written, changed by two, kept from agencies, withdrawn; and who sees them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict

from cases.models import Bar, Draft, Entry
from cases.rules import entry as rules
from cases.workflow import entry as verbs
from cases.workflow.drafts import draft_of, keep_draft
from cases.workflow.merging import Clash
from core.records import StaleVersion
from tests.audit.ledger import recorded, recorded_names


@pytest.fixture
def listing(world):
    """A listing about which housing, health and police are asked."""
    agencies = [world.housing_agency, world.health_agency, world.police_agency]
    return world.list_case(world.make_meeting(), world.make_case(), asked=agencies).listing


def write(world, listing, by=None, **more):
    return verbs.write_entry(by=by or world.housing, listing=listing, **{"text": "Repairs asked for twice.", **more})


def why(row):
    return row.history.latest().history_change_reason


def barred_from(entry):
    return sorted(bar.agency.short_name for bar in Bar.objects.live().filter(entry=entry))


def test_writing_an_entry(world, listing):
    victim = listing.case.parties.get(capacity="victim")
    keep_draft(by=world.housing, about=listing, part="entry", typed=QueryDict("text=Rep"))
    entry = write(
        world,
        listing,
        party=victim,
        nature="opinion",
        reach="minute",
        heading="risk",
        source="File",
        left_out=[world.health_agency],
    )
    entry = Entry.objects.with_key().get(pk=entry.pk)
    assert (entry.text, entry.agency, entry.written_by, entry.nature, entry.reach, entry.source) == (
        "Repairs asked for twice.",
        world.housing_agency,
        world.housing,
        "opinion",
        "minute",
        "File",
    )
    assert entry.key_id == listing.key_id
    assert barred_from(entry) == ["Wenlli Health"]
    assert not Draft.objects.exists()
    assert why(entry) == "entry.written"
    event = recorded("entry.written")[0]
    assert event.detail == {"kind": "information", "nature": "opinion", "reach": "minute", "kept_from": 1}
    assert event.case_id == listing.case_id


def test_an_entry_needs_text_and_a_person_of_the_case(world, listing):
    with pytest.raises(ValidationError) as refused:
        write(world, listing, text=" ")
    assert refused.value.message_dict == {"text": ["Enter what is known"]}
    with pytest.raises(ValidationError) as refused:
        write(world, listing, party=world.make_case().parties.first())
    assert refused.value.message_dict == {"party": ["This person is not part of the case."]}
    with pytest.raises(ValidationError) as refused:
        write(world, listing, left_out=[world.housing_agency])
    assert refused.value.message_dict == {"left_out": ["You cannot keep an entry from your own agency."]}
    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", ["children", "coordinator", "referrer", "liaison_officer", "auditor", "administrator"])
def test_who_is_not_asked_does_not_write(world, listing, name):
    with pytest.raises(PermissionDenied):
        write(world, listing, by=getattr(world, name))


@pytest.mark.parametrize("on", ["case", "listing"])
def test_who_is_barred_does_not_write(world, listing, on):
    world.bar(member=world.housing, **{on: listing.case if on == "case" else listing})
    with pytest.raises(PermissionDenied):
        write(world, listing)
    assert write(world, listing, by=world.housing_deputy).agency == world.housing_agency


def test_only_the_own_agency_changes_and_withdraws(world, listing):
    entry = write(world, listing)
    for member in (world.police, world.coordinator, world.chair):
        with pytest.raises(PermissionDenied):
            verbs.change_entry(by=member, entry=entry, seen=1, text="No.")
        with pytest.raises(PermissionDenied):
            verbs.withdraw_entry(by=member, entry=entry, seen=1)
    verbs.change_entry(by=world.housing_deputy, entry=entry, seen=1, text="Repairs asked for three times.")
    assert (Entry.objects.with_key().get().text, why(entry)) == ("Repairs asked for three times.", "entry.changed")
    assert recorded_names()[-1] == "entry.changed"


def test_two_writers_of_different_fields_both_stay(world, listing):
    entry = write(world, listing, source="File")
    verbs.change_entry(by=world.housing_deputy, entry=entry, seen=1, text="Repairs, three times.", source="File")
    entry = Entry.objects.with_key().get()
    verbs.change_entry(by=world.housing, entry=entry, seen=1, text="Repairs asked for twice.", source="Caretaker")
    entry = Entry.objects.with_key().get()
    assert (entry.text, entry.source, entry.version) == ("Repairs, three times.", "Caretaker", 3)


@pytest.mark.parametrize("second", ["housing_deputy", "housing"])
def test_the_later_of_two_writers_sees_both_texts(world, listing, second):
    """A colleague, and the same member in a second tab, alike."""
    entry = write(world, listing)
    verbs.change_entry(by=world.housing, entry=entry, seen=1, text="First.")
    entry = Entry.objects.with_key().get()
    with pytest.raises(Clash) as clash:
        verbs.change_entry(by=getattr(world, second), entry=entry, seen=1, text="Second.")
    assert (clash.value.theirs, clash.value.merged) == ({"text": "First."}, {"text": "Second."})
    assert Entry.objects.with_key().get().text == "First."
    merged = verbs.change_entry(
        by=getattr(world, second), entry=entry, seen=clash.value.record.version, text="First. Second."
    )
    assert (merged.text, merged.version) == ("First. Second.", 3)


def test_a_stale_withdrawal_is_refused(world, listing):
    entry = write(world, listing)
    verbs.change_entry(by=world.housing_deputy, entry=entry, seen=1, text="Changed.")
    with pytest.raises(StaleVersion):
        verbs.withdraw_entry(by=world.housing, entry=entry, seen=1)
    entry.refresh_from_db()
    verbs.withdraw_entry(by=world.housing, entry=entry, seen=2)
    assert not Entry.objects.visible_to(world.housing).exists()
    assert (why(entry), recorded_names()[-1]) == ("entry.withdrawn", "entry.withdrawn")


def test_the_bars_follow_the_form(world, listing):
    entry = write(world, listing, left_out=[world.health_agency, world.council])
    verbs.change_entry(by=world.housing, entry=entry, seen=1, left_out=[world.police_agency, world.council])
    assert barred_from(entry) == ["Aberwenlli Council", "Wenlli Police"]
    verbs.change_entry(by=world.housing, entry=entry, seen=2, text="Said again.")
    assert barred_from(entry) == ["Aberwenlli Council", "Wenlli Police"]


def test_a_stale_form_never_lifts_what_a_colleague_closed(world, listing):
    entry = write(world, listing)
    verbs.change_entry(by=world.housing_deputy, entry=entry, seen=1, left_out=[world.health_agency])
    with pytest.raises(Clash) as clash:
        verbs.change_entry(by=world.housing, entry=entry, seen=1, text="Two.", left_out=[world.police_agency])
    assert clash.value.theirs == {"left_out": [world.health_agency]}
    assert clash.value.merged["left_out"] == [world.health_agency, world.police_agency]
    assert barred_from(entry) == ["Wenlli Health"]


NOBODY_ELSE = {"housing", "housing_deputy"}
CAST = [
    "coordinator",
    "chair",
    "police",
    "idva",
    "housing",
    "housing_deputy",
    "health",
    "children",
    "liaison_officer",
    "referrer",
    "auditor",
    "administrator",
]


@pytest.mark.parametrize(
    ("signed", "left_out", "seen_by"),
    [
        ((), (), NOBODY_ELSE | {"coordinator", "chair"}),
        (("health", "police"), (), NOBODY_ELSE | {"coordinator", "chair", "health", "police"}),
        (("health", "police"), ("health_agency",), NOBODY_ELSE | {"coordinator", "chair", "police"}),
        (("health", "police"), ("police_agency",), NOBODY_ELSE | {"coordinator", "health"}),
        (("health", "chair"), ("police_agency", "council"), NOBODY_ELSE | {"health"}),
    ],
)
def test_who_sees_an_entry(world, listing, signed, left_out, seen_by):
    write(world, listing, left_out=[getattr(world, name) for name in left_out])
    world.sign(listing.item.meeting, *(getattr(world, name) for name in signed))
    seen = {name for name in CAST if Entry.objects.visible_to(getattr(world, name)).exists()}
    assert seen - {"liaison_officer"} == seen_by


@pytest.mark.parametrize("on", ["case", "listing"])
def test_a_bar_on_case_or_listing_hides_every_entry(world, listing, on):
    write(world, listing)
    world.bar(agency=world.housing_agency, **{on: listing.case if on == "case" else listing})
    assert not Entry.objects.visible_to(world.housing).exists()
    assert not Entry.objects.visible_to(world.housing_deputy).exists()
    assert Entry.objects.visible_to(world.coordinator).exists()


def test_the_sentence_names_those_who_see(world, listing):
    audience = rules.audiences(world.panel, [listing])[listing.pk]
    desk = "the panel’s desk: Cerys Coordinator (Aberwenlli Council), Dafydd Chair (Wenlli Police)"
    assert audience.sentence(world.housing_agency) == (
        f"Aberwenlli Homes (your agency); {desk}; once signed for the meeting: Wenlli Health, Wenlli Police; "
        "any other agency that signs for the meeting"
    )
    assert audience.sentence(world.housing_agency, {world.police_agency.pk}) == (
        "Aberwenlli Homes (your agency); the panel’s desk: Cerys Coordinator (Aberwenlli Council); "
        "once signed for the meeting: Wenlli Health; any other agency that signs for the meeting"
    )
    assert [agency.short_name for agency in audience.others(world.housing_agency)] == [
        "Aberwenlli Council",
        "Wenlli Health",
        "Wenlli Police",
    ]
    world.bar(case=listing.case, member=world.chair)
    world.bar(listing=listing, agency=world.health_agency)
    audience = rules.audiences(world.panel, [listing])[listing.pk]
    assert audience.sentence(world.housing_agency) == (
        "Aberwenlli Homes (your agency); the panel’s desk: Cerys Coordinator (Aberwenlli Council); "
        "once signed for the meeting: Wenlli Police; any other agency that signs for the meeting"
    )


def test_a_draft_is_its_members_alone(world, listing):
    keep_draft(by=world.housing, about=listing, part="entry", typed=QueryDict("text=Half a sentence"))
    assert draft_of(world.housing, listing, "entry").data == {"text": ["Half a sentence"]}
    for name in set(CAST) - {"housing"}:
        assert draft_of(getattr(world, name), listing, "entry") is None
        assert not Draft.objects.visible_to(getattr(world, name)).exists()


GRADED = {
    "nature": "intelligence",
    "grade": "untested",
    "source": "A neighbour",
    "known_on": datetime.date(2026, 11, 3),
}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"nature": "intelligence"}, ["grade", "source", "known_on"]),
        (GRADED | {"grade": ""}, ["grade"]),
        (GRADED | {"grade": "certain"}, ["grade"]),
        (GRADED | {"source": " "}, ["source"]),
        (GRADED | {"known_on": None}, ["known_on"]),
    ],
)
def test_intelligence_says_how_reliable_it_is_from_whom_and_of_which_day(world, listing, given, fields):
    """Edge case 45; guidance §4.2.3."""
    with pytest.raises(ValidationError) as refused:
        write(world, listing, **given)
    assert list(refused.value.message_dict) == fields
    entry = write(world, listing)
    with pytest.raises(ValidationError) as refused:
        verbs.change_entry(by=world.housing, entry=entry, seen=1, **given)
    assert list(refused.value.message_dict) == fields


@pytest.mark.parametrize(
    ("given", "grade", "words"),
    [
        (GRADED, "untested", "unverified, from A neighbour, 3 November 2026 (From an untested source)"),
        (GRADED | {"nature": "fact"}, "", ""),
        (GRADED | {"nature": "opinion"}, "", ""),
    ],
)
def test_what_stands_beside_an_entry(world, listing, given, grade, words):
    entry = Entry.objects.with_key().get(pk=write(world, listing, **given).pk)
    assert (entry.grade, entry.unverified) == (grade, words)
