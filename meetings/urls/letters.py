"""Letters: sent from a meeting, followed by the coordinator, opened by the agency."""

from django.urls import path

from meetings.views import agency_letters as agency
from meetings.views import letters as views

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("<uuid:pk>/letters/", views.meeting_letters, name="meeting_letters"),
    path("<uuid:pk>/letters/send/<slug:kind>/", views.send_letters, name="send_letters"),
    path("letters/<uuid:pk>/decide/", views.decide_letter, name="decide_letter"),
    path("agency-letters/", agency.agency_letters, name="agency_letters"),
    path("agency-letters/<uuid:pk>/", agency.agency_letter, name="agency_letter"),
    path("agency-letters/<uuid:pk>/passphrase/", agency.show_passphrase, name="show_passphrase"),
]
