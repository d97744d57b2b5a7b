"""Joining the protocol and leaving it: every responsible authority's yes, one row per standing, and giving back."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core import home
from core.records import StaleVersion
from core.templatetags.confer import when
from partnership import rules
from partnership.forms.register import GuestForm
from partnership.models import Agency, ExitTask, Joining, Signatory
from partnership.roles import Role
from partnership.workflow import standing as verbs
from tests.audit.ledger import recorded
from tests.world import make_agency, make_member, make_post

DAY = datetime.timedelta(days=1)
Ended, Tier = Signatory.Ended, Signatory.Tier


@pytest.fixture
def newcomer(world):
    return make_agency(world.partnership, "Victims’ Voice", "voluntary", signatory=False)


def ask(world, agency, tier=Tier.CENTRAL) -> Joining:
    return verbs.open_joining(agency, by=world.administrator, tier=tier)


def answer(world, joining, authority, agrees=True):
    verbs.answer_joining(
        joining,
        by=world.administrator,
        authority=authority,
        agrees=agrees,
        given_on=timezone.localdate(),
        document="Board minutes, item 4",
    )


def sign(world, joining):
    today = timezone.localdate()
    signed = {"signed_by": "Nia Chief", "signed_as": "Chief Executive", "signed_on": today}
    return verbs.sign_joining(joining, by=world.administrator, review_on=today + 365 * DAY, **signed)


def test_nobody_joins_without_the_consent_of_every_responsible_authority(world, newcomer):
    joining = ask(world, newcomer)
    authorities = rules.authorities_asked(joining)
    names = ["Aberwenlli Council", "Aberwenlli Homes", "Children’s Services", "Wenlli Police", "Wenlli Probation"]
    assert [agency.name for agency in authorities] == names
    for number, authority in enumerate(authorities):
        with pytest.raises(ValidationError) as refusal:
            sign(world, joining)
        assert refusal.value.messages == [f"Not every responsible authority has agreed: {', '.join(names[number:])}."]
        assert not newcomer.is_signatory()
        answer(world, joining, authority)
    signatory = sign(world, joining)
    assert (signatory.began, signatory.tier, signatory.protocol, signatory.signed_by) == (
        "joined",
        1,
        world.protocol,
        "Nia Chief",
    )
    assert signatory.history.get().history_change_reason == "joined"
    assert [event.detail["in_confer"] for event in recorded("joining.answered")] == [False] * 5
    assert [event.detail["reason"] for event in recorded("signatory.changed")] == ["joined"]
    assert (newcomer.is_central(), joining.outcome) == (True, "signed")


def test_an_authority_that_left_is_asked_no_more_and_one_that_came_is(world, newcomer):
    joining = ask(world, newcomer)
    world.police_agency.signatures.update(until=timezone.now())
    Agency.objects.filter(pk=world.health_agency.pk).update(legal_class="responsible_authority")
    names = [agency.name for agency in rules.authorities_asked(joining)]
    assert "Wenlli Police" not in names and "Wenlli Health" in names


def test_one_no_is_enough(world, newcomer):
    joining = ask(world, newcomer)
    answer(world, joining, world.police_agency, agrees=False)
    assert (joining.outcome, joining.history.first().history_change_reason) == ("refused", "joining.refused")
    with pytest.raises(ValidationError, match="This is closed"):
        sign(world, joining)


def test_a_liaison_officer_answers_for_their_own_authority_and_no_other(world, newcomer, as_member):
    joining = ask(world, newcomer)
    address = reverse("partnership:answer_joining", args=[joining.pk])
    assert [row.url for row in home.owed_by(world.liaison_officer) if row.kind == "decision"] == [address]
    client = as_member(world.liaison_officer)
    assert client.post(address, {"agrees": "yes"}).status_code == 302
    consent = joining.consents.get()
    assert (consent.authority, consent.agrees, consent.answered_by, consent.document) == (
        world.housing_agency,
        True,
        world.liaison_officer,
        "",
    )
    assert client.post(address, {"agrees": "yes"}).status_code == 422
    assert [row.url for row in home.owed_by(world.liaison_officer) if row.kind == "decision"] == []
    with pytest.raises(PermissionDenied):
        verbs.answer_joining(joining, by=world.liaison_officer, authority=world.police_agency, agrees=True)


def test_an_answer_from_outside_needs_its_document(world, newcomer):
    with pytest.raises(ValidationError) as refusal:
        verbs.answer_joining(ask(world, newcomer), by=world.administrator, authority=world.police_agency, agrees=True)
    assert refusal.value.message_dict == {"document": ["Enter the document in which they answered, and its date."]}


def test_moving_to_the_first_tier_asks_everybody_again(world, newcomer):
    second = Signatory.objects.create(agency=newcomer, tier=Tier.DEPERSONALISED, since=timezone.now() - DAY)
    with pytest.raises(ValidationError, match="a signatory on this tier already"):
        ask(world, newcomer, Tier.DEPERSONALISED)
    joining = ask(world, newcomer)
    for authority in rules.authorities_asked(joining):
        answer(world, joining, authority)
    first = sign(world, joining)
    second.refresh_from_db()
    assert (second.ended, first.began, second.until <= first.since) == ("tier", "tier", True)
    assert not ExitTask.objects.exists()


@pytest.mark.parametrize("ended", ["suspended", "withdrawn", "lapsed"])
def test_a_standing_ends_at_this_instant_and_asks_to_give_back(world, ended):
    signatory = world.health_agency.signatures.get()
    verbs.end_standing(signatory, by=world.administrator, ended=ended, seen=signatory.version)
    signatory.refresh_from_db()
    assert (signatory.ended, world.health_agency.is_central()) == (ended, False)
    assert signatory.history.first().history_change_reason == ended
    assert [event.detail["reason"] for event in recorded("signatory.changed")] == [ended]
    task = ExitTask.objects.get()
    assert (task.agency, task.due_on) == (world.health_agency, timezone.localdate() + 30 * DAY)
    with pytest.raises(ValidationError, match="has ended already"):
        verbs.end_standing(signatory, by=world.administrator, ended=ended, seen=signatory.version)


def test_two_administrators_end_it_once(world):
    one, other = world.health_agency.signatures.get(), world.health_agency.signatures.get()
    verbs.end_standing(one, by=world.administrator, ended="suspended", seen=one.version)
    with pytest.raises(StaleVersion):
        verbs.end_standing(other, by=world.administrator, ended="withdrawn", seen=other.version)
    assert ExitTask.objects.count() == 1


def test_a_suspended_agency_is_resumed_as_it_was_and_gives_nothing_back(world):
    signatory = world.health_agency.signatures.get()
    verbs.end_standing(signatory, by=world.administrator, ended="suspended", seen=signatory.version)
    again = verbs.resume_standing(signatory, by=world.administrator)
    assert (again.began, again.tier, world.health_agency.is_central()) == ("resumed", 1, True)
    assert ExitTask.objects.get().how == "resumed"
    with pytest.raises(ValidationError, match="only once"):
        verbs.resume_standing(signatory, by=world.administrator)


@pytest.mark.parametrize("ended", ["withdrawn", "lapsed"])
def test_what_was_withdrawn_or_lapsed_is_neither_resumed_nor_renewed(world, ended):
    signatory = world.health_agency.signatures.get()
    verbs.end_standing(signatory, by=world.administrator, ended=ended, seen=signatory.version)
    with pytest.raises(ValidationError):
        verbs.resume_standing(signatory, by=world.administrator)
    with pytest.raises(ValidationError, match="joins again"):
        today = timezone.localdate()
        verbs.renew_standing(
            signatory, by=world.administrator, review_on=today + DAY, signed_on=today, seen=signatory.version
        )


def test_renewing_leaves_no_gap(world):
    signatory, today = world.health_agency.signatures.get(), timezone.localdate()
    renewed = verbs.renew_standing(
        signatory, by=world.administrator, review_on=today + 365 * DAY, signed_on=today, seen=signatory.version
    )
    signatory.refresh_from_db()
    assert (signatory.ended, signatory.until, renewed.began) == ("renewed", renewed.since, "renewed")
    assert not ExitTask.objects.exists()


def test_what_ends_by_its_date_is_lapsed_by_the_clock_once(world):
    world.health_agency.signatures.update(until=timezone.now() - DAY)
    assert [verbs.follow_the_clock(), verbs.follow_the_clock()] == [1, 0]
    assert (world.health_agency.signatures.get().ended, ExitTask.objects.get().agency) == (
        "lapsed",
        world.health_agency,
    )


def test_a_guest_comes_for_one_case_where_both_protocols_allow_it(world, newcomer):
    case = world.make_case()
    until = timezone.now() + 5 * DAY
    asked = {"case_id": case.pk, "until": until, "home_area": "Dyffryn Pell", "home_protocol": "Dyffryn Pell ISP"}
    with pytest.raises(ValidationError) as refusal:
        verbs.admit_guest(newcomer, by=world.administrator, home_allows=False, **asked)
    assert refusal.value.messages == [
        "Our protocol does not allow guests from another area.",
        "The protocol of the home area does not allow it.",
        "Victims’ Voice has not named its liaison officer.",
    ]
    world.protocol.allows_guests = True
    world.protocol.save()
    make_post(newcomer, None, name="Gwen Elsewhere", email="gwen@elsewhere.example")
    guest = verbs.admit_guest(newcomer, by=world.administrator, home_allows=True, **asked)
    assert (guest.guest, guest.only_case, guest.until, newcomer.is_central()) == (True, case.pk, until, False)
    with pytest.raises(ValidationError, match="is a signatory already"):
        verbs.admit_guest(newcomer, by=world.administrator, home_allows=True, **asked)


CASE = "0b6f3c1e-7a52-4d0a-9a55-3f1f9c1f7a10"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (CASE, CASE),
        (f" {CASE.upper()} ", CASE),
        (f"https://confer.example/cases/{CASE}/entries/", CASE),
        ("AB-2026-0412", None),
        (CASE[:-1], None),
    ],
)
def test_the_case_of_a_guest_is_taken_from_the_address_of_its_page(typed, found):
    """Its keeper sees no case: the coordinator tells them where it stands."""
    form = GuestForm({"case_id": typed})
    form.is_valid()
    assert str(form.cleaned_data.get("case_id")) == str(found)
    assert ("case_id" in form.errors) is (found is None)


@pytest.mark.parametrize("missing", ["until", "only_case", "home_protocol"])
def test_no_guest_without_an_end_a_case_and_a_protocol(world, newcomer, missing):
    said = {"until": timezone.now() + DAY, "only_case": world.protocol.pk, "home_protocol": "P", "home_area": "A"}
    said[missing] = "" if missing == "home_protocol" else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Signatory.objects.create(agency=newcomer, guest=True, since=timezone.now(), **said)


def test_the_agencys_liaison_officer_confirms_that_it_is_destroyed(world, as_member):
    signatory = world.housing_agency.signatures.get()
    task = verbs.end_standing(signatory, by=world.administrator, ended="withdrawn", seen=signatory.version)
    address = reverse("partnership:confirm_exit", args=[task.pk])
    assert [row.url for row in home.owed_by(world.liaison_officer) if row.kind == "action"] == [address]
    assert [row.url for row in home.owed_by(world.administrator) if row.kind == "action"] == [address]
    assert as_member(world.housing).get(address).status_code == 403
    client, today = as_member(world.liaison_officer), timezone.localdate()
    assert f"by {when(task.due_on)}: paper, files" in client.get(address).content.decode()
    day = {"done_on_day": today.day, "done_on_month": today.month, "done_on_year": today.year, "version": 1}
    assert client.post(address, day).status_code == 422
    assert client.post(address, day | {"how": "destroyed"}).status_code == 302
    task.refresh_from_db()
    assert (task.how, task.done_on, task.confirmed_by) == ("destroyed", today, world.liaison_officer)
    assert [event.detail for event in recorded("exit.confirmed")] == [{"how": "destroyed"}]
    assert [row for row in home.owed_by(world.liaison_officer) if row.kind == "action"] == []


def test_a_standing_that_ended_does_not_come_back_by_its_days(world):
    from partnership.workflow.organisation import save_signatory

    signatory = world.health_agency.signatures.get()
    verbs.end_standing(signatory, by=world.administrator, ended="withdrawn", seen=signatory.version)
    signatory.refresh_from_db()
    signatory.until = None
    with pytest.raises(ValidationError, match="is not prolonged"):
        save_signatory(signatory, by=world.administrator, seen=signatory.version)


@pytest.mark.parametrize("who", ["police", "coordinator", "liaison_officer", "auditor"])
def test_only_the_registers_keeper_changes_a_standing(world, who, newcomer):
    by, signatory = getattr(world, who), world.health_agency.signatures.get()
    for act in (
        lambda: verbs.open_joining(newcomer, by=by, tier=1),
        lambda: verbs.end_standing(signatory, by=by, ended="withdrawn", seen=1),
        lambda: verbs.resume_standing(signatory, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


# posts ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "role", "since", "until", "expected"),
    [
        ("officer", Role.LIAISON_OFFICER, -DAY, None, True),
        ("deputy", Role.LIAISON_OFFICER, -DAY, None, True),
        ("caldicott", Role.LIAISON_OFFICER, -DAY, None, False),
        ("dpo", Role.LIAISON_OFFICER, -DAY, None, False),
        ("officer", Role.REPRESENTATIVE, -DAY, None, False),
        ("officer", Role.LIAISON_OFFICER, DAY, None, False),
        ("officer", Role.LIAISON_OFFICER, -2 * DAY, -DAY, False),
    ],
)
def test_the_role_permits_and_the_post_says_for_which_agency(world, kind, role, since, until, expected):
    member, now = make_member("Mabli Officer", world.health_agency, role, panel=world.panel), timezone.now()
    make_post(world.health_agency, member, kind, since=now + since, until=now + until if until else None)
    assert rules.may_decide(member, world.health_agency) is expected
    assert rules.may_decide(member, world.housing_agency) is False
    assert rules.liaison_officers(world.health_agency) == (
        [member] if kind in ("officer", "deputy") and since < DAY and until is None else []
    )


def test_officers_stand_before_their_deputies(world):
    deputy = make_member("Aled Deputy", world.housing_agency, Role.LIAISON_OFFICER, panel=world.panel)
    make_post(world.housing_agency, deputy, "deputy", since=timezone.now() - 900 * DAY)
    assert rules.liaison_officers(world.housing_agency) == [world.liaison_officer, deputy]
