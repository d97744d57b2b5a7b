"""A treatment group's item, while it is heard and after: nobody comes to know of the case who may not be told of it."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Action, Case, Involvement, Track
from cases.models.access import Stage
from cases.rules.entry import audiences
from cases.workflow import progress
from cases.workflow.action import agree_action, change_action
from consent.models import Consent
from consent.workflow.settle import settle_of
from core.models import Notice
from meetings.models import ItemOutcome
from meetings.workflow.hearing import end_untold_actions
from meetings.workflow.live import close_item, end_meeting, open_meeting, start_item
from meetings.workflow.recording import save_decision, save_note, save_telling
from tests.audit.ledger import recorded
from tests.cases.dip import agreed, dip  # noqa: F401
from tests.meetings.sitting import fresh, sign
from tests.meetings.test_hearing import group  # noqa: F401
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
ACTION = "%s may not be told of this case, and cannot have an action on it."
TELLING = "%s may not be told of this case."


@pytest.fixture
def heard(group):  # noqa: F811
    """The client named housing; his item is heard, with the clinic, housing, the police and the desk in the room."""
    agreed(group, group.episode, group.housing_agency)
    asked = [group.clinic_agency, group.housing_agency]
    meeting = group.make_meeting(state="agenda_frozen", starts_at=timezone.now())
    item = group.list_case(meeting, group.case, asked=asked, presenter=group.clinic)
    sign(meeting, group.chair, group.coordinator, group.clinic, group.housing, group.police)
    open_meeting(by=group.chair, meeting=fresh(meeting))
    start_item(by=group.chair, item=fresh(item))
    group.meeting, group.item = meeting, fresh(item)
    return group


@pytest.mark.parametrize(
    ("agency", "teller", "refused"),
    [
        ("housing_agency", "housing", ""),
        ("clinic_agency", "clinic", ""),
        ("police_agency", "police", "Wenlli Police"),
        ("police_agency", "chair", "Wenlli Police"),
        ("health_agency", "health", "Wenlli Health"),
    ],
)
def test_an_action_and_the_telling_go_to_nobody_else(heard, agency, teller, refused):
    given = {"by": heard.chair, "case": heard.case, "listing": heard.item.listing, "due_on": timezone.localdate()}
    said = []
    for verb, more in (
        (agree_action, {**given, "agency": getattr(heard, agency), "text": "Keep his flat."}),
        (save_telling, {"by": heard.chair, "item": heard.item, "seen": 0, "teller": getattr(heard, teller)}),
    ):
        try:
            verb(**more)
        except ValidationError as refusal:
            said += refusal.messages
    assert said == ([ACTION % refused, TELLING % refused] if refused else [])


def test_an_action_does_not_move_to_an_agency_that_may_not_be_told(heard):
    given = {"listing": heard.item.listing, "due_on": timezone.localdate(), "text": "Keep his flat."}
    action = agree_action(by=heard.chair, case=heard.case, agency=heard.housing_agency, **given)
    with pytest.raises(ValidationError) as refusal:
        change_action(by=heard.chair, action=action, seen=action.version, agency=heard.police_agency, member=None)
    assert refusal.value.messages == [ACTION % "Wenlli Police"]


def test_only_who_may_be_told_is_offered_an_action(heard):
    client, address = sign_in(Client(), heard.chair), [heard.meeting.pk, heard.item.pk, "actions"]
    page = client.get(reverse("meetings:live_item_part", args=address), headers={"HX-Request": "true"}).content.decode()
    listed = re.findall(r"<option[^>]*>([^<]*)", page.partition('name="new-agency"')[2].partition("</select>")[0])
    assert listed == ["Choose an agency", "Aberwenlli Homes", "Wenlli Recovery"]
    people = page.partition('name="new-member"')[2].partition("</select>")[0]
    assert "Carys Clinic" in people and "Dafydd Chair" not in people


def test_the_writer_reads_that_nobody_else_is_let_in(heard):
    audience = audiences(heard.panel, [heard.item.listing])[heard.item.listing_id]
    assert audience.sentence(heard.clinic_agency) == (
        "Wenlli Recovery (your agency); the panel’s desk: Cerys Coordinator (Aberwenlli Council), Dafydd Chair "
        "(Wenlli Police); once signed for the meeting: Aberwenlli Homes"
    )


def heard_to_the_end(heard, **decided):
    """All that the item must say is recorded, the item closed and the meeting over."""
    by, item = heard.chair, heard.item
    save_note(by=by, item=item, part="summary", text="He is in treatment.", seen=0)
    save_note(by=by, item=item, part="risk_person", text="High.", seen=0)
    outcome = save_decision(by=by, item=item, seen=0, **decided)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    said = {"tell_how": "At the clinic.", "tell_by": tomorrow, "seen": outcome.version}
    save_telling(by=by, item=item, teller=heard.clinic, **said)
    close_item(by=by, item=fresh(item))
    end_meeting(by=by, meeting=fresh(heard.meeting))


def test_when_it_ends_those_who_were_told_keep_it_and_the_agency_of_the_chair_does_not(heard):
    heard_to_the_end(heard, decision=ItemOutcome.Decision.NONE, reason="It goes well.")
    after = Involvement.objects.live().filter(case=heard.case, stage=Stage.AFTER)
    assert sorted(after.values_list("agency__short_name", flat=True)) == ["Aberwenlli Homes", "Wenlli Recovery"]
    members = (heard.police, heard.health, heard.housing, heard.clinic, heard.chair, heard.coordinator)
    seen = [Case.objects.visible_to(member).filter(pk=heard.case.pk).exists() for member in members]
    assert seen == [False, False, True, True, True, True]


@pytest.fixture
def owed(heard):
    """The meeting is over: housing and the clinic have an action each, and keep the case."""
    given = {"by": heard.chair, "case": heard.case, "listing": heard.item.listing, "due_on": timezone.localdate()}
    heard.keep = agree_action(agency=heard.housing_agency, text="Keep his flat.", **given)
    heard.treat = agree_action(agency=heard.clinic_agency, text="See him weekly.", **given)
    heard_to_the_end(heard, decision=ItemOutcome.Decision.ACTIONS, reason="")
    heard.consent = Consent.objects.get()
    Notice.objects.all().delete()
    return heard


def withdraws(owed):
    Consent.objects.filter(pk=owed.consent.pk).update(withdrawn_at=timezone.now(), state="withdrawn")
    settle_of(owed.consent, by=owed.clinic)


def sees(owed, member) -> tuple[bool, list[str]]:
    """Whether *member* sees the case, and what of its actions."""
    case = Case.objects.visible_to(member).filter(pk=owed.case.pk).exists()
    found = Action.objects.visible_to(member).select_related("agency", "case__panel", "member").order_by("number")
    return case, [str(action.text) for action in found]


def again(action) -> Action:
    return Action.objects.with_key().select_related("case__panel", "agency", "member").get(pk=action.pk)


def test_who_undertook_something_loses_case_and_action_with_the_consent(owed):
    assert sees(owed, owed.housing) == (True, ["Keep his flat."])
    withdraws(owed)
    assert sees(owed, owed.housing) == (False, [])
    assert sees(owed, owed.clinic) == (True, ["Keep his flat.", "See him weekly."])
    assert sees(owed, owed.coordinator) == (True, ["Keep his flat.", "See him weekly."])
    kept, treated = again(owed.keep), again(owed.treat)
    assert (kept.state, str(kept.outcome), kept.ended_by, treated.state) == (
        "not_possible",
        "Aberwenlli Homes may not be told of this case any more.",
        None,
        "open",
    )
    latest = kept.history.first()
    assert (latest.history_change_reason, latest.history_actor) == ("untold", "who may be told")
    assert [event.detail for event in recorded("action.ended")] == [{"before": "open"}]
    told = Notice.objects.filter(subject="Confer: an action has ended")
    assert set(told.values_list("address", flat=True)) == {owed.housing.email, owed.housing_deputy.email}
    assert not any(word in letter.body for letter in told for word in ("consent", "AB-", "/actions/"))


def test_the_desk_accepts_that_it_ended_and_cannot_send_it_back(owed):
    withdraws(owed)
    with pytest.raises(ValidationError) as refusal:
        progress.send_back(by=owed.coordinator, action=again(owed.keep), seen=again(owed.keep).version)
    assert refusal.value.messages == [
        "Aberwenlli Homes may not be told of this case any more. Accept the ending, or agree another action."
    ]
    progress.accept_closure(by=owed.coordinator, action=again(owed.keep), seen=again(owed.keep).version)
    assert again(owed.keep).accepted_by == owed.coordinator


def test_what_consent_covers_until_a_day_is_closed_from_that_day_and_the_clock_ends_the_action(owed):
    ends = owed.consent.ends_on
    live = Involvement.objects.live().filter(case=owed.case, agency=owed.housing_agency, track__isnull=True)
    days = {(each.stage, timezone.localdate(each.until - datetime.timedelta(seconds=1))) for each in live}
    assert days == {("action", ends), ("after", ends)}
    assert end_untold_actions() == 0
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Consent.objects.filter(pk=owed.consent.pk).update(ends_on=yesterday)
    live.update(until=timezone.now())
    assert sees(owed, owed.housing) == (False, [])
    assert [end_untold_actions(), end_untold_actions()] == [1, 0]
    assert [again(owed.keep).state, again(owed.treat).state] == ["not_possible", "open"]


def test_who_treated_the_person_keeps_what_it_undertook_when_the_episode_ends(owed):
    Track.objects.filter(pk=owed.episode.pk).update(ended_at=timezone.now())
    settle_of(owed.consent, by=owed.clinic)
    assert sees(owed, owed.housing) == (False, [])
    assert [again(owed.keep).state, again(owed.treat).state] == ["not_possible", "open"]
