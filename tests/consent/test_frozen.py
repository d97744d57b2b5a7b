"""The freeze of an agenda asks for consent: what each state of it means for what was said, and what the issue keeps."""

import pytest
from django.core.exceptions import ValidationError

from consent.workflow.ending import withdraw
from meetings.models import AgendaIssue
from meetings.workflow.agenda_issue import freeze_agenda
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent, make_form, ready_agenda
from tests.consent.test_settle import see


@pytest.fixture
def ready(world, asking):
    """An agenda on which nothing is missing: one case, on which health says something that rests on consent."""
    make_form()
    return ready_agenda(world)


def freeze(world, meeting, **more):
    return freeze_agenda(by=world.coordinator, meeting=meeting, seen=meeting.version, **more)


STATES = [
    ("present", {}, "hop", []),
    ("partial, and this is in it", {"state": "given_part", "no": ["housing"]}, "hop", []),
    ("partial, and this is not", {"state": "given_part", "no": ["treatment"]}, "h", ["no_consent"]),
    ("partial, for one agency", {"receives": ["housing_agency"]}, "ho", []),
    ("expired", {"days_ago": 366}, "h", ["no_consent"]),
    ("withdrawn", {"withdrawn": True}, "h", ["no_consent"]),
    ("refused", {"state": "refused"}, "h", ["no_consent"]),
    ("not asked", None, "h", ["no_consent"]),
]


@pytest.mark.parametrize(("given", "seen", "overridden"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_the_freeze_with_consent_in_each_state(world, ready, given, seen, overridden):
    meeting, case, entry = ready
    given = dict(given) if given is not None else None
    if given is not None:
        taken_back = given.pop("withdrawn", False)
        given |= {"receives": [getattr(world, name) for name in given["receives"]]} if "receives" in given else {}
        consent = make_consent(world, case, **given)
        if taken_back:
            withdraw(by=world.health, consent=consent, how="phone", words="", seen=consent.version)
    if overridden:
        with pytest.raises(ValidationError) as refusal:
            freeze(world, meeting)
        sentence = f"{case.reference}: consent is missing for something that was to be shared."
        assert refusal.value.messages == [sentence]
        assert not AgendaIssue.objects.exists()
    issue = freeze(world, meeting, despite_warnings=bool(overridden))
    meeting.refresh_from_db()
    assert (meeting.state, issue.number, issue.content["overridden"]) == ("agenda_frozen", 1, overridden)
    assert [event.detail["overridden"] for event in recorded("agenda.frozen")] == [overridden]
    world.sign(meeting, world.housing, world.police)
    assert see(world, entry) == seen
