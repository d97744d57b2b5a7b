"""Two records of one person: proposed by one, decided by another, undone exactly, and who is told."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import DistinctPair, Merge, MergeTold, Party, SearchKey, Subject, Track
from cases.owed import people
from cases.workflow import merge as verbs
from cases.workflow.following import followers
from cases.workflow.matching import link_party, possible_matches, tell_apart, unlink_party
from core.models import Notice
from core.records import StaleVersion
from tests.audit.ledger import recorded, recorded_names
from tests.cases.people import TwoPanels, person, take_part
from tests.valid_html import assert_valid

pytestmark = pytest.mark.django_db
WHY = "Both names, the same school, and his sister says so."


@pytest.fixture
def two(world):
    return TwoPanels(world)


def propose(world, one, other, by=None, **more) -> Merge:
    return verbs.propose_merge(
        by=by or world.coordinator, one=person(one), other=person(other), **{"words": WHY, **more}
    )


def pointing() -> dict:
    """What everybody on a case points at, and by whose word; and the whole index."""
    rows = Party.objects.values_list("pk", "subject", "linked_at", "linked_by", "superseded_at")
    keys = SearchKey.objects.values_list("subject", "kind", "digest")
    return {"parties": {row[0]: row[1:] for row in rows}, "keys": {(s, k, bytes(d)) for s, k, d in keys}}


def merged(world, one, other, **more) -> Merge:
    merge = propose(world, one, other, **more)
    return verbs.approve_merge(by=world.chair, merge=merge, seen=merge.version)


def test_a_proposal_changes_nothing_and_asks_a_second_person(world, two):
    one, other = two.case(), two.case()
    before = pointing()
    merge = propose(world, other, one)
    assert (merge.kept_id, merge.gone_id) == (person(one).subject_id, person(other).subject_id)
    assert {(part.party_id, part.moves) for part in merge.parts.all()} == {
        (person(one).pk, False),
        (person(other).pk, True),
    }
    assert merge.history.get().history_change_reason == "merge_proposed"
    assert recorded_names()[-1] == "person.merge_proposed"
    assert {notice.address for notice in Notice.objects.all()} == {
        member.email for member in (world.chair, two.chair, two.both)
    }
    assert pointing() == before


def test_approval_moves_and_undoing_moves_back_to_the_letter(world, two):
    one, other = two.case(), two.case(victim=("Mair", "Gwynedd"))
    before = pointing()
    merge = merged(world, one, other)
    kept = person(one).subject
    assert (person(other).subject_id, person(other).linked_by) == (kept.pk, world.chair)
    assert {row[0] for row in pointing()["keys"]} == {p.subject_id for p in Party.objects.exclude(pk=person(other).pk)}
    assert (merge.state, merge.history.first().history_change_reason) == ("approved", "merge_approved")
    assert [event.operation for event in recorded("person.merged")] == ["combination"]

    verbs.undo_merge(by=world.coordinator, merge=merge, seen=merge.version, words="They are cousins.")
    assert pointing() == before
    assert Merge.objects.get().state == "undone"
    assert recorded("person.unmerged")[0].operation == "combination"


def test_a_link_made_before_comes_back_as_it_was(world, two):
    one, other, third = two.case(), two.case(), two.case()
    link_party(by=world.coordinator, party=person(third), subject=person(other).subject)
    before = pointing()
    merge = merged(world, one, other)
    assert {person(case).subject_id for case in (one, other, third)} == {person(one).subject_id}
    verbs.undo_merge(by=world.chair, merge=merge, seen=merge.version, words="No.")
    assert pointing() == before


def test_who_came_to_the_kept_record_since_stays_there(world, two):
    one, other = two.case(), two.case()
    merge = merged(world, one, other)
    later = two.case()
    link_party(by=world.coordinator, party=person(later), subject=person(one).subject)
    verbs.undo_merge(by=world.chair, merge=merge, seen=merge.version, words="No.")
    assert person(later).subject_id == person(one).subject_id != person(other).subject_id


def test_a_later_merge_is_undone_first(world, two):
    one, other, third = two.case(), two.case(), two.case()
    first = merged(world, other, third)
    second = merged(world, one, other)
    with pytest.raises(ValidationError, match="Undo that first"):
        verbs.undo_merge(by=world.chair, merge=first, seen=first.version, words="No.")
    verbs.undo_merge(by=world.chair, merge=second, seen=second.version, words="No.")
    verbs.undo_merge(by=world.chair, merge=first, seen=first.version, words="No.")
    assert len({person(case).subject_id for case in (one, other, third)}) == 3


def test_two_referrals_of_one_case_the_later_stands_until_it_is_undone(world, two):
    case = two.case()
    again = world.make_referral()
    spare = world.make_case(referral=again)
    victim = Party.objects.with_key().get(referral=again, capacity="victim")
    Party.objects.filter(referral=again).exclude(pk=victim.pk).delete()
    Party.objects.filter(pk=victim.pk).update(case=case)
    assert spare.parties.count() == 0
    older, newer = case.parties.filter(capacity="victim").order_by("created_at")
    found = Party.objects.with_key().select_related("case__panel", "referral__panel")
    merge = verbs.propose_merge(
        by=world.coordinator, one=found.get(pk=older.pk), other=found.get(pk=newer.pk), words=WHY
    )
    verbs.approve_merge(by=world.chair, merge=merge, seen=1)
    assert list(case.parties.filter(capacity="victim").current()) == [newer]
    merge = Merge.objects.with_key().get()
    verbs.undo_merge(by=world.chair, merge=merge, seen=merge.version, words="No.")
    assert set(case.parties.filter(capacity="victim").current()) == {older, newer}


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("coordinator", PermissionDenied), ("housing", PermissionDenied), ("auditor", PermissionDenied)],
)
def test_the_proposer_and_whoever_is_not_at_the_desk_do_not_decide(world, two, who, refusal):
    merge = propose(world, two.case(), two.case())
    with pytest.raises(refusal):
        verbs.approve_merge(by=getattr(world, who), merge=merge, seen=1)
    assert Merge.objects.get().state == "proposed"


def test_the_database_knows_that_two_people_decide(world, two):
    merge = propose(world, two.case(), two.case())
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.filter(pk=merge.pk).update(
            state="approved", decided_at=timezone.now(), decided_by=world.coordinator
        )


def test_the_second_person_sees_both_or_does_not_know_of_it(world, two):
    one, other = two.case(), two.case()
    merge = propose(world, one, other)
    world.bar(member=world.chair, case=other)
    assert not Merge.objects.visible_to(world.chair).exists()
    with pytest.raises(PermissionDenied):
        verbs.approve_merge(by=world.chair, merge=merge, seen=1)


def test_refused_where_nobody_else_sees_both(world, two):
    one, other = two.case(), two.case()
    for member in (world.chair, two.chair, two.both):
        world.bar(member=member, case=other)
    with pytest.raises(ValidationError, match="Nobody else sees both"):
        propose(world, one, other)


def test_the_people_of_one_referral_and_two_parts_of_one_case_are_not_one(world, two):
    case = two.case()
    with pytest.raises(ValidationError, match="same referral"):
        verbs.propose_merge(by=world.coordinator, one=person(case), other=person(case, "perpetrator"), words=WHY)


def test_two_who_were_told_apart_are_not_merged_without_saying_so(world, two):
    one, other = two.case(), two.case()
    tell_apart(by=world.coordinator, party=person(other), subject=person(one).subject)
    with pytest.raises(ValidationError, match="two people before"):
        propose(world, one, other)
    assert propose(world, one, other, although_distinct=True).although_distinct is True


def test_what_was_told_apart_from_the_record_that_went_is_not_offered_again(world, two):
    one, other, third = two.case(), two.case(), two.case()
    tell_apart(by=world.coordinator, party=person(third), subject=person(other).subject)
    offered = lambda: {  # noqa: E731
        candidate.subject.pk
        for candidate in possible_matches(by=world.coordinator, parties=[person(third)])[person(third).pk]
    }
    assert offered() == {person(one).subject_id}
    merged(world, one, other)
    assert offered() == set()
    assert DistinctPair.objects.count() == 1


def test_it_waits_once_and_can_be_taken_back_or_refused(world, two):
    one, other = two.case(), two.case()
    merge = propose(world, one, other)
    with pytest.raises(ValidationError, match="proposed already"):
        propose(world, other, one, by=two.both)
    verbs.refuse_merge(by=world.coordinator, merge=merge, seen=1, words="")
    assert (Merge.objects.get().state, recorded_names()[-1]) == ("withdrawn", "person.merge_withdrawn")
    again = propose(world, one, other)
    with pytest.raises(ValidationError, match="Give the reason"):
        verbs.refuse_merge(by=world.chair, merge=again, seen=1, words=" ")
    verbs.refuse_merge(by=world.chair, merge=again, seen=1, words="Twins.")
    assert Merge.objects.get(pk=again.pk).state == "refused"
    with pytest.raises(ValidationError, match="settled in the meantime"):
        verbs.approve_merge(by=world.chair, merge=again, seen=2)


def test_what_changed_meanwhile_is_proposed_anew(world, two):
    one, other, third = two.case(), two.case(), two.case()
    merge = propose(world, one, other)
    link_party(by=world.coordinator, party=person(other), subject=person(third).subject)
    with pytest.raises(ValidationError, match="changed since"):
        verbs.approve_merge(by=world.chair, merge=merge, seen=1)
    second = propose(world, two.case(), two.case())
    with pytest.raises(StaleVersion):
        verbs.refuse_merge(by=world.chair, merge=second, seen=0, words="No.")


def test_one_person_alone_does_not_change_what_two_agreed(world, two):
    one, other, third = two.case(), two.case(), two.case()
    merged(world, one, other)
    for act in (
        lambda: unlink_party(by=world.coordinator, party=person(other)),
        lambda: link_party(by=world.coordinator, party=person(other), subject=person(third).subject),
    ):
        with pytest.raises(ValidationError, match="Two people agreed"):
            act()


def test_told_are_those_who_see_people_of_both_and_nobody_else(world, two):
    """Housing took part in both cases, health in one of them: to health the other case does not exist."""
    one, other = two.case(), two.case()
    for case, agency in ((one, world.housing_agency), (other, world.housing_agency), (one, world.health_agency)):
        take_part(world, case, agency)
    Notice.objects.all().delete()
    merge = merged(world, one, other)
    told = lambda news: {told.member for told in MergeTold.objects.filter(news=news).select_related("member")}  # noqa: E731
    both = {world.coordinator, two.both, two.chair, world.housing, world.housing_deputy, world.liaison_officer}
    assert told("combined") == both
    letters = Notice.objects.filter(subject__contains="records")
    assert {notice.address for notice in letters} == {member.email for member in both}
    assert [row.count for row in people(world.housing)] == [1]
    assert [row.count for row in people(world.health)] == [0]
    world.bar(member=world.housing_deputy, case=one)
    verbs.undo_merge(by=world.chair, merge=merge, seen=merge.version, words="No.")
    assert told("undone") == both - {world.housing_deputy}


def test_a_letter_names_nobody_and_no_case(world, two):
    one, other = two.case(), two.case()
    take_part(world, one, world.housing_agency)
    take_part(world, other, world.housing_agency)
    merged(world, one, other)
    text = " ".join(f"{notice.subject} {notice.body}" for notice in Notice.objects.all())
    assert [word for word in ("Mair", "O’Gwynedd", one.reference, other.reference, WHY) if word in text] == []


def test_people_on_cases_out_of_the_proposers_sight_stay_where_they_are(world, two):
    """The record that goes lives on for a case that neither of the two may see."""
    one, other, hidden = two.case(), two.case(), two.case(panel=two.other)
    Party.objects.filter(pk=person(hidden).pk).update(subject=person(other).subject_id)
    merge = merged(world, one, other)
    assert person(hidden).subject_id == merge.gone_id
    assert merge.parts.filter(party=person(hidden)).exists() is False
    assert MergeTold.objects.filter(member=two.there).exists() is False


def test_across_panels_only_who_keeps_both(world, two):
    one, other = two.case(), two.case(panel=two.other)
    for member in (world.coordinator, two.there):
        with pytest.raises(PermissionDenied):
            propose(world, one, other, by=member)
    merge = propose(world, one, other, by=two.both)
    assert not Merge.objects.visible_to(world.coordinator).exists()
    verbs.approve_merge(by=two.chair, merge=merge, seen=1)
    assert set(MergeTold.objects.values_list("member__name", flat=True)) == {"Bethan Both"}


def test_the_pages_from_proposal_to_undoing(world, two, as_member):
    one, other = two.case(), two.case()
    client = as_member(world.coordinator)
    page = reverse("cases:propose_merge", args=[person(one).pk, person(other).pk])
    shown = client.get(page)
    assert one.reference in shown.content.decode()
    assert_valid(shown.content)
    empty = client.post(page, {"words": ""})
    assert empty.status_code == 422
    client.post(page, {"words": WHY})
    merge = Merge.objects.get()
    client = as_member(world.chair)
    assert other.reference in client.get(reverse("cases:merges")).content.decode()
    at = reverse("cases:merge", args=[merge.pk])
    assert_valid(client.get(at).content)
    assert client.post(at, {"do": "refuse", "words": "", "seen": 1}).status_code == 422
    assert client.post(at, {"do": "approve", "words": "", "seen": 1}).status_code == 302
    assert_valid(client.get(at).content)
    undo = reverse("cases:undo_merge", args=[merge.pk])
    assert client.post(undo, {"words": "", "seen": 2}).status_code == 422
    assert client.post(undo, {"words": "Cousins.", "seen": 2}).status_code == 302
    client = as_member(world.coordinator)
    news = client.get(reverse("cases:merge_news")).content.decode()
    assert ("A combination of two records was undone" in news, one.reference in news) == (True, True)
    told = MergeTold.objects.filter(member=world.coordinator, news="undone").get()
    client.post(reverse("cases:read_merge_news", args=[told.pk]))
    assert MergeTold.objects.get(pk=told.pk).read_at - timezone.now() < datetime.timedelta(minutes=1)


# what names a person beside the party
def track(case, subject_id) -> Track:
    row = Track(
        key=case.key,
        case=case,
        subject_id=subject_id,
        kind="management",
        state="managed",
        since=timezone.localdate(),
        opened_at=timezone.now(),
    )
    row.save(force_insert=True)
    return row


def test_what_names_the_person_on_a_case_goes_along_and_comes_back(world, two):
    """Also what came since: it is about the person of that case."""
    one, other = two.case(), two.case()
    stays, goes = track(one, person(one).subject_id), track(other, person(other).subject_id)
    merge = merged(world, one, other)
    assert set(Track.objects.values_list("subject", flat=True)) == {merge.kept_id}
    assert goes.history.first().history_change_reason == "merged"
    since = track(other, merge.kept_id)
    verbs.undo_merge(by=world.chair, merge=merge, seen=merge.version, words="No.")
    assert dict(Track.objects.values_list("pk", "subject")) == {
        stays.pk: merge.kept_id,
        goes.pk: merge.gone_id,
        since.pk: merge.gone_id,
    }


def test_it_follows_a_link_made_or_undone_after_acceptance(world, two):
    one, other = two.case(), two.case()
    own, known = person(other).subject_id, person(one).subject
    row = track(other, own)
    link_party(by=world.coordinator, party=person(other), subject=known)
    assert Track.objects.get().subject_id == known.pk
    unlink_party(by=world.coordinator, party=person(other))
    assert (Track.objects.get().subject_id, person(other).subject_id) == (own, own)
    assert row.history.first().history_change_reason == "unlinked"


def test_everything_that_points_at_a_person_of_a_case_is_decided(db):
    """A model that names a person beside the party follows it, or says here why it need not."""
    decided = {
        "cases.Party": "moved by the verb",
        "cases.Merge": "says which records they are",
        "cases.SearchKey": "made anew",
        "cases.DistinctPair": "asked through the merge",
        "cases.Majority": "told of once; found by its party",
    }
    pointing = {
        model._meta.label
        for model in apps.get_models()
        if not model._meta.model_name.startswith("historical")
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is Subject
    }
    assert pointing - {model._meta.label for model in followers()} == set(decided)


def test_one_and_three_merges_under_one_count_of_queries(world, two, as_member):
    client = as_member(world.chair)
    pages = [reverse("cases:merges"), reverse("cases:merge_news")]

    def counts() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    counts()  # what is asked once in a session
    tell_one(world, two)
    one = counts()
    for _n in range(2):
        tell_one(world, two)
    assert counts() == one
    assert Merge.objects.visible_to(world.chair).count() == 3


def tell_one(world, two):
    """A merge that the chair decided not, and is told of."""
    merge = propose(world, two.case(), two.case())
    verbs.approve_merge(by=two.chair, merge=merge, seen=1)
