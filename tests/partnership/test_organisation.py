"""Agencies, certificates, signatories, panels: row, history, audit."""

import datetime
import shutil
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from core import clock
from core.records import StaleVersion
from partnership.models import Agency, Panel, Partnership, Signatory
from partnership.owed import settings_owed
from partnership.workflow import organisation as verbs
from tests.audit.ledger import recorded, recorded_names
from tests.core import certificates
from tests.partnership.test_sign_in import errors

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def filled(client, path) -> dict:
    """The form of the page as a browser would send it back."""
    form = client.get(path).context["form"]
    data = {}
    for name, field in form.fields.items():
        value = form[name].value()
        value = field.widget.decompress(value) if hasattr(field.widget, "decompress") else field.prepare_value(value)
        if isinstance(value, list) and hasattr(field.widget, "decompress"):
            parts = zip(("day", "month", "year"), value, strict=True)
            data |= {f"{name}_{part}": "" if typed is None else str(typed) for part, typed in parts}
        elif isinstance(value, list):
            data[name] = [str(part) for part in value]
        elif isinstance(value, bool):
            data |= {name: "on"} if value else {}
        else:
            data[name] = "" if value is None else str(value)
    return data


def pem_for(agency, days=400, **more) -> str:
    begins = timezone.now() - 3 * DAY if days < 0 else timezone.now() - DAY
    made = certificates.certificate(
        f"marac@{agency.secure_domains[0]}", begins=begins, ends=begins + (days + 1) * DAY + HOUR, **more
    )
    return certificates.pem(made)


# agencies -----------------------------------------------------------------------------------------------------------


def test_adding_an_agency(world, as_member):
    client = as_member(world.administrator)
    data = filled(client, "/agencies/add/") | {
        "name": "Wenlli Fire",
        "short_name": "Fire",
        "kind": "fire",
        "ico_registration": "za 123456",
        "secure_domains": "Wenlli-Fire.example\r\n\r\nmail.wenlli-fire.example, wenlli-fire.example",
        "plan_address": "marac@wenlli-fire.example",
    }
    response = client.post("/agencies/add/", data)
    agency = Agency.objects.get(name="Wenlli Fire")
    assert response["Location"] == f"/agencies/{agency.pk}/"
    assert agency.secure_domains == ["wenlli-fire.example", "mail.wenlli-fire.example"]
    assert (agency.ico_registration, agency.partnership) == ("ZA123456", world.partnership)
    assert agency.history.get().history_change_reason == "agency.added"
    assert recorded_names() == ["agency.added"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Enter name"),
        ({"name": "Wenlli Police"}, "There is one with this name already."),
        (
            {"secure_domains": "nhs uk"},
            "“nhs uk” is not a mail domain. Type what stands behind the @, like agency.example.",
        ),
        (
            {"plan_address": "marac@gmail.example"},
            "Letters can only go to an address in one of the secure mail domains.",
        ),
        (
            {"ico_registration": "12"},
            "Type the registration number as on the register: a letter or two, then digits.",
        ),
        ({"kind": "circus"}, "Type: select one of the answers listed"),
        ({"ico_expires_on_day": "31", "ico_expires_on_month": "2", "ico_expires_on_year": "2027"}, None),
    ],
)
def test_an_agency_is_refused_at_its_field(world, as_member, change, sentence):
    client = as_member(world.administrator)
    path = f"/agencies/{world.health_agency.pk}/change/"
    response = client.post(path, filled(client, path) | change)
    assert response.status_code == 422
    assert errors(response) == [sentence or "ICO registration expires on must be a real date"]
    assert Agency.objects.get(pk=world.health_agency.pk).version == 1


def test_a_stale_save_of_an_agency_shows_the_others(world, as_member):
    client = as_member(world.administrator)
    path = f"/agencies/{world.health_agency.pk}/change/"
    data = filled(client, path)
    other = Agency.objects.get(pk=world.health_agency.pk)
    other.short_name = "Theirs"
    other.save_over(1)
    response = client.post(path, data | {"short_name": "Mine"})
    assert [(str(label), value) for label, value in response.context["form"].theirs] == [("Short name", "Theirs")]
    assert Agency.objects.get(pk=other.pk).short_name == "Theirs"
    assert client.post(path, data | {"short_name": "Both", "version": "2"}).status_code == 302


# certificates -------------------------------------------------------------------------------------------------------


