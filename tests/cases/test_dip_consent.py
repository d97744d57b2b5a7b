"""What of a stream rests on the person's consent: who is named to it, what is passed on, which answers reach whom."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.forms.answers import answers_of
from cases.models import Involvement, Sheet, Track
from cases.rules.track import find_track
from cases.schemes.dip_parts import CATEGORIES, PURPOSES
from cases.schemes.ppo import PPO
from cases.workflow.screening import accept_referral
from cases.workflow.sheet import save_sheet, write_sheet
from consent.editions import read
from consent.models import Consent
from consent.workflow.settle import settle_of
from core.templatetags.confer import when
from tests.cases.dip import agreed, client_case, dip, opened, passed, refusals, step  # noqa: F401
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dip")]
DAY = datetime.timedelta(days=1)
NOTHING = "No treatment information available."
NOT_RECORDED = "Your agency has recorded no consent that covers this."  # also said to who does not keep consents


# --- naming an agency to an episode -----------------------------------------------------------------------------------
TREATMENT, ATTENDANCE = "Type of treatment", "Whether appointments are kept"
GIVEN_NOT = "Consent was not given for this: {}."
NAMING = [
    ("nobody asked", None, [NOT_RECORDED]),
    ("given", {}, []),
    ("given in part, and not this purpose", {"no": ["intelligence"]}, []),
    ("treatment no", {"no": ["treatment"]}, [GIVEN_NOT.format(TREATMENT)]),
    ("neither", {"no": ["treatment", "attendance"]}, [GIVEN_NOT.format(TREATMENT), GIVEN_NOT.format(ATTENDANCE)]),
    ("not for care", {"no": ["care"]}, [GIVEN_NOT.format("Continuity of care")]),
    ("another agency", {"receives": "police_agency"}, ["The agency that receives is not named in the consent."]),
    ("expired", {"days_ago": 366}, ["Consent ended on {ended}."]),
    ("refused", {"state": "refused"}, ["Consent was refused."]),
    ("being asked", {"state": "requested"}, ["Consent is being asked and nothing is signed yet."]),
    ("another episode", {"episode": "another"}, ["Consent was given for another episode."]),
    ("withdrawn", {"state": "withdrawn", "withdrawn": True}, ["Consent was withdrawn on {gone}."]),
]


@pytest.mark.parametrize(("consent", "refused"), [row[1:] for row in NAMING], ids=[row[0] for row in NAMING])
def test_an_agency_is_named_to_an_episode_as_the_person_agreed(dip, consent, refused):  # noqa: F811
    case = client_case(dip)
    track, gone = opened(dip.clinic, case, "episode"), timezone.now()
    if consent is not None:
        given = dict(consent)
        receives = getattr(dip, given.pop("receives", "housing_agency"))
        episode = opened(dip.clinic, case, "episode") if given.pop("episode", "") else track
        given |= {"withdrawn_at": gone} if given.pop("withdrawn", "") else {}
        agreed(dip, episode, receives, **given)
    found = refusals(step, dip.clinic, track, "name", agency=str(dip.housing_agency.pk))
    today = timezone.localdate()
    days = {"ended": f"{today - 2 * DAY:%-d %B %Y}", "gone": when(gone)}
    assert found == [words.format(**days) for words in refused]
    assert Track.objects.visible_to(dip.housing).filter(pk=track.pk).exists() is not bool(refused)


def test_what_is_missing_is_said_from_what_the_own_agency_recorded_and_nothing_else(dip):  # noqa: F811
    case = client_case(dip)
    track = opened(dip.clinic, case, "episode")
    agreed(dip, track, dip.housing_agency, state="refused", agency=dip.health_agency)
    found = refusals(step, dip.clinic, track, "name", agency=str(dip.housing_agency.pk))
    assert found == [NOT_RECORDED]


@pytest.mark.parametrize("ends", ["withdrawn", "over", "episode"])
def test_sight_of_an_episode_ends_with_the_consent_and_is_not_told_in_numbers(dip, ends):  # noqa: F811
    track = opened(dip.clinic, client_case(dip), "episode")
    consent = agreed(dip, track, dip.housing_agency)
    step(dip.clinic, track, "name", agency=str(dip.housing_agency.pk))
    named = Involvement.objects.get(track=track, agency=dip.housing_agency)
    assert timezone.localtime(named.until).date() == consent.ends_on + DAY
    if ends == "withdrawn":
        Consent.objects.filter(pk=consent.pk).update(state="withdrawn", withdrawn_at=timezone.now())
        settle_of(Consent.objects.with_key().get(pk=consent.pk), by=dip.clinic)
    elif ends == "over":
        later = timezone.now() + 366 * DAY
        assert not Involvement.objects.live(later).filter(pk=named.pk).exists()
        return
    else:
        step(dip.clinic, track, "dropped_out")
    named.refresh_from_db()
    assert named.until <= timezone.now()
    assert named.history.first().history_change_reason == "settled"
    assert list(Event.objects.filter(name="access.closed").values_list("reason", "case_id")) == [
        ("settled", track.case_id)
    ]
    assert not Track.objects.visible_to(dip.housing).filter(pk=track.pk).exists()


def test_a_renewal_carries_sight_on(dip):  # noqa: F811
    track = opened(dip.clinic, client_case(dip), "episode")
    agreed(dip, track, dip.housing_agency, days_ago=300)
    step(dip.clinic, track, "name", agency=str(dip.housing_agency.pk))
    renewed = agreed(dip, track, dip.housing_agency)
    settle_of(Consent.objects.with_key().get(pk=renewed.pk), by=dip.clinic)
    named = Involvement.objects.get(track=track, agency=dip.housing_agency)
    assert timezone.localtime(named.until).date() == renewed.ends_on + DAY


# --- passing on, on the ground of consent -----------------------------------------------------------------------------
def test_the_kinds_of_information_and_purposes_are_those_of_the_form():
    form = next(form for form in read().rows if form.scheme == "dip")
    assert [(question.code, question.label) for question in form.questions("category")] == [
        (code, str(words)) for code, words in CATEGORIES
    ]
    assert set(PURPOSES.values()) <= {question.code for question in form.questions("purpose")}


@pytest.mark.parametrize(
    ("said", "no", "refused"),
    [
        ({"category": "drug_use"}, (), []),
        ({}, (), ["Say what kind of information it is, as the consent form names it."]),
        ({"category": "drug_use"}, ("drug_use",), [NOT_RECORDED]),
        ({"category": "drug_use"}, ("intelligence",), [NOT_RECORDED]),
    ],
)
def test_what_is_passed_on_with_consent_is_covered_by_it(dip, said, no, refused):  # noqa: F811
    track = opened(dip.clinic, client_case(dip), "episode")
    agreed(dip, track, dip.police_agency, no=no)
    given = {"because": "consent", "grounds": ["offence"], **said}
    assert refusals(passed, dip.clinic_officer, track, "intelligence", dip.police_agency, **given) == refused


# --- answers that rest on consent -------------------------------------------------------------------------------------
ANSWERS = {"use": "Heroin", "treatment": "Methadone", "accommodation": "A flat", "source": "arrest"}
USE, TYPE = "Drug and alcohol use", "Type of treatment"


def recorded(dip, no=()):  # noqa: F811
    """The drug interventions record of an episode to which housing was named; the clinic wrote it."""
    case = client_case(dip)
    track = opened(dip.clinic, case, "episode")
    consent = agreed(dip, track, dip.housing_agency, no=no)
    step(dip.clinic, track, "name", agency=str(dip.housing_agency.pk))
    if "later" in no:  # taken back a moment ago, and sight not yet settled
        consent.answers.filter(code="treatment").update(until=timezone.now())
    found = find_track(dip.clinic).get(pk=track.pk)
    return write_sheet(by=dip.clinic, case=case, kind="record", data=ANSWERS, track=found)


@pytest.mark.parametrize(
    ("no", "who", "use", "treatment"),
    [
        ((), "housing", "Heroin", "Methadone"),
        (("drug_use",), "housing", NOTHING, "Methadone"),
        (("drug_use",), "clinic", "Heroin", "Methadone"),
        (("drug_use", "later"), "housing", NOTHING, NOTHING),
    ],
)
def test_an_answer_reaches_whom_the_person_agreed_to(dip, client, no, who, use, treatment):  # noqa: F811
    sheet, member = recorded(dip, no), getattr(dip, who)
    read = Sheet.objects.visible_to(member).select_related("key", "case__panel", "case__key").get(pk=sheet.pk)
    told = dict(answers_of(member, read.case, read))
    assert (told[USE], told[TYPE], told["Accommodation"]) == (use, treatment, "A flat")
    assert told.get("Treatment began on", "") == ("" if treatment == "Methadone" else NOTHING)
    page = sign_in(client, member).get(reverse("cases:sheet", args=[sheet.pk])).content.decode()
    assert ("Heroin" in page) is (use == "Heroin")


PROFILE = "Drug and alcohol treatment that is being provided"


@pytest.fixture
def iom(dip):  # noqa: F811
    """A case of offender management that the clinic, housing and the desk manage."""
    dip.panel.scheme = PPO.code
    dip.panel.save()
    dip.case = client_case(dip)
    dip.case.parties.update(capacity="offender")
    return dip


def profile(world, by, **data):
    return write_sheet(by=by, case=world.case, kind="profile", data={"reference": "7", **data})


def read_by(member, sheet) -> str:
    found = Sheet.objects.visible_to(member).select_related("key", "case__panel", "case__key").get(pk=sheet.pk)
    return dict(answers_of(member, found.case, found)).get(PROFILE, "")


@pytest.mark.parametrize("answered", [True, False])
def test_what_treatment_knows_of_an_offender_reads_like_nothing_without_consent(iom, client, answered):
    from django.core.management import call_command

    call_command("load_consent_forms", verbosity=0)
    sheet = profile(iom, iom.clinic, **({"treatment": "Methadone"} if answered else {}))
    assert read_by(iom.clinic, sheet) == ("Methadone" if answered else "")
    assert [read_by(member, sheet) for member in (iom.housing, iom.coordinator)] == [NOTHING, NOTHING]
    for member, asked in ((iom.housing, False), (iom.clinic, True)):
        form = sign_in(client, member).get(reverse("cases:change_sheet", args=[sheet.pk])).content.decode()
        assert ('name="treatment"' in form, "Methadone" in form) == (asked, asked and answered)


def test_who_may_not_read_an_answer_neither_overwrites_it_nor_takes_it_for_their_own(iom):
    sheet = profile(iom, iom.clinic, treatment="Methadone")
    save_sheet(by=iom.coordinator, sheet=_whole(sheet), data={"reference": "8", "housing": "A flat"}, seen=1)
    now = _whole(sheet)
    assert (now.data["treatment"], now.data["reference"], now.data["housing"]) == ("Methadone", "8", "A flat")
    assert now.data["given_by"] == {"treatment": str(iom.clinic_agency.pk)}
    assert read_by(iom.clinic, sheet) == "Methadone"


def _whole(sheet) -> Sheet:
    return Sheet.objects.with_key().select_related("case__panel", "case__key", "track").get(pk=sheet.pk)


# --- who works on a case ----------------------------------------------------------------------------------------------
def test_who_refers_a_client_works_on_the_case_and_only_they(dip):  # noqa: F811
    referral = dip.make_referral(agency=dip.police_agency, by=dip.police, victim=("Gethin", "Llwynog"))
    referral.parties.filter(capacity="perpetrator").delete()
    referral.parties.update(capacity="client")
    referral.lawful_basis, referral.lawful_basis_words = "L35b", "To get him into treatment."
    referral.contact_name, referral.contact_phone = "Priya Police", "01632 960001"
    referral.contact_email = "priya@wenlli-police.example"
    referral.save()
    case = accept_referral(by=dip.coordinator, referral=referral)
    live = case.involvements.live().filter(holder="agency")
    assert list(live.values_list("agency", "stage", "why")) == [(dip.police_agency.pk, "managing", "referred")]
