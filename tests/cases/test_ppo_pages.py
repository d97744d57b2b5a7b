"""The pages of a PPO / IOM panel: cohort, calendar of releases, plan and its paper, what a panel sets."""

import subprocess

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Action
from cases.owed import actions as owed_actions
from cases.rules import cohort as rules
from cases.schemes import scheme_of
from cases.workflow.action import agree_action, change_action
from cases.workflow.settings import save_scheme_settings
from core.models import StaleVersion
from partnership.models import Panel, RoleGrant
from partnership.roles import Role
from tests.cases.ppo import DAY, adopted, in_custody, managed, planned, ppo, standing, step  # noqa: F401
from tests.valid_html import assert_valid
from tests.world import make_member

pytestmark = pytest.mark.django_db
COHORT, RELEASES = reverse("cases:cohort"), reverse("cases:releases")


def page_of(response) -> str:
    assert response.status_code == 200
    assert_valid(response.content)
    return " ".join(response.content.decode().split())


def typed_day(date, name="due_on") -> dict:
    return {f"{name}_day": date.day, f"{name}_month": date.month, f"{name}_year": date.year}


def read(response) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=response.content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


# --- cohort and calendar ----------------------------------------------------------------------------------------------
def test_the_cohort_shows_status_lead_and_the_next_review(ppo, as_member):  # noqa: F811
    case = managed(ppo, on=timezone.localdate() - 30 * DAY)
    page = page_of(as_member(ppo.coordinator).get(COHORT))
    for words in (case.reference, "Gethin Llwynog", "Amber", "Managed", "Basic monitoring", "Olwen Ward", "Overdue"):
        assert words in page
    event = Event.objects.filter(name="tracks.listed").latest("at")
    assert (event.member_id, event.reason) == (ppo.coordinator.pk, "managing")


def test_the_calendar_shows_by_month_who_is_released_and_who_should_have_been(ppo, as_member):  # noqa: F811
    today = timezone.localdate()
    days = {0: today - DAY, 1: today, 2: today + 84 * DAY, 3: today + 85 * DAY}
    cases = {number: in_custody(ppo, day) for number, day in days.items()}
    found = rules.releases(ppo.coordinator, until=rules.last_day(today))
    assert [release.track.case_id for release in found] == [cases[0].pk, cases[1].pk, cases[2].pk]
    assert [release.prison for release in found] == ["HMP Ddychmygol"] * 3
    months = rules.by_month(found[1:])
    assert [month for month, _releases in months] == sorted({today.replace(day=1), days[2].replace(day=1)})
    page = page_of(as_member(ppo.coordinator).get(RELEASES))
    assert [cases[number].reference in page for number in days] == [True, True, True, False]
    assert "Record the release, or the new date." in page


@pytest.mark.parametrize("url", [COHORT, RELEASES])
def test_only_cases_that_the_member_sees_are_listed(ppo, as_member, url):  # noqa: F811
    case = in_custody(ppo, timezone.localdate() + DAY, ppo.case)
    assert case.reference in page_of(as_member(ppo.housing).get(url))
    assert case.reference not in page_of(as_member(ppo.health).get(url))


def test_a_panel_without_a_cohort_has_neither_page_nor_entry(world, as_member):
    client = as_member(world.coordinator)
    assert [client.get(url).status_code for url in (COHORT, RELEASES)] == [404, 404]
    assert COHORT not in client.get("/").content.decode()


SEVERAL = [  # the schemes of the member's other panels, whether the page and its lines name the panel
    ([], (False, False)),
    (["asb"], (True, False)),
    (["ppo"], (False, True)),
]


@pytest.mark.parametrize(("others", "said"), SEVERAL)
def test_where_a_member_sits_on_several_panels_they_are_named(ppo, as_member, others, said):  # noqa: F811
    for scheme in others:
        panel = Panel.objects.create(partnership=ppo.partnership, name="Ail", scheme=scheme, reference_prefix="AI")
        RoleGrant.objects.create(member=ppo.coordinator, role=str(Role.COORDINATOR), panel=panel)
    client = as_member(ppo.coordinator)
    response = client.get(COHORT)
    page_of(response)
    assert [str(one["label"]) for one in response.context["navigation"] if one["url"] == COHORT] == ["Cohort"]
    assert (bool(response.context["panel_name"]), response.context["many_panels"]) == said
    assert response.context["many_panels"] == ("Gethin Llwynog, Aberwenlli IOM" in response.content.decode())
    assert client.get(reverse("cases:actions")).context["many_panels"] is bool(others)


@pytest.mark.parametrize("count", [1, 3])
def test_one_and_three_take_the_same_queries(ppo, django_assert_num_queries, count):  # noqa: F811
    today = timezone.localdate()
    for _number in range(count):
        in_custody(ppo, today + DAY)
    ppo.coordinator.grants
    with django_assert_num_queries(4):
        rules.cohort(ppo.coordinator, list(rules.managements(ppo.coordinator)))
    with django_assert_num_queries(3):
        rules.releases(ppo.coordinator, until=today + DAY)