def test_pasting_a_certificate(world, as_member):
    agency = world.health_agency
    client = as_member(world.administrator)
    path = f"/agencies/{agency.pk}/certificate/"
    pem = pem_for(agency)
    response = client.post(path, {"certificate": f"\r\n{pem}\r\n", "version": "1"})
    assert response["Location"] == f"/agencies/{agency.pk}/"
    agency = Agency.objects.get(pk=agency.pk)
    assert (agency.certificate, agency.certificate_state()) == (pem, "good")
    assert agency.history.latest().history_change_reason == "certificate.set"
    assert recorded("agency.changed")[0].detail == {"reason": "certificate.set"}
    assert b"Fingerprint" in client.get(f"/agencies/{agency.pk}/").content
    client.post(path, {"certificate": "", "version": "2"})
    assert Agency.objects.get(pk=agency.pk).certificate_state() == "none"


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("nonsense", "This is not a certificate in PEM form: it begins with “-----BEGIN CERTIFICATE-----”."),
        ("another's", "It is for marac@wenlli-police.example, which is in none of the registered mail domains."),
        ("expired", "It expired on"),
    ],
)
def test_a_certificate_is_refused_at_its_field_and_kept_there(world, as_member, what, sentence):
    agency = world.health_agency
    made = {"another's": lambda: pem_for(world.police_agency), "expired": lambda: pem_for(agency, days=-1)}
    pem = made[what]() if what in made else what
    path = f"/agencies/{agency.pk}/certificate/"
    response = as_member(world.administrator).post(path, {"certificate": pem, "version": "1"})
    assert response.status_code == 422
    assert response.context["form"].errors["certificate"][0].startswith(sentence)
    assert response.context["form"]["certificate"].value() == pem
    assert Agency.objects.get(pk=agency.pk).certificate == ""


@pytest.mark.parametrize(
    ("days", "state", "usable"),
    [(None, "none", False), (400, "good", True), (31, "good", True), (29, "ending", True), (0, "expired", False)],
)
def test_how_a_certificate_stands(days, state, usable):
    now = timezone.now()
    agency = Agency(certificate="" if days is None else "PEM")
    agency.certificate_expires_at = None if days is None else now + days * DAY
    assert (agency.certificate_state(now), agency.usable_certificate(now)) == (state, "PEM" if usable else "")


def test_a_certificate_keeps_its_domains(world):
    agency = world.health_agency
    verbs.set_certificate(agency, by=world.administrator, pem=pem_for(agency), seen=1)
    agency.secure_domains = ["other.example"]
    with pytest.raises(ValidationError) as refusal:
        verbs.save_agency(agency, by=world.administrator, seen=2)
    assert list(refusal.value.error_dict) == ["secure_domains"]


def test_administrators_are_warned_once_thirty_days_ahead(world, settings, tmp_path, capsys):
    settings.EMAIL_FILE_PATH = str(tmp_path / "spool")
    for agency, days in ((world.health_agency, 29), (world.police_agency, 31), (world.idva_agency, 5)):
        verbs.set_certificate(agency, by=world.administrator, pem=pem_for(agency, days), seen=1)
    call_command("warn_of_certificates")
    assert "2 certificates to warn of." in capsys.readouterr().out
    assert [verbs.warn_of_certificates(), verbs.warn_of_certificates()] == [1, 0]
    (path,) = Path(settings.EMAIL_FILE_PATH).glob("*.eml")
    letter = message_from_bytes(path.read_bytes(), policy=default)
    assert (letter["To"], letter["Subject"]) == (world.administrator.email, "Certificates in Confer need attention")
    assert "partnership: 2." in " ".join(letter.get_content().split())
    warned = Agency.objects.filter(certificate_warned_at__isnull=False).order_by("name")
    assert list(warned) == [world.idva_agency, world.health_agency]
    assert recorded_names().count("certificate.warned") == 2


@pytest.fixture
def identity(settings, tmp_path):
    """``identity(days)``: the installation's own signing certificate, which ends in so many days."""
    settings.CONFER_KEYS = shutil.copytree(settings.CONFER_KEYS, tmp_path / "keys")
    (settings.CONFER_KEYS / "signing-identity.pem").unlink(missing_ok=True)
    settings.EMAIL_FILE_PATH = str(tmp_path / "spool")

    def make(days):
        now = timezone.now()
        made = certificates.certificate("confer@confer.example", begins=now - 365 * DAY, ends=now + days * DAY)
        (settings.CONFER_KEYS / "signing-identity.pem").write_text(
            certificates.private_pem(certificates.rsa_key()) + certificates.pem(made)
        )
        return made.not_valid_after_utc

    return make


