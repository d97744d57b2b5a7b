"""What an agency decided on the merits goes before its own liaison officer, for the agency that it names alone."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cases.models.access import Stage
from cases.rules.merits import merits_in_force
from core.models import Notice
from disclosures.models import ConsentOverride, Decision, Disclosure, Release
from disclosures.rules.merits import standings
from disclosures.rules.receiving import receivers_of
from disclosures.workflow import decision as deciding
from disclosures.workflow.approval import decide
from disclosures.workflow.merits import put_to_officer
from partnership.models import LiaisonPost
from tests.audit.ledger import recorded
from tests.cases.dip import agreed, dip  # noqa: F401
from tests.disclosures.asking import ANSWERS, NEED, Asking
from tests.meetings.test_hearing import group, merits  # noqa: F401

DAY = datetime.timedelta(days=1)
STANDS = "This is confirmed, waits already, or stands no more. Look at it again."
NOBODY = "Your agency has nobody else who could decide: it must name a liaison officer first."


@pytest.fixture
def sheet(group):  # noqa: F811
    """The client refused; the clinic decided on the merits that the police may know something."""
    group.desk = Asking(group)
    agreed(group, group.episode, state="refused")
    return merits(group, group.police_agency)


def confirmed(group, decision):  # noqa: F811
    """*decision*, answered well by the clinic's liaison officer and taken."""
    by, desk = group.clinic_officer, group.desk
    decision = deciding.begin_decision(by=by, decision=desk.again(decision))
    to = [(member, NEED) for member in receivers_of(decision.disclosure)]
    deciding.choose_recipients(by=by, decision=decision, recipients=to)
    said = {"no_consent": "refused", "no_consent_words": "She says no.", "review_on": timezone.localdate() + 30 * DAY}
    for step, answers in ANSWERS.items():
        decision = desk.again(decision)
        own = {name: value for name, value in said.items() if name in deciding.QUESTIONS[step]}
        outcome = {"outcome": "share"} if step == "record" else {}
        deciding.answer(by=by, decision=decision, step=step, seen=decision.version, **{**answers, **own, **outcome})
    ready = desk.again(decision)
    return decide(by=by, decision=ready, seen=ready.version)


def test_it_waits_for_the_liaison_officer_with_what_the_form_says(group, sheet):  # noqa: F811
    Notice.objects.all().delete()
    decision = put_to_officer(by=group.clinic, sheet=sheet)
    put = group.desk.again(Disclosure.objects.get())
    assert (put.way, put.state, put.sheet, put.agency, put.requested_by) == (
        "merits",
        "asked",
        sheet,
        None,
        group.clinic,
    )
    assert (put.wanted, put.purpose) == ("That he comes.", "The dealer would go on.")
    assert [str(person.name) for person in put.people.with_key()] == ["Gethin Llwynog"]
    assert (decision.originator, decision.state, decision.requested_by) == (
        group.clinic_agency,
        "waiting",
        group.clinic,
    )
    assert put.history.first().history_change_reason == "merits"
    assert [event.detail for event in recorded("disclosure.merits_put")] == [{"number": put.number}]
    letter = Notice.objects.get()
    assert letter.subject == "A decision of your agency waits for you"
    assert not any(word in letter.body for word in ("Gethin", "consent", "Police", "treatment"))


def test_nobody_else_learns_of_it(group, sheet):  # noqa: F811
    group.involve(group.case, group.police_agency, stage=Stage.MANAGING)
    decision = put_to_officer(by=group.clinic, sheet=sheet)
    others = (group.coordinator, group.chair, group.police, group.police_officer, group.housing)
    assert [Disclosure.objects.visible_to(member).count() for member in others] == [0] * 5
    assert [Disclosure.objects.known_to_desk(member).count() for member in others] == [0] * 5
    assert [Decision.objects.visible_to(member).count() for member in others] == [0] * 5
    assert Decision.objects.visible_to(group.clinic_officer).get() == decision


def twice(group, sheet):  # noqa: F811
    put_to_officer(by=group.clinic, sheet=sheet)


def confirm(group, sheet):  # noqa: F811
    confirmed(group, put_to_officer(by=group.clinic, sheet=sheet))


def take_back(group, sheet):  # noqa: F811
    merits(group, group.police_agency, outcome="not_shared", chance="no")


def vacate(group, sheet):  # noqa: F811
    LiaisonPost.objects.filter(agency=group.clinic_agency).delete()


REFUSED = {
    "it waits": (twice, "clinic", [STANDS]),
    "it is confirmed": (confirm, "clinic", [STANDS]),
    "a later one says no": (take_back, "clinic", [STANDS]),
    "nobody could decide": (vacate, "clinic", [NOBODY]),
    "of another agency": (lambda *_: None, "police", PermissionDenied),
}


@pytest.mark.parametrize(("before", "who", "said"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused(group, sheet, before, who, said):  # noqa: F811
    before(group, sheet)
    with pytest.raises((ValidationError, PermissionDenied)) as refusal:
        put_to_officer(by=getattr(group, who), sheet=sheet)
    assert said in (refusal.type, getattr(refusal.value, "messages", None))


def test_who_put_it_does_not_confirm_it(group, sheet):  # noqa: F811
    from disclosures.rules.decision import may_approve
    from partnership.models import RoleGrant
    from tests.world import make_post

    make_post(group.clinic_agency, group.clinic, "deputy")
    RoleGrant.objects.create(member=group.clinic, role="liaison_officer", panel=group.panel)
    group.clinic.__dict__.pop("grants", None)
    decision = group.desk.again(put_to_officer(by=group.clinic, sheet=sheet))
    assert [may_approve(member, decision) for member in (group.clinic, group.clinic_officer)] == [False, True]


def test_confirmed_it_goes_to_the_agency_that_it_names_and_to_no_other(group, sheet):  # noqa: F811
    other = merits(group, group.housing_agency, what="That her flat is at risk.")
    decision = put_to_officer(by=group.clinic, sheet=sheet)
    assert {member.agency for member in receivers_of(decision.disclosure)} == {group.police_agency}
    assert [(each.agency, each.until, each.waits) for each in standings(group.clinic, group.case)] == [
        (group.housing_agency, None, False),
        (group.police_agency, None, True),
    ]
    confirmed(group, decision)
    assert [(row.sheet, row.agency) for row in ConsentOverride.objects.all()] == [(sheet, group.police_agency)]
    assert {release.agency for release in Release.objects.all()} == {group.police_agency}
    assert {item.words for release in Release.objects.all() for item in release.items.with_key()} == {"That he comes."}
    until = timezone.localdate() + 30 * DAY
    assert [(each.sheet, each.until) for each in standings(group.clinic, group.case)] == [(other, None), (sheet, until)]


@pytest.mark.parametrize(
    ("later", "stands"),
    [({}, True), ({"outcome": "not_shared", "chance": "no"}, False), ({"what": "More."}, True)],
    ids=["alike", "no", "more"],
)
def test_the_newest_of_several_speaks(group, sheet, later, stands):  # noqa: F811
    newer = merits(group, group.police_agency, **later)
    there = merits_in_force(group.case, giving=group.clinic_agency)
    assert there == ({str(group.police_agency.pk): newer} if stands else {})
