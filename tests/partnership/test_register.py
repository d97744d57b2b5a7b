"""The register: versions and schedules, posts, attendees, what ends soon, and the export."""

import csv
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from core import home
from meetings.models import Agreement, Attendance
from meetings.workflow.statement import sign_statement
from partnership.forms.register import ScheduleForm
from partnership.kinds import kinds
from partnership.models import Attendee, LegalBasis, LiaisonPost, Protocol, ProtocolSchedule
from partnership.rules import is_authorised
from partnership.views.register import register_of
from partnership.workflow import protocol as verbs
from partnership.workflow import standing
from tests.audit.ledger import recorded
from tests.meetings.sitting import today
from tests.world import make_legal_bases

DAY = datetime.timedelta(days=1)


def version(world, **more) -> Protocol:
    now = timezone.localdate()
    days = {"in_force_from": now, "review_on": now + 365 * DAY}
    return Protocol(partnership=world.partnership, name="The next", lead_controller=world.council, **days | more)


def test_a_new_version_is_numbered_and_takes_the_schedules_along(world):
    make_legal_bases()
    schedule = ProtocolSchedule(protocol=world.protocol, scheme="marac", bases=["P01"], retention="R", rights="R")
    verbs.save_schedule(schedule, by=world.administrator)
    protocol = version(world)
    verbs.save_protocol(protocol, by=world.administrator)
    assert (protocol.number, [each.bases for each in protocol.schedules.all()]) == (2, [["P01"]])
    assert world.protocol.schedules.get().pk == schedule.pk
    assert protocol.history.get().history_change_reason == "protocol.changed"
    assert [event.detail for event in recorded("protocol.changed")] == [{"scheme": "marac"}, {"number": 2}]
    assert Protocol.objects.in_force().first() == protocol


def test_a_stale_save_of_a_version_shows_the_others(world, as_member):
    client = as_member(world.administrator)
    path = reverse("partnership:change_protocol", args=[world.protocol.pk])
    form = client.get(path).context["form"]
    data = {"name": "Mine", "lead_controller": world.council.pk, "version": form.initial["version"]}
    data["policy_reference"] = world.protocol.policy_reference
    for name in ("in_force_from", "review_on"):
        day = getattr(world.protocol, name)
        data |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    other = Protocol.objects.get(pk=world.protocol.pk)
    other.name = "Theirs"
    other.save_over(other.version)
    response = client.post(path, data)
    assert response.status_code == 422
    assert [(str(label), value) for label, value in response.context["form"].theirs] == [("Name", "Theirs")]
    assert Protocol.objects.get(pk=other.pk).name == "Theirs"
    assert client.post(path, data | {"name": "Both", "version": other.version}).status_code == 302


def test_the_version_that_comes_tomorrow_does_not_rule_today(world):
    verbs.save_protocol(version(world, in_force_from=timezone.localdate() + DAY), by=world.administrator)
    assert Protocol.objects.in_force().first() == world.protocol


