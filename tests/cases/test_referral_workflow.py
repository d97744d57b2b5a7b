"""The verbs of a referral: the row, the history's reason, the audit's event, the letter; and what they refuse."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models import Bar, Checklist, Draft, Involvement, Party, Referral
from cases.workflow.drafts import keep_draft
from cases.workflow.hold import hold_referrals
from cases.workflow.merging import Clash
from cases.workflow.referral import (
    add_party,
    remove_party,
    save_part,
    start_referral,
    submit_referral,
    withdraw_referral,
)
from cases.workflow.sight import exclude
from core.models import Notice
from partnership.models import Signatory
from partnership.roles import Role
from tests.audit.ledger import recorded, recorded_names
from tests.cases.referrals import begin, found, sent, victim_of, whole
from tests.world import make_member

YEAR = timezone.localdate().year


def reasons(record) -> list[str]:
    return list(record.history.order_by("history_id").values_list("history_change_reason", flat=True))


def test_starting_makes_a_draft_with_a_victim_and_a_checklist_seen_by_the_agency_alone(world):
    referral = start_referral(by=world.referrer, panel=world.panel)
    assert (referral.state, referral.reference) == ("draft", f"R-AB-{YEAR}-0001")
    assert (referral.contact_name, referral.contact_email) == (world.referrer.name, world.referrer.email)
    assert victim_of(referral).name == ""
    checklist = Checklist.objects.get(referral=referral)
    assert (checklist.instrument, checklist.unanswered) == ("DASH RIC", 24)
    assert {referral.key_id} == {victim_of(referral).key_id, checklist.key_id}
    involvement = Involvement.objects.get(referral=referral)
    assert (involvement.holder, involvement.stage, involvement.agency) == ("agency", "referral", world.housing_agency)
    assert reasons(referral) == ["started"]
    assert recorded_names() == ["access.opened", "referral.started"]
    assert Notice.objects.count() == 0


def test_references_follow_one_another_without_a_gap_also_after_a_roll_back(world):
    first = start_referral(by=world.referrer, panel=world.panel)
    Signatory.objects.filter(agency=world.police_agency).delete()
    with pytest.raises(PermissionDenied):
        start_referral(by=world.police, panel=world.panel)
    second = start_referral(by=world.referrer, panel=world.panel)
    assert (first.reference, second.reference) == (f"R-AB-{YEAR}-0001", f"R-AB-{YEAR}-0002")


def test_those_who_may_not_refer_do_not(world):
    for member in (world.auditor, world.administrator, world.liaison_officer):
        with pytest.raises(PermissionDenied):
            start_referral(by=member, panel=world.panel)
    assert Referral.objects.count() == 0


def test_saving_a_part_writes_what_changed_and_nothing_where_nothing_did(world):
    referral = begin(world)
    person = save_part(
        by=world.referrer, referral=referral, row=victim_of(referral), typed={"given_name": "Mair"}, seen=1
    )
    assert (person.given_name, person.version, reasons(person)) == ("Mair", 2, ["started", "saved"])
    assert recorded("referral.changed")[0].detail == {"fields": 1}
    again = save_part(by=world.referrer, referral=referral, row=person, typed={"given_name": "Mair"}, seen=2)
    assert (again.version, len(recorded("referral.changed"))) == (2, 1)


def test_two_colleagues_in_different_fields_both_keep_what_they_wrote(world):
    referral = begin(world)
    save_part(by=world.referrer, referral=referral, row=referral, typed={"summary": "Mine.", "injuries": ""}, seen=1)
    save_part(by=world.housing, referral=referral, row=referral, typed={"summary": "", "injuries": "Theirs."}, seen=1)
    now = found(referral, world.referrer)
    assert (now.summary, now.injuries, now.version) == ("Mine.", "Theirs.", 3)


def test_two_colleagues_in_one_field_the_later_is_shown_both_and_nothing_is_lost(world):
    referral = begin(world)
    save_part(
        by=world.referrer, referral=referral, row=referral, typed={"summary": "Mine.", "injuries": "A cut."}, seen=1
    )
    with pytest.raises(Clash) as clash:
        save_part(
            by=world.housing, referral=referral, row=referral, typed={"summary": "Theirs.", "injuries": ""}, seen=1
        )
    assert clash.value.theirs == {"summary": "Mine."}
    assert clash.value.merged == {"summary": "Theirs.", "injuries": "A cut."}
    assert clash.value.record.version == 2
    assert found(referral, world.referrer).summary == "Mine."
    merged = {"summary": "Mine. Theirs.", "injuries": "A cut."}
    save_part(by=world.housing, referral=referral, row=referral, typed=merged, seen=2)
    assert found(referral, world.referrer).summary == "Mine. Theirs."


def test_the_checklists_score_is_computed(world):
    referral = begin(world)
    answers = {
        "1": {"answer": "yes"},
        "2": {"answer": "no"},
        "3": {"answer": "unknown", "source": "GP", "comment": "?"},
    }
    checklist = save_part(
        by=world.referrer, referral=referral, row=Checklist.objects.with_key().get(), typed={"answers": answers}, seen=1
    )
    assert (checklist.score, checklist.unknown, checklist.unanswered) == (1, 1, 21)


def test_people_are_added_and_removed_but_not_the_victim(world):
    referral = begin(world)
    one = add_party(by=world.referrer, referral=referral, capacity="child", typed={"given_name": "Cai"})
    two = add_party(by=world.referrer, referral=referral, capacity="child", typed={"given_name": "Non"})
    assert (one.position, two.position) == (1, 2)
    remove_party(by=world.referrer, referral=referral, party=one)
    assert [p.given_name for p in Party.objects.with_key().filter(capacity="child")] == ["Non"]
    assert Party.history.filter(id=one.pk).count() == 0
    with pytest.raises(ValidationError, match="always has a victim"):
        remove_party(by=world.referrer, referral=referral, party=victim_of(referral))


def test_who_is_taken_off_a_referral_that_is_held_is_out_of_sight_and_kept(world):
    """The writer learns nothing of the hold: the person is gone from the referral, and what was said of them is not."""
    referral = begin(world)
    child = add_party(by=world.referrer, referral=referral, capacity="child", typed={"given_name": "Cai"})
    hold_referrals(by=world.referrer, referrals=[referral], authority="request", source=world.panel)
    remove_party(by=world.referrer, referral=referral, party=child)
    kept = Party.objects.with_key().get(pk=child.pk)
    assert (kept.given_name, reasons(kept)) == ("Cai", ["added", "removed"])
    for people in (Party.objects.current().filter(referral=referral), Party.objects.standing_in(referral)):
        assert [party.capacity for party in people] == ["victim"]


def test_submitting_tells_the_desk_and_those_told_at_once_by_letters_without_names(world):
    world.panel.told_at_once.add(world.children_agency)
    referral = whole(world)
    told = submit_referral(by=world.referrer, referral=referral)
    assert told == [world.children_agency, world.idva_agency]
    referral = found(referral, world.coordinator)
    assert (referral.state, referral.submitted_by, reasons(referral)[-1]) == ("submitted", world.referrer, "submitted")
    held = {(i.holder, i.stage, i.agency_id) for i in Involvement.objects.filter(referral=referral)}
    assert held == {
        ("agency", "referral", world.housing_agency.pk),
        ("desk", "desk", None),
        ("agency", "informed", world.idva_agency.pk),
        ("agency", "informed", world.children_agency.pk),
    }
    assert recorded("referral.submitted")[0].thing_id == referral.pk
    assert [r["name"] for r in recorded("referral.disclosed")[0].recipients] == [
        "Children’s Services",
        "Haven Advocates",
    ]
    letters = Notice.objects.order_by("address")
    assert [letter.address for letter in letters] == sorted(
        [world.children.email, world.coordinator.email, world.idva.email]
    )
    for letter in letters:
        for said in ("Siân", "Neill", "Huw", "Prydderch", referral.reference):
            assert said not in letter.subject + letter.body


def test_submitting_is_refused_with_everything_that_is_missing(world):
    referral = whole(world, summary="", lawful_basis="", consents="")
    with pytest.raises(ValidationError) as refused:
        submit_referral(by=world.referrer, referral=referral)
    assert refused.value.messages == [
        "Summarise what happened and why you are worried",
        "Say whether the victim agrees to this referral",
        "Choose the lawful basis for sharing",
    ]
    assert found(referral, world.referrer).state == "draft"
    assert Notice.objects.count() == 0


def test_submitting_is_refused_once_the_agency_is_no_signatory(world):
    referral = whole(world)
    Signatory.objects.filter(agency=world.housing_agency).update(until=timezone.now())
    with pytest.raises(ValidationError, match="not a full signatory"):
        submit_referral(by=world.referrer, referral=referral)


def test_a_sent_referral_is_not_written_any_more(world):
    referral = sent(world)
    with pytest.raises(ValidationError, match="cannot be changed"):
        save_part(
            by=world.referrer, referral=referral, row=referral, typed={"summary": "Other."}, seen=referral.version
        )
    with pytest.raises(ValidationError, match="cannot be changed"):
        submit_referral(by=world.referrer, referral=referral)


def test_an_agency_that_employs_a_party_is_barred_and_told_nothing(world):
    referral = whole(world, perpetrator={"works_for": world.idva_agency})
    bar = Bar.objects.get(referral=referral)
    assert (bar.reason, bar.agency) == ("conflict", world.idva_agency)
    assert submit_referral(by=world.referrer, referral=referral) == []
    assert not Referral.objects.visible_to(world.idva).exists()
    assert [letter.address for letter in Notice.objects.all()] == [world.coordinator.email]


def test_the_bar_goes_when_the_cause_does(world):
    referral = whole(world, perpetrator={"works_for": world.idva_agency})
    person = Party.objects.with_key().get(capacity="perpetrator")
    save_part(by=world.referrer, referral=referral, row=person, typed={"works_for": None}, seen=person.version)
    assert not Bar.objects.live().exists()
    assert recorded_names().count("access.unbarred") == 1


def test_where_the_own_agency_employs_a_party_only_the_author_sees_it(world):
    referral = whole(world, victim={"works_for": world.housing_agency})
    assert Referral.objects.visible_to(world.referrer).exists()
    for colleague in (world.housing, world.housing_deputy, world.liaison_officer):
        assert not Referral.objects.visible_to(colleague).exists()
    submit_referral(by=world.referrer, referral=referral)
    assert Referral.objects.visible_to(world.idva).exists()
    person = victim_of(referral)
    assert not Party.objects.visible_to(world.housing).filter(pk=person.pk).exists()


def test_where_nobody_could_screen_it_it_is_not_sent(world):
    referral = whole(world, perpetrator={"works_for": world.council})
    with pytest.raises(ValidationError, match="Telephone the panel"):
        submit_referral(by=world.referrer, referral=referral)
    make_member("Second Coordinator", world.police_agency, Role.COORDINATOR, panel=world.panel)
    submit_referral(by=world.referrer, referral=referral)
    assert not Referral.objects.visible_to(world.coordinator).exists()


def test_the_author_leaves_out_agencies_and_members_the_chair_too(world):
    referral = whole(world)
    exclude(by=world.referrer, referral=referral, agencies=[world.idva_agency], members=[world.chair])
    submit_referral(by=world.referrer, referral=referral)
    for member in (world.idva, world.chair):
        assert not Referral.objects.visible_to(member).exists()
    assert Referral.objects.visible_to(world.coordinator).exists()
    assert {(b.reason, b.agency, b.member) for b in Bar.objects.live()} == {
        ("excluded", world.idva_agency, None),
        ("excluded", None, world.chair),
    }


def test_leaving_out_is_set_anew_each_time_and_refused_where_it_makes_no_sense(world):
    referral = whole(world)
    exclude(by=world.referrer, referral=referral, agencies=[world.idva_agency], members=[])
    exclude(by=world.referrer, referral=referral, agencies=[], members=[world.chair])
    assert [b.member for b in Bar.objects.live()] == [world.chair]
    for agencies, members, words in (
        ([world.council], [], "nobody at the panel’s desk"),
        ([], [world.coordinator], "nobody at the panel’s desk"),
        ([world.housing_agency], [], "your own agency"),
        ([], [world.referrer], "yourself"),
    ):
        with pytest.raises(ValidationError, match=words):
            exclude(by=world.referrer, referral=referral, agencies=agencies, members=members)
    with pytest.raises(ValidationError, match="cannot be changed"):
        exclude(by=world.police, referral=referral, agencies=[], members=[])


def test_withdrawing_says_why_and_drops_the_drafts(world):
    referral = sent(world)
    with pytest.raises(ValidationError, match="Say why"):
        withdraw_referral(by=world.referrer, referral=referral, reason="  ")
    withdraw_referral(by=world.housing, referral=referral, reason="She moved away.")
    now = found(referral, world.referrer)
    assert (now.state, now.decision_reason, reasons(now)[-1]) == ("withdrawn", "She moved away.", "withdrawn")
    assert recorded_names()[-1] == "referral.withdrawn"
    with pytest.raises(PermissionDenied):
        withdraw_referral(by=world.police, referral=sent(world), reason="Not mine.")


def test_a_withdrawn_referral_keeps_nobodys_drafts(world):
    from django.http import QueryDict

    referral = whole(world)
    keep_draft(by=world.referrer, about=referral, part="incident", typed=QueryDict("summary=more"))
    withdraw_referral(by=world.referrer, referral=referral, reason="A double.")
    assert Draft.objects.count() == 0


def test_the_audit_knows_no_names(world):
    sent(world, children=[{"given_name": "Tegwen", "family_name": "Prydderch"}])
    told = " ".join(f"{event.reason} {event.detail} {event.recipients} {event.things}" for event in recorded())
    for said in ("Siân", "Neill", "Huw", "Prydderch", "Tegwen", "Goed"):
        assert said not in told


def test_two_colleagues_answer_different_questions_and_both_stand(world):
    referral = begin(world)
    checklist = Checklist.objects.with_key().get()
    yes, no = {"answer": "yes", "source": "", "comment": ""}, {"answer": "no", "source": "", "comment": ""}
    for by, answers in ((world.referrer, {"1": yes, "2": no}), (world.housing, {"3": yes})):
        save_part(by=by, referral=referral, row=checklist, typed={"answers": answers}, seen=1)
    now = Checklist.objects.with_key().get()
    assert (now.answers, now.score) == ({"1": yes, "2": no, "3": yes}, 2)
    with pytest.raises(Clash) as clash:
        save_part(by=world.housing, referral=referral, row=now, typed={"answers": {"1": no, "3": yes}}, seen=1)
    assert clash.value.theirs == {"answers": {"1": yes}}
    assert clash.value.merged == {"answers": {"1": no, "2": no, "3": yes}}