@pytest.mark.parametrize(("days", "letters", "owed"), [(None, 0, 0), (31, 0, 0), (29, 1, 1), (0.5, 1, 1), (-3, 1, 1)])
def test_administrators_are_warned_of_the_installations_own_certificate(
    world, as_member, identity, settings, days, letters, owed
):
    ends = None if days is None else identity(days)
    assert [verbs.warn_of_signing_certificate(), verbs.warn_of_signing_certificate()] == [letters, 0]
    assert [event.detail for event in recorded("certificate.warned")] == [{"whose": "installation"}] * letters
    sent = [message_from_bytes(path.read_bytes(), policy=default) for path in Path(settings.EMAIL_FILE_PATH).glob("*")]
    assert [letter["To"] for letter in sent] == [world.administrator.email] * letters
    rows = [row for row in settings_owed(world.administrator) if row.what.startswith("Confer’s own")]
    assert [(row.due, row.url) for row in rows] == [(ends, "/settings/")] * owed
    assert [row.what for row in settings_owed(world.police)] == []
    page = " ".join(as_member(world.administrator).get("/settings/").content.decode().split())
    assert ("Replace it in the key folder" in page, "None yet: it is made" in page) == (bool(owed), days is None)


def test_another_signing_certificate_is_warned_of_anew(world, identity):
    identity(29)
    assert verbs.warn_of_signing_certificate() == 1
    identity(28)
    assert [verbs.warn_of_signing_certificate(), verbs.warn_of_signing_certificate()] == [1, 0]


def test_a_signing_identity_that_cannot_be_read_warns_of_nothing(world, identity, settings):
    (settings.CONFER_KEYS / "signing-identity.pem").write_text("nonsense")
    assert verbs.warn_of_signing_certificate() == 0
    assert [row.what for row in settings_owed(world.administrator) if row.count] == []


def test_the_clock_warns_of_certificates():
    kept = {job.name: job.run for job in clock.jobs()}
    assert kept["certificate warnings"] == verbs.warn_of_certificates
    assert kept["signing certificate warning"] == verbs.warn_of_signing_certificate


def test_a_new_certificate_is_warned_of_anew(world):
    agency = world.health_agency
    verbs.set_certificate(agency, by=world.administrator, pem=pem_for(agency, 5), seen=1)
    verbs.warn_of_certificates()
    agency.refresh_from_db()
    verbs.set_certificate(agency, by=world.administrator, pem=pem_for(agency, 6), seen=agency.version)
    assert Agency.objects.get(pk=agency.pk).certificate_warned_at is None


# signatories --------------------------------------------------------------------------------------------------------


def at(day: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(day))


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        ("2026-01-01", "2026-03-01", True),
        ("2026-01-01", "2026-03-02", False),
        ("2026-01-01", None, False),
        ("2026-04-01", None, True),
        ("2026-03-31", None, False),
        ("2026-03-10", "2026-03-12", False),
    ],
)
def test_two_signatures_of_one_agency_do_not_overlap(world, since, until, fits):
    Signatory.objects.all().delete()
    agency = world.health_agency
    Signatory.objects.create(agency=agency, since=at("2026-03-01"), until=at("2026-04-01"))
    other = Signatory(agency=agency, since=at(since), until=at(until) if until else None)
    if fits:
        verbs.save_signatory(other, by=world.administrator)
        assert other.history.get().history_change_reason == "signatory.changed"
        assert recorded_names() == ["signatory.changed"]
    else:
        with pytest.raises(ValidationError, match="signatory for part of this time already"):
            verbs.save_signatory(other, by=world.administrator)


def test_the_last_day_is_a_whole_day(world, as_member):
    client = as_member(world.administrator)
    signatory = world.health_agency.signatures.get()
    path = f"/signatories/{signatory.pk}/"
    days = {"until_day": "29", "until_month": "3", "until_year": "2026"}  # the clocks change on this day
    since = {"since_day": "1", "since_month": "1", "since_year": "2025"}
    assert client.post(path, filled(client, path) | since | days).status_code == 302
    signatory.refresh_from_db()
    assert (signatory.since, signatory.until) == (at("2025-01-01"), at("2026-03-30"))
    assert (signatory.first_day, signatory.last_day) == (datetime.date(2025, 1, 1), datetime.date(2026, 3, 29))
    assert world.health_agency.is_signatory(at("2026-03-29") + datetime.timedelta(hours=22, minutes=59))
    assert not world.health_agency.is_signatory(at("2026-03-30"))
    assert filled(client, path)["until_day"] == "29"


