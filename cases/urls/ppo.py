"""The cohort, the calendar of releases, and the plan about an offender."""

from django.urls import path

from cases.views import cohort, plan

urlpatterns = [
    path("cohort/", cohort.cohort, name="cohort"),
    path("cohort/releases/", cohort.release_calendar, name="releases"),
    path("cases/<uuid:pk>/plan/", plan.plan, name="plan"),
    path("cases/<uuid:pk>/plan/add/", plan.add_step, name="add_plan_step"),
    path("actions/<uuid:pk>/change/", plan.change_step, name="change_plan_step"),
    path("cases/<uuid:pk>/plan.pdf", plan.plan_paper, name="plan_paper"),
]
