"""Who sees a consent: the agency that asked; nobody else learns that somebody was asked, let alone refused."""

import re

import pytest
from django.urls import reverse

from cases import tabs
from consent.models import Consent, ConsentAgency, ConsentAnswer, ConsentPaper, Signature, Withdrawal
from consent.rules.covers import gap
from consent.rules.missing import missing
from consent.rules.sight import NOTHING_KNOWN, told
from consent.workflow import ending
from consent.workflow.printing import ask_record, ask_renewals
from partnership.models import Panel
from tests.consent.asking import make_consent, make_episode, make_form, sign

NAMES = ("coordinator", "chair", "housing", "housing_deputy", "health", "idva", "police", "liaison_officer", "auditor")


@pytest.fixture
def case(world, asking):
    make_form()
    return world.make_case(asked=[world.health_agency, world.housing_agency, world.police_agency])


def who_see(world, model=Consent) -> set[str]:
    return {name for name in NAMES if model.objects.visible_to(getattr(world, name)).exists()}


@pytest.mark.parametrize("state", Consent.State.values)
def test_only_the_agency_that_asked_sees_it_in_whatever_state(world, case, state):
    ended = {"withdrawn": {"withdrawn_at": case.opened_at}, "superseded": {"superseded_at": case.opened_at}}
    make_consent(world, case, state=state, **ended.get(state, {}))
    assert who_see(world) == {"health"}


def test_the_coordinator_sees_where_the_form_says_so_and_the_chair_never(world, case):
    make_consent(world, case, form=make_form(number=2, desk_sees=True))
    assert who_see(world) == {"health", "coordinator"}


def test_who_holds_the_permission_on_another_panel_sees_nothing(world, case):
    make_consent(world, case)
    other = Panel.objects.create(partnership=world.partnership, name="Aberwenlli ASB panel", reference_prefix="AS")
    world.health.role_grants.update(panel=other)
    assert who_see(world) == set()


def test_a_bar_wins(world, case):
    make_consent(world, case)
    world.bar(case=case, agency=world.health_agency)
    assert who_see(world) == set()


def test_an_agency_that_is_no_signatory_any_more_sees_nothing(world, case):
    make_consent(world, case)
    world.health_agency.signatures.update(until=case.opened_at)
    assert who_see(world) == set()


def test_of_an_episode_that_is_apart_only_who_sees_the_episode(world, case):
    episode = make_episode(case, apart=True, closed_to_desk=True)
    make_consent(world, case, track=episode)
    assert who_see(world) == set()
    world.involve(case, world.health_agency, stage="managing").track = episode
    involvement = case.involvements.get(stage="managing")
    involvement.track = episode
    involvement.save()
    assert who_see(world) == {"health"}


def test_everything_that_belongs_to_it_goes_with_it(world, case):
    consent = make_consent(world, case)
    Signature(
        key=consent.key,
        consent=consent,
        whose="worker",
        method="typed",
        name="Hana",
        signed_on=consent.starts_on,
        taken_by=world.health,
    ).save(force_insert=True)
    ending.withdraw(by=world.health, consent=consent, how="phone", words="", seen=1, what={"category": ["housing"]})
    ask_record(by=world.health, consent=consent)
    for model in (ConsentAgency, ConsentAnswer, Signature, Withdrawal, ConsentPaper):
        assert who_see(world, model) == {"health"}, model


def test_a_paper_of_many_goes_when_one_of_them_goes(world, case):
    make_consent(world, case, days_ago=350)
    other = world.make_case(asked=[world.health_agency])
    make_consent(world, other, days_ago=350)
    ask_renewals(by=world.health)
    assert who_see(world, ConsentPaper) == {"health"}
    world.bar(case=other, agency=world.health_agency)
    assert who_see(world, ConsentPaper) == set()


# nothing shows through
def test_every_page_of_another_agency_is_the_same_whether_somebody_refused_or_nobody_asked(world, case, as_member):
    """The pages of the case, the tabs, the home: byte by byte, but for what changes with each request."""
    world.list_case(world.make_meeting(), case, asked=[world.health_agency, world.housing_agency])
    client = as_member(world.housing)
    addresses = [
        reverse("consent:home"),
        reverse("consent:case_consents", args=[case.pk]),
        reverse("cases:case", args=[case.pk]),
        reverse("cases:case_history", args=[case.pk]),
        reverse("home"),
    ]
    before = [_steady(client.get(address).content.decode()) for address in addresses]
    consent = make_consent(world, case, state="refused", words="Never the police.")
    assert [_steady(client.get(address).content.decode()) for address in addresses] == before
    assert client.get(reverse("consent:consent", args=[consent.pk])).status_code == 404


def _steady(page: str) -> str:
    """*page* without its tokens and times."""
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|X-CSRFToken&quot;: &quot;|nonce=")[\w-]+', "", page)


def test_a_gap_is_told_exactly_to_who_asked_and_to_others_as_nothing_known(world, case):
    consent = make_consent(world, case, state="refused")
    use = {"giving": world.health_agency, "receiving": world.housing_agency, "track": None, "at": case.opened_at}
    words = gap([consent], category="treatment", purpose="panel", **use).words
    assert told(world.health, consent, words) == "Consent was refused."
    assert told(world.housing, consent, words) == str(NOTHING_KNOWN) == "No treatment information available."
    assert told(world.housing, None, "") == str(NOTHING_KNOWN)


def test_what_is_missing_counts_ones_own_records_alone(world, case):
    world.list_case(world.make_meeting(), case)
    make_consent(world, case, state="refused")
    of = lambda member: {(row.party.given_name, row.is_being_asked) for row in missing(member)}  # noqa: E731
    assert of(world.health) == {("Huw", False)}
    assert of(world.housing) == {("Huw", False), ("Mair", False)}
    assert of(world.chair) == set()


def test_the_tab_stands_there_whether_or_not_somebody_was_asked(world, case):
    shown = lambda: [tab["label"] for tab in tabs.tabs_of(world.housing, case, "")]  # noqa: E731
    before = shown()
    make_consent(world, case)
    assert shown() == before
    assert "Consent" in [str(label) for label in before]


def test_who_signed_is_opened_with_the_consents_key_alone(world, case, django_assert_num_queries):
    from consent.workflow.asking import request_consent
    from tests.consent.asking import prepared

    consent = request_consent(by=world.health, case=case, party=case.parties.get(capacity="victim"))
    sign(world, prepared(world, consent), "person")
    row = Signature.objects.visible_to(world.health).get()
    with django_assert_num_queries(0):
        assert row.name == "Mair O’Gwynedd"
