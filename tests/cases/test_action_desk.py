"""What the desk does with an action besides accepting it: it is replaced, or taken above who answers for it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.models import Action, Case
from cases.rules import action as rules
from cases.workflow import progress
from core.models import Notice
from core.records import StaleVersion
from tests.audit.ledger import recorded

S = Action.State
WHY = "She has moved; her landlord changes the locks there."
OTHERS = ["housing", "health", "referrer", "liaison_officer", "auditor", "administrator"]


def whole(action) -> Action:
    return Action.objects.with_key().select_related("case__panel", "agency", "member").get(pk=action.pk)


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.housing_agency])


@pytest.fixture
def action(world, case):
    return whole(world.make_action(case, world.housing_agency))


def replace(by, action, replacement=None, words=WHY):
    more = {"replacement": replacement, "words": words, "seen": action.version}
    return progress.supersede_action(by=by, action=action, **more)


# replaced
@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_the_desk_replaces_an_action(world, case, action, who):
    other = world.make_action(case, world.police_agency)
    replace(getattr(world, who), action, other)
    kept = whole(action)
    assert (kept.state, kept.superseded_by, kept.superseded_words) == (S.SUPERSEDED, other, WHY)
    assert (kept.ended_by, kept.history.latest().history_change_reason) == (getattr(world, who), "superseded")
    assert (recorded("action.superseded")[-1].thing_id, recorded("action.superseded")[-1].things) == (
        action.pk,
        [str(other.pk)],
    )
    letters = Notice.objects.all()
    assert {letter.address for letter in letters} == {world.housing.email, world.housing_deputy.email}
    assert {letter.subject for letter in letters} == {"Confer: an action has ended"}
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_case_closes_with_its_last_action_replaced_by_none(world, case, action):
    replace(world.coordinator, action)
    assert (Case.objects.get(pk=case.pk).state, recorded("case.closed")[-1].reason) == ("closed", "last_action")


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_replaces_or_escalates(world, action, who):
    member = getattr(world, who)
    assert (rules.may_supersede(member, action), rules.may_escalate(member, action)) == (False, False)
    with pytest.raises(PermissionDenied):
        replace(member, action)
    with pytest.raises(PermissionDenied):
        progress.escalate_action(by=member, action=action, to="Head of housing", seen=1)
    assert (Action.objects.get().state, Action.objects.get().escalated_to) == (S.OPEN, "")


@pytest.mark.parametrize("state", S.values)
def test_an_unfinished_action_is_replaced_and_an_unsettled_one_escalated(world, action, state):
    action.state = state
    assert rules.may_supersede(world.coordinator, action) is (state in rules.UNFINISHED)
    assert rules.may_escalate(world.coordinator, action) is (state != S.SUPERSEDED)
    action.accepted_at = timezone.now()
    assert rules.may_escalate(world.coordinator, action) is False


def test_an_action_is_replaced_by_another_of_its_case_alone_and_says_why(world, case, action):
    elsewhere = world.make_action(world.make_case(victim=("Elin", "Madoc")), world.housing_agency)
    gone = world.make_action(case, world.housing_agency, state=S.SUPERSEDED, ended_at=timezone.now())
    for replacement in (action, elsewhere, gone):
        with pytest.raises(ValidationError, match="Only another action of the same case"):
            replace(world.coordinator, action, replacement)
    with pytest.raises(ValidationError, match="Say why the action is replaced"):
        replace(world.coordinator, action, words=" ")
    progress.finish_action(by=world.housing, action=action, state=S.DONE, outcome="Done.", seen=1)
    with pytest.raises(ValidationError, match="already ended"):
        replace(world.coordinator, action)


# escalated
def test_the_desk_notes_above_whom_an_action_was_taken(world, action):
    progress.escalate_action(by=world.coordinator, action=action, to=" Head of housing ", seen=1)
    kept = whole(action)
    assert (kept.escalated_to, kept.escalated_by, kept.state) == ("Head of housing", world.coordinator, S.OPEN)
    assert kept.history.latest().history_change_reason == "escalated"
    assert recorded("action.escalated")[-1].thing_id == action.pk
    assert not Notice.objects.exists()
    progress.escalate_action(by=world.chair, action=kept, to="Director of housing", seen=2)
    assert list(kept.history.values_list("escalated_to", flat=True)[:2]) == ["Director of housing", "Head of housing"]


# the page
def page_of(client, action) -> str:
    return client.get(reverse("cases:action", args=[action.pk])).content.decode()


def send(client, name, action, **typed):
    return client.post(reverse(f"cases:{name}_action", args=[action.pk]), {"seen": action.version} | typed)


def test_the_desk_replaces_and_escalates_on_the_page(world, as_member, case, action):
    client, other = as_member(world.coordinator), whole(world.make_action(case, world.police_agency))
    hidden = world.make_action(world.make_case(victim=("Elin", "Madoc")), world.housing_agency)
    refused = send(client, "supersede", action, replacement=hidden.pk, words=WHY)
    assert (refused.status_code, refused.context["replace_form"].errors) == (
        422,
        {"replacement": ["Only another action of the same case takes its place."]},
    )
    assert WHY.replace("’", "&#x27;") in refused.content.decode()
    refused = send(client, "escalate", action, to="")
    assert (refused.status_code, "Say to whom the action was taken." in refused.content.decode()) == (422, True)
    assert send(client, "escalate", action, to="Head of housing").status_code == 302
    assert send(client, "supersede", whole(action), replacement=other.pk, words=WHY).status_code == 302
    page = page_of(client, action)
    assert [each in page for each in (WHY, "Head of housing", reverse("cases:action", args=[other.pk]))] == [True] * 3
    assert "Replace this action" not in page
    housings = page_of(as_member(world.housing), action)
    assert (f"Action {other.number}" in housings, reverse("cases:action", args=[other.pk]) in housings) == (True, False)


@pytest.mark.parametrize(
    ("name", "typed"), [("supersede", {"words": "It was agreed twice."}), ("escalate", {"to": "Head of housing"})]
)
def test_who_is_overtaken_keeps_what_was_typed_over_the_action_of_now(world, as_member, action, name, typed):
    client = as_member(world.coordinator)
    progress.begin_action(by=world.housing, action=whole(action), seen=1)
    answer = send(client, name, action, **typed)
    page = answer.content.decode()
    assert (answer.status_code, next(iter(typed.values())) in page) == (409, True)
    assert str(StaleVersion(action).messages[0]) in page
    assert send(client, name, whole(action), **typed).status_code == 302


def test_the_page_says_when_it_ended_and_when_reminders_went(world, as_member, action):
    now = timezone.localtime()
    Action.objects.filter(pk=action.pk).update(reminded_before_at=now, reminded_after_at=now)
    action = whole(action)
    progress.finish_action(by=world.housing, action=action, state=S.DONE, outcome="Done.", seen=action.version)
    page = page_of(as_member(world.coordinator), action)
    day = f"{now:%-d %B %Y, %H:%M}"
    assert [f"{day}, {rest}" in page for rest in ("before the date", "after the date")] == [True, True]
    assert ">Ended<" in page.replace("\n", "").replace("  ", "") and world.housing.name in page