def test_a_schedule_names_bases_of_the_table_alone(world):
    schedule = ProtocolSchedule(protocol=world.protocol, scheme="marac", bases=["P01", "P99"])
    with pytest.raises(ValidationError) as refusal:
        verbs.save_schedule(schedule, by=world.administrator)
    assert refusal.value.message_dict == {"bases": ["Not in the table of lawful bases: P01, P99."]}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Home address", "“Home address”: type a code of small letters, a colon, and what it is"),
        ("address: Home\naddress: Other", "“address” is there twice."),
    ],
)
def test_data_items_are_codes_with_words(world, as_member, typed, sentence):
    client = as_member(world.administrator)
    data = {"scheme": "marac", "data_items": typed, "purposes": "P", "bases": "P01", "methods": "M"}
    address = reverse("partnership:add_schedule", args=[world.protocol.pk])
    answer = client.post(address, data | {"retention": "R", "rights": "R"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["data_items"][0].startswith(sentence)


def test_a_schedule_typed_on_its_page_is_kept(world, as_member):
    make_legal_bases()
    client = as_member(world.administrator)
    data = {
        "scheme": "marac",
        "data_items": "address: Home address\nrisk: Risk: all of it",
        "purposes": "Safety\n\nCare",
    }
    data |= {"bases": ["P01", "A6e"], "methods": "In Confer", "retention": "6 years", "rights": "Ask the originator"}
    answer = client.post(reverse("partnership:add_schedule", args=[world.protocol.pk]), data)
    assert answer.status_code == 302
    schedule = world.protocol.schedules.get()
    assert schedule.items == [("address", "Home address"), ("risk", "Risk: all of it")]
    assert (schedule.purposes, schedule.bases) == (["Safety", "Care"], ["P01", "A6e"])
    page = client.get(reverse("partnership:change_schedule", args=[schedule.pk])).content.decode()
    assert "address: Home address" in page


def test_a_schedule_chooses_its_scheme_and_the_bases_that_are_in_force_and_keeps_what_it_had(world, as_member):
    make_legal_bases()
    LegalBasis.objects.filter(code__in=["P01", "P02"]).update(in_force=False)
    schedule = ProtocolSchedule.objects.create(protocol=world.protocol, scheme="old", bases=["P01", "E02"])
    form = ScheduleForm(instance=schedule)
    assert [code for code, _name in form.fields["scheme"].choices] == ["", *kinds(), "old"]
    asked = {"P01", "P02", "P03", "A6e", "E02", "E16"}
    assert asked & {code for code, _name in form.fields["bases"].choices} == {"P01", "P03", "A6e", "E02"}
    schedule.scheme = "asb"
    schedule.save()
    client = as_member(world.administrator)
    page = client.get(reverse("partnership:protocol", args=[world.protocol.pk])).content.decode()
    assert ("ASB panel" in page, "ASB<" in page) == (True, False)


def test_ending_a_standing_says_first_what_ends_with_it(world, as_member):
    standing = world.housing_agency.signatures.get()
    page = as_member(world.administrator).get(reverse("partnership:end_standing", args=[standing.pk]))
    assert str(page.context["notice"]) in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "who", "sentence"),
    [
        ("officer", None, "A liaison officer who decides in Confer is a member of it."),
        ("deputy", "housing", "Harri Housing does not have the role of liaison officer yet."),
        ("officer", "liaison_officer", "Lowri Liaison holds this post already."),
        ("dpo", "police", "Priya Police does not work for this agency now."),
        ("dpo", "housing_deputy", "Dilys Deputy does not work for this agency now."),
    ],
)
def test_who_decides_is_a_member_with_the_role_and_there_once(world, kind, who, sentence):
    world.housing_deputy.is_active = False
    post = LiaisonPost(agency=world.housing_agency, kind=kind, member=getattr(world, who) if who else None)
    with pytest.raises(ValidationError) as refusal:
        verbs.fill_post(post, by=world.administrator)
    assert refusal.value.messages == [sentence]


def test_a_guardian_outside_confer_and_the_end_of_a_post(world):
    post = LiaisonPost(
        agency=world.health_agency, kind="caldicott", name="Dr Mabli Rees", email="mabli.rees@wenlli-health.example"
    )
    verbs.fill_post(post, by=world.administrator)
    assert (post.holder, post.address) == ("Dr Mabli Rees", "mabli.rees@wenlli-health.example")
    verbs.end_post(post, by=world.administrator, seen=post.version)
    assert not LiaisonPost.objects.live().filter(pk=post.pk).exists()
    assert post.history.first().history_change_reason == "post.ended"
    assert [event.name for event in recorded("post.filled") + recorded("post.ended")] == ["post.filled", "post.ended"]
    with pytest.raises(ValidationError, match="has ended already"):
        verbs.end_post(post, by=world.administrator, seen=post.version)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"trained_on": None}, False),
        ({"declared_on": None}, False),
        ({"vetted_on": None}, False),
        ({"trained_on": 1}, False),
        ({"until": 0}, False),
    ],
)
def test_who_is_trained_declared_and_vetted_may_take_part(world, change, expected):
    days = {name: None if value is None else timezone.localdate() + value * DAY for name, value in change.items()}
    if "until" in days:
        days = {"until": timezone.now()}
    Attendee.objects.filter(member=world.health).update(**days)
    assert is_authorised(world.health, world.panel) is expected


