"""Nobody is left who could decide: refused at asking; where it comes later, the agency is told before it lapses."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import Event
from core import clock
from core.models import Notice
from disclosures.models import Decision
from disclosures.workflow.emergency import release_at_once
from disclosures.workflow.round import escalate_reviews, escalate_vacancies, lapse_decisions
from partnership.models import LiaisonPost
from partnership.roles import Role
from tests.disclosures.asking import Asking
from tests.world import make_member, make_post

SUBJECT = "Nobody can decide on a request for information"


@pytest.fixture
def asking(world):
    """Health has a liaison officer and no deputy, a data protection officer, and an administrator of its own."""
    asking = Asking(world)
    LiaisonPost.objects.filter(member=asking.health_deputy).delete()
    make_post(world.health_agency, None, "dpo", name="Delyth Data", email="dpo@wenlli-health.example")
    asking.administrator = make_member("Ada Admin", world.health_agency, Role.ADMINISTRATOR)
    return asking


def told() -> list:
    return list(Notice.objects.filter(subject=SUBJECT).order_by("address").values_list("address", flat=True))


def test_it_is_registered():
    assert {job.name: job.seconds for job in clock.jobs()}["escalate vacancies"] == 60


@pytest.mark.parametrize("whose", ["member", "agency of the member"])
def test_an_agency_whose_only_officer_is_kept_away_cannot_be_asked(asking, whose):
    w = asking.world
    if whose == "agency of the member":
        LiaisonPost.objects.filter(member=asking.health_officer).update(member=asking.police_officer)
    w.bar(case=asking.case, **({"member": asking.health_officer} if whose == "member" else {"agency": w.police_agency}))
    with pytest.raises(ValidationError) as refusal:
        asking.ask()
    assert refusal.value.message_dict == {
        "originators": ["Wenlli Health has nobody who could decide: it must name a liaison officer first."]
    }
    assert Decision.objects.count() == 0


def test_who_is_kept_away_later_leaves_a_vacancy_that_is_told_once(asking):
    w = asking.world
    decision = asking.decision(asking.ask(w.health_agency, w.police_agency))
    assert escalate_vacancies() == 0
    w.bar(member=asking.health_officer, case=asking.case)
    assert (escalate_vacancies(), escalate_vacancies()) == (1, 0)
    decision = asking.again(decision)
    history = decision.history.first()
    assert (decision.state, decision.escalated_at is None) == ("waiting", False)
    assert (history.history_change_reason, history.history_actor) == ("nobody_decides", "disclosure clock")
    assert Event.objects.get(name="decision.escalated").detail == {"number": decision.disclosure.number}
    assert told() == [asking.administrator.email, "dpo@wenlli-health.example"]
    body = "\n".join(Notice.objects.filter(subject=SUBJECT).values_list("body", flat=True))
    assert [word for word in ("Mair", "Huw", "Harri", "Lleucu", "Health") if word in body] == []


def test_without_an_administrator_of_its_own_the_partnerships_is_told(asking):
    asking.administrator.role_grants.all().delete()
    make_member("Petra Partner", asking.world.police_agency, Role.ADMINISTRATOR)
    asking.ask()
    LiaisonPost.objects.filter(member=asking.health_officer).update(until=timezone.now())
    assert escalate_vacancies() == 1
    partnerships = [asking.world.administrator.email, "petra.partner@wenlli-police.example"]
    assert told() == sorted(["dpo@wenlli-health.example", *partnerships])


@pytest.mark.parametrize(("barred", "expected"), [("officer", 2), ("whole agency", 0)])
def test_a_vacancy_at_the_last_moment_is_told_with_the_silence(asking, barred, expected):
    """An agency that is kept away as a whole is told nothing: it may not know that something is asked."""
    decision = asking.decision(asking.ask())
    w = asking.world
    w.bar(
        case=asking.case, **({"member": asking.health_officer} if barred == "officer" else {"agency": w.health_agency})
    )
    assert (escalate_vacancies(), len(told())) == (expected // 2, expected)
    Notice.objects.all().delete()
    assert lapse_decisions(now=decision.due_at) == 1
    assert (asking.again(decision).outcome, len(told())) == ("no_answer", expected)


def test_a_vacancy_does_not_swallow_the_escalation_of_a_review(asking):
    w = asking.world
    decision = asking.decision(asking.ask(urgency="emergency"))
    post = LiaisonPost.objects.filter(member=asking.health_officer)
    post.update(until=timezone.now())
    assert escalate_vacancies() == 1
    decision = asking.again(decision)
    words = "He left an hour ago and nobody of the office answers the telephone."
    release_at_once(
        by=w.health, decision=decision, seen=decision.version, words="At noon.", overrides=["harm"], reason=words
    )
    later = asking.again(decision).review_due_at + datetime.timedelta(minutes=1)
    assert escalate_reviews(later) == 1