# --- the plan ---------------------------------------------------------------------------------------------------------
def test_the_lead_agency_puts_a_step_into_the_plan_and_its_owner_finds_it(ppo, as_member):  # noqa: F811
    probation = make_member("Pryderi Probation", ppo.probation_agency, Role.REPRESENTATIVE, panel=ppo.panel)
    case = adopted(ppo)
    due = timezone.localdate() + 5 * DAY
    url = reverse("cases:add_plan_step", args=[case.pk])
    client = as_member(probation)
    page_of(client.get(url))
    refused = client.post(url, {"pathway": "finance", "text": "Open an account.", **typed_day(due)})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["agency"])
    sent = {"pathway": "finance", "text": "Open an account.", "agency": ppo.health_agency.pk, **typed_day(due)}
    response = client.post(url, sent)
    assert (response.status_code, response.url) == (302, reverse("cases:plan", args=[case.pk]))
    found = Action.objects.with_key().get(case=case)
    assert (found.pathway, found.text, found.agency, found.due_on) == (
        "finance",
        "Open an account.",
        ppo.health_agency,
        due,
    )
    assert found.history.get().history_change_reason == "agreed"
    assert Event.objects.filter(name="action.agreed", member_id=probation.pk).count() == 1
    assert [owed.count for owed in owed_actions(ppo.health)][:1] == [1]
    page = page_of(as_member(probation).get(response.url))
    assert [words in page for words in ("Open an account.", "Accommodation", "Attitudes", "Add a step")] == [True] * 4


