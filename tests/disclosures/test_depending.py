"""Edge case 39: what was agreed on information that was wrong is looked at again by its agency, or by the desk."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit.models import Event
from cases.models import Action
from disclosures.models import NoticeAction
from disclosures.workflow import recall
from disclosures.workflow.depending import look_at_action
from tests.disclosures.releasing import Releasing
from tests.valid_html import problems as html_problems

WORDS = "The date was another patient’s. Destroy it, and do not act on it."
OWED = "Action to look at again"


@pytest.fixture
def scene(world):
    return Releasing(world)


@pytest.fixture
def actions(scene):
    """Housing's open action on the case, and five that do not rest on what housing received."""
    w = scene.world
    other = w.make_case(asked=[w.housing_agency])
    w.make_action(other, w.housing_agency)
    done = w.make_action(scene.case, w.housing_agency)
    Action.objects.filter(pk=done.pk).update(state="superseded", ended_at=done.agreed_at)
    for agency in (w.police_agency, w.health_agency):
        w.make_action(scene.case, agency)
    return w.make_action(scene.case, w.housing_agency, text="Move her to another flat.")


def warned(scene, release, verb=recall.correct, **more):
    given = {"by": scene.health_officer, "reason": "wrong_person", "words": WORDS} | more
    return verb(decision=release.decision, **given)


def flagged() -> NoticeAction:
    return NoticeAction.objects.joined().get()


@pytest.mark.parametrize("verb", [recall.correct, recall.recall])
def test_the_recipients_open_actions_on_the_case_are_flagged(scene, actions, verb):
    notice = warned(scene, scene.opened(), verb)
    row = flagged()
    assert (row.notice, row.action, row.looked_at) == (notice, actions, None)
    assert row.history.get().history_change_reason == "flagged"
    event = Event.objects.get(name__in=["release.correction_sent", "release.recall_sent"])
    assert event.detail == {"reason": "wrong_person", "told": 1, "actions": 1}


@pytest.mark.parametrize("how", ["not opened", "left", "consent"])
def test_nothing_is_flagged_where_nobody_had_it_or_nothing_was_wrong(scene, actions, how):
    release = scene.accepted() if how == "not opened" else scene.opened()
    if how == "not opened":
        warned(scene, release)
    else:
        recall.recall_some([release], release.decision, by=scene.health_officer, reason=how)
    assert NoticeAction.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("housing", True),
        ("housing_deputy", True),
        ("coordinator", True),
        ("chair", True),
        ("police", False),
        ("auditor", False),
    ],
)
def test_its_agency_or_the_desk_says_that_it_was_looked_at(scene, actions, who, may):
    warned(scene, scene.opened())
    by = getattr(scene.world, who)
    if not may:
        with pytest.raises(PermissionDenied):
            look_at_action(by=by, flagged=flagged())
        return
    look_at_action(by=by, flagged=flagged())
    look_at_action(by=scene.world.housing, flagged=flagged())  # a second click
    row = flagged()
    assert (row.looked_by, row.history.count()) == (by, 2)
    assert row.history.latest().history_change_reason == "looked_again"
    event = Event.objects.get(name="release.action_looked_at")
    assert (event.thing_id, event.member_name) == (actions.pk, by.name)


def test_it_is_owed_at_home_and_found_from_the_notice_until_it_was_looked_at(scene, actions, as_member):
    notice = warned(scene, scene.opened())
    client, url = as_member(scene.world.housing), reverse("disclosures:notice_actions")
    assert OWED in client.get("/").content.decode()
    read = client.get(reverse("disclosures:notice", args=[notice.receipts.get().pk])).content.decode()
    assert html_problems(read) == [] and "Move her to another flat." in read and url in read
    page = client.get(url).content.decode()
    assert html_problems(page) == [] and "Move her to another flat." in page and WORDS not in page
    assert client.post(reverse("disclosures:look_at_action", args=[flagged().pk])).status_code == 302
    assert "Move her to another flat." not in client.get(url).content.decode()
    assert OWED not in client.get("/").content.decode()


def test_an_action_that_has_ended_is_not_owed(scene, actions, as_member):
    warned(scene, scene.opened())
    Action.objects.filter(pk=actions.pk).update(state="done", ended_at=actions.agreed_at)
    assert not NoticeAction.objects.waiting().exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries(scene, actions, as_member, rows, django_assert_num_queries):
    for _row in range(rows - 1):
        scene.world.make_action(scene.case, scene.world.housing_agency)
    warned(scene, scene.opened())
    client, url = as_member(scene.world.housing), reverse("disclosures:notice_actions")
    client.get(url)
    with django_assert_num_queries(5):
        page = client.get(url).content.decode()
    assert page.count('data-label="Agency"') == rows
