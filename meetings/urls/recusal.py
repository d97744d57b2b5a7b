"""Interests and recusals."""

from django.urls import path

from meetings.views import recusal as views

urlpatterns = [
    path("<uuid:pk>/interests/", views.interests, name="interests"),
    path("<uuid:pk>/interests/<uuid:item>/none/", views.answer, {"verb": "none"}, name="no_interest"),
    path("<uuid:pk>/interests/<uuid:item>/mine/", views.answer, {"verb": "me"}, name="declare_interest"),
    path("<uuid:pk>/interests/<uuid:item>/agency/", views.answer, {"verb": "agency"}, name="declare_agency_interest"),
    path("<uuid:pk>/interests/<uuid:item>/ask/", views.about, {"verb": "ask"}, name="ask_interest"),
    path("<uuid:pk>/interests/<uuid:item>/away/", views.about, {"verb": "away"}, name="keep_away"),
    path("<uuid:pk>/interests/<uuid:recusal>/lift/", views.lift, name="lift_recusal"),
]
