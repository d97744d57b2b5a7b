"""A treatment group hears a case with those alone whom the person agreed to, or for whom the merits were confirmed."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.models import Involvement
from cases.models.access import Stage
from cases.rules.track import find_track
from cases.schemes.treatment import TREATMENT
from cases.workflow.sheet import write_sheet
from consent.models import Consent
from consent.workflow.settle import settle_of
from disclosures.models import ConsentOverride
from disclosures.workflow.approval import decide
from meetings.rules.hearing import may_be_told
from meetings.workflow.agenda import ask_agency, list_case
from tests.cases.dip import agreed, client_case, dip, opened, step  # noqa: F401
from tests.disclosures.asking import Asking

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
NOBODY = (
    "Nobody else may be told of this case yet: neither written consent in an episode that runs nor a decision on its "
    "merits covers it. The agency that treats the person knows what is missing."
)


@pytest.fixture
def group(dip):  # noqa: F811
    """The cast's panel is a treatment group: the clinic treats the client of one case in an episode."""
    dip.panel.scheme, dip.panel.name = TREATMENT.code, "Aberwenlli treatment group"
    dip.panel.save()
    dip.case = client_case(dip, dip.clinic_agency)
    dip.episode = opened(dip.clinic, dip.case, "episode")
    dip.meeting = dip.make_meeting()
    return dip


def listed(group, **more):
    """Who was asked, by name, once the coordinator has listed the case; the sentence where it is refused."""
    referral = group.case.referrals.get()
    given = {"by": group.coordinator, "meeting": group.meeting, "case": group.case, "referral": referral, **more}
    try:
        item = list_case(type="full", **given)
    except ValidationError as refusal:
        return refusal.messages
    return asked(item)


def asked(item) -> list[str]:
    live = Involvement.objects.live().filter(listing=item.listing, stage=Stage.RESEARCH)
    return sorted(live.values_list("agency__short_name", flat=True))


BOTH = ["Aberwenlli Homes", "Wenlli Recovery"]
CONSENTS = [
    ("nobody asked", None, [NOBODY]),
    ("given", {}, BOTH),
    ("given in part", {"no": ["intelligence"], "state": "given_part"}, BOTH),
    ("not for the group", {"no": ["panel"], "state": "given_part"}, [NOBODY]),
    ("expired", {"days_ago": 366}, [NOBODY]),
    ("refused", {"state": "refused"}, [NOBODY]),
    ("withdrawn", {"withdrawn_at": timezone.now() - DAY}, [NOBODY]),
    ("being asked", {"state": "requested"}, [NOBODY]),
    ("of another episode", {"episode": "another"}, [NOBODY]),
]


@pytest.mark.parametrize(("consent", "told"), [row[1:] for row in CONSENTS], ids=[row[0] for row in CONSENTS])
def test_those_are_asked_whom_the_person_agreed_to(group, consent, told):
    if consent is not None:
        consent = dict(consent)
        another = consent.pop("episode", "") and opened(group.clinic, group.case, "episode")
        agreed(group, another or group.episode, group.housing_agency, **consent)
        if another:
            step(group.clinic, another, "dropped_out")
    assert listed(group) == told


def test_without_an_episode_nobody_is_told(group):
    agreed(group, group.episode, group.housing_agency)
    step(group.clinic, group.episode, "dropped_out")
    assert listed(group) == [NOBODY]


def test_who_is_not_named_is_not_asked_later_either_and_sight_ends_with_the_consent(group):
    consent = agreed(group, group.episode, group.housing_agency)
    listed(group)
    item = group.meeting.items.get()
    with pytest.raises(ValidationError) as refusal:
        ask_agency(by=group.coordinator, item=item, agency=group.police_agency)
    assert refusal.value.messages == ["Wenlli Police may not be told of this case."]
    ends = Involvement.objects.get(listing=item.listing, agency=group.housing_agency).until
    assert timezone.localtime(ends).date() == consent.ends_on + DAY
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now(), state="withdrawn")
    settle_of(Consent.objects.with_key().get(pk=consent.pk), by=group.clinic)
    assert asked(item) == ["Wenlli Recovery"]


def test_another_panel_asks_whom_it_asked_before(dip):  # noqa: F811
    case = client_case(dip)
    assert may_be_told(case, [dip.police_agency.pk], by=dip.coordinator) == {dip.police_agency.pk: None}


# --- on the merits ----------------------------------------------------------------------------------------------------
def confirmed(group, **more) -> list[str]:
    """The clinic's liaison officer decides to share with the police without consent; the sentences where refused."""
    desk = Asking(group)
    desk.case = group.case
    group.involve(group.case, group.police_agency, stage=Stage.MANAGING)
    disclosure = desk.ask(group.clinic_agency, by=group.police)
    decision, by = desk.decision(disclosure, group.clinic_agency), group.clinic_officer
    review = {"review_on": timezone.localdate() + 30 * DAY}
    said = {"no_consent": "refused", "no_consent_words": "She says no.", **review, **more}
    ready = desk.prepare(decision, by, **said)
    try:
        decide(by=by, decision=ready, seen=ready.version)
    except ValidationError as refusal:
        return refusal.messages
    return []


MISSING = "Wenlli Police: first write the decision on the merits, which is a form of the episode."


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({}, []),
        ({"outcome": "not_shared", "chance": "no"}, [MISSING]),
        ({"with_whom": "housing_agency"}, [MISSING]),
    ],
)
def test_the_disclosure_desk_overrides_what_the_merits_decided(group, more, refused):
    agreed(group, group.episode, group.police_agency, state="refused")
    more = {name: str(getattr(group, value).pk) if name == "with_whom" else value for name, value in more.items()}
    sheet = merits(group, group.police_agency, **more)
    assert confirmed(group) == refused
    told = [(row.sheet, row.agency, row.gap, row.entry) for row in ConsentOverride.objects.all()]
    assert told == ([] if refused else [(sheet, group.police_agency, "merits", None)])


def test_nothing_is_overridden_without_a_decision_on_the_merits(group):
    agreed(group, group.episode, group.police_agency, state="refused")
    assert confirmed(group) == [MISSING]


def test_the_merits_alone_open_nothing_and_confirmed_they_let_that_agency_hear(group):
    agreed(group, group.episode, group.police_agency, state="refused")
    merits(group, group.police_agency)
    assert listed(group) == [NOBODY]
    assert confirmed(group) == []
    assert listed(group) == ["Wenlli Police", "Wenlli Recovery"]
    ends = Involvement.objects.get(agency=group.police_agency, stage=Stage.RESEARCH).until
    assert timezone.localtime(ends).date() == timezone.localdate() + 31 * DAY


def merits(group, agency, **more):
    """The clinic's decision to share with *agency* on the merits, as it stands in the episode."""
    data = {
        "chance": "yes",
        "how": "The dealer would go on.",
        "outcome": "shared",
        "what": "That he comes.",
        "with_whom": str(agency.pk),
        "decided_by": "Dr Rees",
        "told": "no",
        "told_why_not": "It would put somebody at risk.",
        "review_on": str(timezone.localdate() + 90 * DAY),
        **more,
    }
    track = find_track(group.clinic).get(pk=group.episode.pk)
    return write_sheet(by=group.clinic, case=group.case, kind="merits", data=data, track=track)
