"""PPO / IOM: which step follows which state, what stops it, what goes along with it, and what rests on what."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from cases.models import Action, Track
from cases.models.access import Stage
from cases.schemes import scheme_of, schemes
from cases.schemes.ppo import PPO
from cases.schemes.ppo_then import months_after
from cases.workflow.referral import submit_referral
from cases.workflow.sheet import write_sheet
from cases.workflow.track import open_track
from partnership.roles import Role
from tests.cases.ppo import (
    DAY,
    adoption,
    begun,
    in_custody,
    nominated,
    planned,
    ppo,  # noqa: F401
    standing,
    states,
    step,
)
from tests.world import make_member

pytestmark = pytest.mark.django_db
TEST_ALONE = "A positive drug test alone is no ground. Tick what else there is, or leave things as they are."


# --- the data ---------------------------------------------------------------------------------------------------------
#   from                 the moves that lead on, and where to
TABLE = {
    "nominated": "check:checks decline:not_adopted",
    "checks": "to_panel:panel decline:not_adopted",
    "panel": "decline:not_adopted adopt:adopted",
    "not_adopted": "reconsider:panel",
    "adopted": "manage:managed lead: custody:custody transferred:transferred",
    "managed": "lead: custody:custody reset:reset review_deselection:deselection_review transferred:transferred",
    "custody": "lead: new_date: release:managed reset:reset review_deselection:deselection_review "
    "transferred:transferred",
    "reset": "lead: custody:custody resume:managed review_deselection:deselection_review transferred:transferred",
    "deselection_review": "lead: custody:custody keep:managed deselect:deselected transferred:transferred",
    "deselected": "monitor:monitoring readopt:adopted close:closed",
    "monitoring": "readopt:adopted close:closed",
    "closed": "",
    "transferred": "",
}


@pytest.mark.parametrize("state", TABLE)
def test_the_management_goes_on_from_each_state_by_these_moves_alone(state):
    kind = PPO.track_kind("management")
    assert " ".join(f"{one.code}:{one.to}" for one in kind.moves_from(state)) == TABLE[state]
    assert kind.state(state).final == (state in {"not_adopted", "closed", "transferred"})


def test_every_state_of_the_table_is_a_state():
    assert [state.code for state in PPO.track_kind("management").states] == list(TABLE)


STATUS_TABLE = {
    "cohort": "fixed>flex fixed>free flex>fixed flex>free free>fixed free>flex",
    "policing": "basic>proactive in_custody>basic proactive>basic proactive>proactive",
    "rag": "amber>amber amber>green amber>red blue>amber blue>green blue>red green>amber green>green green>red "
    "red>amber red>green red>red",
    "transfer": "asked>accepted asked>refused asked>withdrawn",
}


@pytest.mark.parametrize("code", STATUS_TABLE)
def test_the_statuses_offer_these_moves(code):
    kind = PPO.track_kind(code)
    ways = {f"{source}>{one.to or source}" for one in kind.moves if one.offered for source in one.sources}
    assert " ".join(sorted(ways)) == STATUS_TABLE[code]


@pytest.mark.parametrize("kind", ["cohort", "policing", "rag"])
def test_every_change_of_a_status_asks_a_reason_and_words(kind):
    asked = [one for one in PPO.track_kind(kind).moves if one.offered and one.to]
    assert [one.code for one in asked if not one.reasons or one.note != "must"] == []


def test_refusing_to_share_is_no_ground_reason_or_question_anywhere():
    items = [item for s in PPO.sections for item in s.items] + [i for k in PPO.tracks for m in k.moves for i in m.items]
    words = [str(w) for item in items if not callable(item.choices) for _code, w in item.choices]
    words += [str(w) for kind in PPO.tracks for one in kind.moves for _code, w in one.reasons]
    assert len(words) > 40
    assert [w for w in words if "refus" in w.lower() or "consent" in w.lower() or "engage" in w.lower()] == []
    assert "Conditions set by law were broken" in words


# --- from nomination to the end ---------------------------------------------------------------------------------------
def test_a_case_goes_from_nomination_to_closed(ppo):  # noqa: F811
    by, today = ppo.coordinator, timezone.localdate()
    case = ppo.case
    assert states(case) == {"management": "managed", "rag": "amber", "cohort": "fixed", "policing": "basic"}
    step(by, case, "red", "rag", details={"grounds": ["offence"]}, reason="offending", words="Arrested on Sunday.")
    release = today + 20 * DAY
    step(by, case, "custody", details={"release_on": release.isoformat()}, reason="remanded")
    assert states(case) == {"management": "custody", "rag": "blue", "cohort": "fixed", "policing": "in_custody"}
    assert standing(case).due_on == release
    step(by, case, "release", details={"rag": "green"})
    assert states(case) == {"management": "managed", "rag": "green", "cohort": "fixed", "policing": "basic"}
    step(by, case, "reset", details={"until": (today + 90 * DAY).isoformat()})
    step(by, case, "review_deselection")
    step(by, case, "deselect", reason="reduced_risk", words="Nothing for a year.")
    assert states(case) == {"management": "deselected", "rag": "over", "cohort": "over", "policing": "basic"}
    step(by, case, "monitor", details={"weeks": 6})
    assert standing(case).due_on == today + 42 * DAY
    step(by, case, "close", words="All is quiet.")
    assert states(case) == {"management": "closed", "rag": "over", "cohort": "over", "policing": "over"}
    assert not Track.objects.running().filter(case=case).exists()


def test_the_steps_that_go_along_say_so(ppo):  # noqa: F811
    case = in_custody(ppo, timezone.localdate() + 20 * DAY, ppo.case)
    last = standing(case, "rag").steps.select_related("key").in_order().last()
    assert (last.reason, last.words) == ("follows", "With the step “Into custody”.")
    assert standing(case, "rag").due_on is None


def test_adoption_makes_the_lead_agency_manage_and_risen_risk_adopts_again(ppo):  # noqa: F811
    case, by = ppo.case, ppo.coordinator
    assert case.involvements.filter(agency=ppo.probation_agency, stage=Stage.MANAGING).count() == 1
    step(by, case, "review_deselection")
    step(by, case, "deselect", reason="order_ended", words="Ended.")
    step(by, case, "readopt", details=adoption(ppo, rag="green", cohort="free"), words="Two arrests.")
    assert states(case) == {"management": "adopted", "rag": "green", "cohort": "free", "policing": "basic"}


@pytest.mark.parametrize(("kept", "months"), [({}, 12), ({"numbers": {"kept_months": 6}}, 6)])
def test_who_is_not_adopted_is_kept_for_so_many_months(ppo, kept, months):  # noqa: F811
    ppo.panel.scheme_settings = kept
    ppo.panel.save()
    case = begun(ppo)
    step(ppo.coordinator, case, "decline", reason="criteria", words="One offence.")
    until = months_after(timezone.localdate(), months)
    track = standing(case)
    last = track.steps.select_related("key").in_order().last()
    assert (track.state, track.due_on, track.ended_at is not None) == ("not_adopted", until, True)
    assert last.details == {"keep_until": until.isoformat()}
    open_track(by=ppo.coordinator, case=case, kind="management", move="nominate")
    assert states(case) == {"management": "nominated"}


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-12-15", 12, "2027-12-15"), ("2027-12-31", 2, "2028-02-29")],
)
def test_so_many_months_later(day, months, then):
    assert months_after(datetime.date.fromisoformat(day), months).isoformat() == then


# --- what stops a step ------------------------------------------------------------------------------------------------
def refused(by, case, code, kind="management", **said) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        step(by, case, code, kind, **said)
    return refusal.value.messages


def test_the_panel_decides_on_a_filled_in_profile_and_manages_with_a_plan(ppo):  # noqa: F811
    by, case = ppo.coordinator, begun(ppo)
    step(by, case, "check")
    assert refused(by, case, "to_panel") == ["Fill in the offender profile first."]
    write_sheet(by=by, case=case, kind="profile", data={"offences": "Burglary."})
    step(by, case, "to_panel")
    step(by, case, "adopt", details=adoption(ppo))
    assert refused(by, case, "manage") == ["Put a first step into the offender plan."]
    planned(ppo, case)
    step(by, case, "manage")
    assert standing(case).state == "managed"


ON_A_TEST = [
    ("proactive", "policing", {"reason": "tasking", "words": "Tested positive."}),
    ("red", "rag", {"reason": "offending", "words": "Tested positive."}),
]


@pytest.mark.parametrize(("code", "kind", "said"), ON_A_TEST)
def test_a_positive_test_alone_moves_nobody_and_the_attempt_is_recorded(ppo, code, kind, said):  # noqa: F811
    by, case = ppo.coordinator, ppo.case
    before, steps = standing(case, kind).state, standing(case, kind).steps.count()
    assert refused(by, case, code, kind, details={"grounds": ["positive_test"]}, **said) == [TEST_ALONE]
    assert (standing(case, kind).state, standing(case, kind).steps.count()) == (before, steps)
    event = Event.objects.get(name="step.refused")
    assert (event.reason, event.member_id, event.case_id) == ("positive_test_alone", by.pk, case.pk)
    step(by, case, code, kind, details={"grounds": ["positive_test", "offence"]}, **said)
    assert standing(case, kind).state == code
    assert Event.objects.filter(name="step.refused").count() == 1


def test_a_positive_test_alone_adopts_nobody(ppo):  # noqa: F811
    case = begun(ppo)
    step(ppo.coordinator, case, "check")
    write_sheet(by=ppo.coordinator, case=case, kind="profile", data={"offences": "Burglary."})
    step(ppo.coordinator, case, "to_panel")
    details = adoption(ppo, grounds=["positive_test"])
    assert refused(ppo.coordinator, case, "adopt", details=details) == [TEST_ALONE]
    assert Event.objects.filter(name="step.refused", reason="positive_test_alone").count() == 1


def test_a_positive_test_alone_nominates_nobody_and_the_attempt_is_recorded(ppo):  # noqa: F811
    referral = nominated(ppo, grounds=["positive_test"])
    with pytest.raises(ValidationError) as refusal:
        submit_referral(by=ppo.referrer, referral=referral)
    assert refusal.value.messages == [TEST_ALONE]
    event = Event.objects.get(name="step.refused")
    assert (event.reason, event.thing_id, event.panel_id) == ("positive_test_alone", referral.pk, ppo.panel.pk)
    referral.refresh_from_db()
    assert referral.state == "draft"


def test_an_ordinary_refusal_leaves_no_such_event(ppo):  # noqa: F811
    case = begun(ppo)
    step(ppo.coordinator, case, "check")
    refused(ppo.coordinator, case, "to_panel")
    assert not Event.objects.filter(name="step.refused").exists()


@pytest.mark.parametrize(("code", "kind"), [("proactive", "policing"), ("basic", "policing"), ("green", "rag")])
def test_in_custody_nobody_is_targeted_or_coloured(ppo, code, kind):  # noqa: F811
    case = in_custody(ppo, timezone.localdate() + 9 * DAY, ppo.case)
    Track.objects.filter(case=case, kind="policing").update(state="proactive" if code == "basic" else "basic")
    said = {"details": {"grounds": ["offence"]}, "reason": "correction", "words": "So it is."}
    assert refused(ppo.coordinator, case, code, kind, **said) == ["The person is in custody: record the release first."]


@pytest.mark.parametrize(
    ("code", "details"), [("release", {}), ("reset", {"until": (timezone.localdate() + 99 * DAY).isoformat()})]
)
def test_a_person_says_with_which_colour_somebody_leaves_custody(ppo, code, details):  # noqa: F811
    case = in_custody(ppo, timezone.localdate() + 9 * DAY, ppo.case)
    said = "Choose the RAG status with which the person leaves custody."
    assert refused(ppo.coordinator, case, code, details=details) == [said]
    step(ppo.coordinator, case, code, details={**details, "rag": "red"})
    assert (states(case)["rag"], states(case)["policing"]) == ("red", "basic")


def test_a_review_that_began_in_custody_goes_back_there_with_a_date(ppo):  # noqa: F811
    by, today = ppo.coordinator, timezone.localdate()
    case = in_custody(ppo, today + 9 * DAY, ppo.case)
    step(by, case, "review_deselection")
    said = "The review began in custody: choose “Into custody”, with the release date."
    assert refused(by, case, "keep", words="He stays.") == [said]
    step(by, case, "custody", details={"release_on": (today + 9 * DAY).isoformat()}, reason="sentenced")
    assert states(case)["management"] == "custody"


def test_another_area_takes_a_case_over_only_once_it_has_accepted(ppo):  # noqa: F811
    by, case, today = ppo.coordinator, ppo.case, timezone.localdate().isoformat()
    asked = {"area": "Abermadeup", "contact": "IOM desk, iom@abermadeup.example"}
    open_track(by=by, case=case, kind="transfer", move="ask", details=asked)
    step(by, case, "review_deselection")
    waits = "The other area has not accepted the case: record its acceptance under “Transfer” first."
    assert refused(by, case, "deselect", reason="moved", words="He moved.") == [waits]
    answer = {"accepted_by": "Iola Other", "accepted_on": today, "liaison": "no"}
    no = "The case is not handed over before the other area’s liaison officer has agreed to receive it."
    assert refused(by, case, "accept", "transfer", details=answer) == [no]
    assert states(case)["management"] == "deselection_review"
    step(by, case, "accept", "transfer", details={**answer, "liaison": "yes"})
    assert states(case) == {
        "management": "transferred",
        "rag": "over",
        "cohort": "over",
        "policing": "over",
        "transfer": "accepted",
    }


def test_a_transfer_that_is_refused_leaves_everything_as_it_was(ppo):  # noqa: F811
    by, case = ppo.coordinator, in_custody(ppo, timezone.localdate() + 9 * DAY, ppo.case)
    asked = {"area": "Abermadeup", "contact": "IOM desk"}
    open_track(by=by, case=case, kind="transfer", move="ask", details=asked)
    step(by, case, "refuse", "transfer", words="He does not live there.")
    assert (states(case)["management"], standing(case).due_on) == ("custody", timezone.localdate() + 9 * DAY)


def test_only_a_case_that_is_managed_is_offered_to_another_area(ppo):  # noqa: F811
    case = begun(ppo)
    with pytest.raises(ValidationError, match="The panel does not manage this case"):
        open_track(
            by=ppo.coordinator, case=case, kind="transfer", move="ask", details={"area": "Abermadeup", "contact": "x"}
        )


# --- who --------------------------------------------------------------------------------------------------------------
def test_the_lead_agency_moves_statuses_and_not_what_the_panel_decides(ppo):  # noqa: F811
    probation = make_member("Pryderi Probation", ppo.probation_agency, Role.REPRESENTATIVE, panel=ppo.panel)
    case = ppo.case
    step(probation, case, "green", "rag", reason="engaging", words="Came to each appointment.")
    step(probation, case, "review_deselection")
    for code, said in (("deselect", {"reason": "reduced_risk", "words": "Quiet."}), ("lead", {})):
        with pytest.raises(PermissionDenied):
            step(probation, case, code, **said)
    with pytest.raises(PermissionDenied):
        step(probation, case, "free", "cohort", reason="judgement", words="So.")
    assert states(case)["management"] == "deselection_review"


def test_a_stranger_finds_no_course_and_the_owner_of_a_step_of_the_plan_its_case(ppo):  # noqa: F811
    case = ppo.case
    seen = [Track.objects.visible_to(m).filter(case=case).count() for m in (ppo.housing, ppo.health, ppo.coordinator)]
    assert seen == [4, 0, 4]
    assert [Action.objects.visible_to(m).count() for m in (ppo.housing, ppo.health)] == [1, 0]


# --- settings ---------------------------------------------------------------------------------------------------------
def test_a_panel_says_its_rag_words_and_review_cycle(ppo):  # noqa: F811
    red = {"words": "High", "meaning": "Seen twice a week.", "clock": 2}
    ppo.panel.scheme_settings = {"states": {"rag": {"red": red}, "cohort": {"fixed": {"words": "Not asked"}}}}
    ppo.panel.save()
    scheme = scheme_of(ppo.panel)
    found = scheme.track_kind("rag").state("red")
    assert (found.words, found.meaning, found.clock, found.colour) == ("High", "Seen twice a week.", 2, "red")
    assert scheme.track_kind("rag").state("amber") == PPO.track_kind("rag").state("amber")
    assert scheme.track_kind("cohort") == PPO.track_kind("cohort")
    assert schemes()["ppo"].track_kind("rag").state("red").clock == 5