def test_who_does_not_manage_the_case_reads_its_own_steps_and_adds_none(ppo, as_member):  # noqa: F811
    case = ppo.case
    planned(ppo, case, "health", "See a doctor.", agency=ppo.health_agency)
    client = as_member(ppo.housing)
    page = page_of(client.get(reverse("cases:plan", args=[case.pk])))
    assert [words in page for words in ("Keep the flat.", "See a doctor.", "Add a step")] == [True, False, False]
    assert client.get(reverse("cases:add_plan_step", args=[case.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        agree_action(
            by=ppo.housing,
            case=case,
            agency=ppo.housing_agency,
            text="More.",
            due_on=timezone.localdate(),
            pathway="health",
        )


def test_a_step_is_changed_by_who_manages_and_stands_under_a_pathway_of_the_panel(ppo):  # noqa: F811
    case = ppo.case
    found = Action.objects.with_key().select_related("case__panel", "agency", "member", "listing").get(case=case)
    probation = make_member("Pryderi Probation", ppo.probation_agency, Role.REPRESENTATIVE, panel=ppo.panel)
    change_action(by=probation, action=found, seen=1, text="Keep the flat and the job.")
    assert Action.objects.with_key().get(case=case).text == "Keep the flat and the job."
    with pytest.raises(Exception, match="no such pathway"):
        planned(ppo, case, "gardening")


def test_a_step_is_changed_on_its_page_also_once_its_day_has_gone_by(ppo, as_member):  # noqa: F811
    probation = make_member("Pryderi Probation", ppo.probation_agency, Role.REPRESENTATIVE, panel=ppo.panel)
    found = Action.objects.with_key().get(case=ppo.case)
    found.member, found.due_on = ppo.housing, timezone.localdate() - DAY
    found.save()
    url = reverse("cases:change_plan_step", args=[found.pk])
    client = as_member(probation)
    assert url in page_of(client.get(reverse("cases:plan", args=[ppo.case.pk])))
    page_of(client.get(url))
    sent = {"pathway": "family", "text": "See his brother.", "agency": ppo.health_agency.pk, **typed_day(found.due_on)}
    assert client.post(url, sent | {"text": ""}).status_code == 422
    response = client.post(url, sent | {"version": found.version, "person_named": "Hana"})
    assert (response.status_code, response.url) == (302, reverse("cases:plan", args=[ppo.case.pk]))
    now = Action.objects.with_key().get(pk=found.pk)
    assert (now.pathway, now.text, now.agency, now.member, now.person_named) == (
        "family",
        "See his brother.",
        ppo.health_agency,
        None,
        "Hana",
    )
    assert now.history.first().history_change_reason == "changed"
    assert Event.objects.filter(name="action.changed", member_id=probation.pk).count() == 1
    late = client.post(url, sent | {"version": found.version, "text": "See his sister.", "person_named": "Hana"})
    form = late.context["form"]
    assert (late.status_code, form["text"].value(), form["version"].value(), [*map(list, form.theirs)]) == (
        422,
        "See his sister.",
        str(now.version),
        [["What is to be done", "See his brother."]],
    )
    assert client.post(url, form.data).status_code == 302


def test_an_ended_step_and_an_action_of_no_plan_are_not_changed_here(ppo, as_member):  # noqa: F811
    step_of_plan = Action.objects.with_key().get(case=ppo.case)
    step_of_plan.state, step_of_plan.ended_at = "done", timezone.now()
    step_of_plan.save()
    other = ppo.make_action(ppo.case, ppo.housing_agency)
    client = as_member(ppo.coordinator)
    urls = [reverse("cases:change_plan_step", args=[one.pk]) for one in (step_of_plan, other)]
    assert [client.get(url).status_code for url in urls] == [403, 404]
    assert urls[0] not in page_of(client.get(reverse("cases:plan", args=[ppo.case.pk])))
    with pytest.raises(ValidationError, match="no step of the plan"):
        change_action(by=ppo.coordinator, action=_with_all(other), seen=other.version, pathway="family")


def _with_all(action) -> Action:
    return Action.objects.with_key().select_related("case__panel", "agency", "member", "listing").get(pk=action.pk)


def test_the_plan_is_printed_as_the_member_sees_it(ppo, as_member):  # noqa: F811
    case = ppo.case
    planned(ppo, case, "health", "See a doctor.", agency=ppo.health_agency)
    url = reverse("cases:plan_paper", args=[case.pk])
    response = as_member(ppo.coordinator).get(url)
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "no-store")
    assert "Llwynog" not in response["Content-Disposition"]
    text = read(response)
    for words in (
        "Offender plan",
        "Gethin Llwynog",
        "Olwen Ward",
        "Keep the flat.",
        "See a doctor.",
        "Amber",
        "No step yet.",
    ):
        assert words in text
    event = Event.objects.get(name="plan.exported")
    assert (event.thing_id, event.case_id, event.member_id) == (case.pk, case.pk, ppo.coordinator.pk)
    assert "See a doctor." not in read(as_member(ppo.housing).get(url))


def test_a_panel_without_pathways_has_no_plan(world, as_member):
    case = world.make_case()
    client = as_member(world.coordinator)
    urls = [reverse(f"cases:{name}", args=[case.pk]) for name in ("plan", "add_plan_step", "plan_paper")]
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]


# --- what a panel sets ------------------------------------------------------------------------------------------------
def test_an_administrator_sets_words_cycles_and_thresholds(ppo, as_member):  # noqa: F811
    url = reverse("cases:scheme_settings", args=[ppo.panel.pk])
    client = as_member(ppo.administrator)
    assert url in page_of(client.get(reverse("partnership:partnership")))
    response = client.get(url)
    page_of(response)
    form = response.context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    refused = client.post(url, {**typed, "rag-red-clock": "0", "fixed_from": ""})
    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {
            "fixed_from": ["Enter fixed cohort: from which score"],
            "rag-red-clock": ["Looked at again after, working days must be between 1 and 260"],
        },
    )
    assert client.post(url, {**typed, "rag-red-words": "High", "rag-red-clock": "3"}).status_code == 302
    panel = Panel.objects.get(pk=ppo.panel.pk)
    red = scheme_of(panel).track_kind("rag").state("red")
    assert (red.words, red.clock, panel.scheme_settings["numbers"]["kept_months"]) == ("High", 3, 12)
    assert panel.history.latest().history_change_reason == "panel.scheme_set"
    assert Event.objects.filter(name="panel.scheme_set", member_id=ppo.administrator.pk).count() == 1
    late = client.post(url, {**typed, "rag-red-words": "Very high", "version": typed["version"]})
    assert (late.status_code, late.context["form"]["rag-red-words"].value()) == (422, "Very high")
    assert ("Word", "High") in late.context["form"].theirs
    assert late.context["form"]["version"].value() == str(panel.version)


def test_settings_are_the_administrators_and_of_panels_that_have_some(ppo):  # noqa: F811
    given = {"panel": ppo.panel, "settings": {}}
    with pytest.raises(PermissionDenied):
        save_scheme_settings(by=ppo.coordinator, seen=ppo.panel.version, **given)
    with pytest.raises(StaleVersion):
        save_scheme_settings(by=ppo.administrator, seen=ppo.panel.version - 1, **given)
    ppo.panel.scheme = "marac"
    with pytest.raises(PermissionDenied):
        save_scheme_settings(by=ppo.administrator, seen=ppo.panel.version, **given)


def test_the_next_step_reckons_with_the_panels_clock(ppo):  # noqa: F811
    case = ppo.case
    ppo.panel.scheme_settings = {"states": {"rag": {"amber": {"words": "Orange", "meaning": "", "clock": None}}}}
    ppo.panel.save()
    assert standing(case, "rag").due_on is not None
    step(ppo.coordinator, case, "review", "rag", words="As before.")
    track = standing(case, "rag")
    assert (track.due_on, track.state_of.words) == (None, "Orange")
