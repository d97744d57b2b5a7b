"""A treatment group's item, while it is heard and after: nobody comes to know of the case who may not be told of it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.models import Case, Involvement
from cases.models.access import Stage
from cases.rules.entry import audiences
from cases.workflow.action import agree_action, change_action
from meetings.models import ItemOutcome
from meetings.workflow.live import close_item, end_meeting, open_meeting, start_item
from meetings.workflow.recording import save_decision, save_note, save_telling
from tests.cases.dip import agreed, dip  # noqa: F401
from tests.meetings.sitting import fresh, sign
from tests.meetings.test_hearing import group  # noqa: F401

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


def test_the_writer_reads_that_nobody_else_is_let_in(heard):
    audience = audiences(heard.panel, [heard.item.listing])[heard.item.listing_id]
    assert audience.sentence(heard.clinic_agency) == (
        "Wenlli Recovery (your agency); the panel’s desk: Cerys Coordinator (Aberwenlli Council), Dafydd Chair "
        "(Wenlli Police); once signed for the meeting: Aberwenlli Homes"
    )


def test_when_it_ends_those_who_were_told_keep_it_and_the_agency_of_the_chair_does_not(heard):
    by, item = heard.chair, heard.item
    save_note(by=by, item=item, part="summary", text="He is in treatment.", seen=0)
    save_note(by=by, item=item, part="risk_person", text="High.", seen=0)
    outcome = save_decision(by=by, item=item, decision=ItemOutcome.Decision.NONE, reason="It goes well.", seen=0)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    said = {"tell_how": "At the clinic.", "tell_by": tomorrow, "seen": outcome.version}
    save_telling(by=by, item=item, teller=heard.clinic, **said)
    close_item(by=by, item=fresh(item))
    end_meeting(by=by, meeting=fresh(heard.meeting))
    after = Involvement.objects.live().filter(case=heard.case, stage=Stage.AFTER)
    assert sorted(after.values_list("agency__short_name", flat=True)) == ["Aberwenlli Homes", "Wenlli Recovery"]
    members = (heard.police, heard.health, heard.housing, heard.clinic, heard.chair, heard.coordinator)
    seen = [Case.objects.visible_to(member).filter(pk=heard.case.pk).exists() for member in members]
    assert seen == [False, False, True, True, True, True]