def test_who_is_not_authorised_signs_as_an_observer_and_sees_no_item(world, as_member):
    meeting = today(world)
    attendee = world.health.attends.get()
    verbs.end_attendee(attendee, by=world.administrator, seen=attendee.version)
    client, address = as_member(world.health), reverse("meetings:statement", args=[meeting.pk])
    assert client.get(address).context["authorised"] is False
    client.post(address, {"number": 1, "mode": "room", "agree": "on"})
    line = Attendance.objects.get(meeting=meeting, member=world.health)
    assert (line.capacity, line.observer_signed, Agreement.objects.count()) == ("observer", True, 0)
    assert [event.detail for event in recorded("statement.signed")] == [{"number": 1, "observer": True}]
    live = client.get(reverse("meetings:live", args=[meeting.pk]))
    assert (live.status_code, live["Location"]) == (302, address)
    assert client.get(address).context["observes"] is True


def test_an_observer_who_is_authorised_after_all_signs_again_and_takes_part(world):
    meeting = today(world)
    Attendee.objects.filter(member=world.health).update(vetted_on=None)
    assert sign_statement(by=world.health, meeting=meeting, number=1) is None
    Attendee.objects.filter(member=world.health).update(vetted_on=timezone.localdate())
    assert sign_statement(by=world.health, meeting=meeting, number=1).member == world.health
    line = Attendance.objects.get(meeting=meeting, member=world.health)
    assert (line.capacity, line.observer_signed) == ("member", False)


def test_the_register_says_what_ends_within_sixty_days(world):
    day = timezone.localdate() + 60 * DAY
    world.police_agency.signatures.update(review_on=day)
    world.health_agency.signatures.update(review_on=day + DAY)
    world.idva_agency.ico_expires_on = day - 100 * DAY
    world.idva_agency.save()
    found = {agency.name: agency.ends_soon for agency in register_of(world.administrator) if agency.ends_soon}
    assert found == {
        "Wenlli Police": [("review of the standing", day)],
        "Haven Advocates": [("ICO registration", day - 100 * DAY)],
    }
    lacking = [agency.name for agency in register_of(world.administrator) if agency.lacks_officer]
    assert len(lacking) == 6 and "Aberwenlli Homes" not in lacking


def test_a_review_that_comes_near_is_owed_by_the_registers_keeper(world):
    Protocol.objects.update(review_on=timezone.localdate() + 10 * DAY)
    owed = [row for row in home.owed_by(world.administrator) if row.what == "Review the protocol"]
    assert [(row.due_on, row.url) for row in owed] == [
        (timezone.localdate() + 10 * DAY, reverse("partnership:protocol", args=[world.protocol.pk]))
    ]
    assert [row for row in home.owed_by(world.liaison_officer) if row.what == "Review the protocol"] == []


def test_the_export_says_what_the_page_says_and_is_recorded(world, as_member):
    world.police_agency.name = "=HYPERLINK(1)"
    world.police_agency.save()
    signatory = world.health_agency.signatures.get()
    standing.end_standing(signatory, by=world.administrator, ended="suspended", seen=signatory.version)
    answer = as_member(world.administrator).post(reverse("partnership:export_register"))
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    first = timezone.localdate() - 400 * DAY
    assert rows["Wenlli Health"] == [
        "Co-operating body",
        "1",
        "Suspended",
        signatory.first_day.isoformat(),
        timezone.localdate().isoformat(),
        "",
        "",
    ]
    assert rows["'=HYPERLINK(1)"][2] == "In force"
    assert abs((signatory.first_day - first).days) <= 1
    assert [event.detail for event in recorded("register.exported")] == [{"agencies": 7}]


@pytest.mark.parametrize("who", ["police", "liaison_officer", "coordinator", "auditor"])
def test_only_its_keeper_changes_the_register(world, who):
    by = getattr(world, who)
    for act in (
        lambda: verbs.save_protocol(version(world), by=by),
        lambda: verbs.fill_post(
            LiaisonPost(agency=world.health_agency, kind="dpo", name="N", email="n@e.example"), by=by
        ),
        lambda: verbs.save_attendee(Attendee(member=world.health, panel=world.panel), by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()