def test_a_last_day_before_the_first(world, as_member):
    client = as_member(world.administrator)
    path = f"/signatories/{world.health_agency.signatures.get().pk}/"
    days = {"until_day": "1", "until_month": "1", "until_year": "2020"}
    response = client.post(path, filled(client, path) | days)
    assert "The last day is before the first." in errors(response)


# panels -------------------------------------------------------------------------------------------------------------


def test_changing_a_panels_settings(world, as_member):
    client = as_member(world.administrator)
    path = f"/settings/panels/{world.panel.pk}/"
    data = filled(client, path) | {"minutes_per_case": "15", "weekday": "3", "starts_at_time": "14.00"}
    data["told_at_once"] = [str(world.children_agency.pk)]
    assert client.post(path, data)["Location"] == "/settings/"
    panel = Panel.objects.get(pk=world.panel.pk)
    assert (panel.minutes_per_case, panel.weekday, panel.starts_at_time) == (15, 3, datetime.time(14))
    assert (list(panel.told_at_once.all()), panel.agencies.count()) == ([world.children_agency], 6)
    assert panel.history.latest().history_change_reason == "panel.changed"
    assert recorded_names() == ["panel.changed"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minutes_per_case": "0"}, "minutes per case: type a number from 1 to 120."),
        ({"minutes_per_case": "ten"}, "minutes per case: type a number from 1 to 120."),
        ({"threshold": "25"}, "The threshold cannot be higher than the number of questions."),
        ({"research_working_days": "9"}, "Research cannot be due before the referrals’ cut-off."),
        ({"weekday": "6"}, "Weekday: select one of the answers listed"),
        ({"starts_at_time": "25:00"}, "Enter a time like 14:30"),
        ({"link": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"meeting_idle_minutes": "5"}, "idle time in a signed meeting, minutes: type a number from 20 to 240."),
    ],
)
def test_a_setting_is_refused_at_its_field(world, as_member, change, sentence):
    client = as_member(world.administrator)
    path = f"/settings/panels/{world.panel.pk}/"
    response = client.post(path, filled(client, path) | change)
    assert (response.status_code, [text.lower() for text in errors(response)]) == (422, [sentence.lower()])


def test_adding_a_panel(world, as_member):
    client = as_member(world.administrator)
    data = filled(client, "/settings/panels/add/") | {"name": "Aberwenlli second MARAC"}
    assert client.post("/settings/panels/add/", data)["Location"] == "/settings/"
    assert Panel.objects.get(name="Aberwenlli second MARAC").partnership == world.partnership
    assert recorded_names() == ["panel.added"]


def test_changing_the_partnership(world, as_member):
    client = as_member(world.administrator)
    data = filled(client, "/settings/change/") | {"place": "Aberwenlli and Llanddychymyg"}
    assert client.post("/settings/change/", data)["Location"] == "/settings/"
    assert Partnership.objects.get().place == "Aberwenlli and Llanddychymyg"
    with pytest.raises(StaleVersion):
        verbs.change_partnership(Partnership.objects.get(), by=world.administrator, seen=1)


@pytest.mark.parametrize("kind", ["agency", "signatory", "panel"])
def test_what_belongs_to_another_partnership_is_not_found(world, as_member, kind):
    elsewhere = Partnership.objects.create(name="Elsewhere", place="Elsewhere", protocol_name="P")
    from tests.world import make_agency

    agency = make_agency(elsewhere, "Elsewhere Police", "police")
    panel = Panel.objects.create(partnership=elsewhere, name="Elsewhere MARAC")
    paths = {
        "agency": [
            f"/agencies/{agency.pk}/{page}" for page in ("", "change/", "certificate/", "join/", "guest/", "posts/add/")
        ],
        "signatory": [f"/signatories/{agency.signatures.get().pk}/{page}" for page in ("", "end/", "renew/")],
        "panel": [f"/settings/panels/{panel.pk}/"],
    }
    client = as_member(world.administrator)
    assert {client.get(path).status_code for path in paths[kind]} == {404}
