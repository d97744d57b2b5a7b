"""Actions."""

from django.urls import path

from cases.views import action as views

urlpatterns = [
    path("actions/", views.action_list, name="actions"),
    path("actions/<uuid:pk>/", views.action, name="action"),
    path("actions/<uuid:pk>/report/", views.report, name="report_action"),
    path("actions/<uuid:pk>/decide/", views.decide, name="decide_action"),
    path("actions/<uuid:pk>/replace/", views.supersede, name="supersede_action"),
    path("actions/<uuid:pk>/escalate/", views.escalate, name="escalate_action"),
]
