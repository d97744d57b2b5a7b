"""The calendar and its meetings."""

from django.urls import path

from meetings.views import calendar as views

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("plan/<uuid:panel_id>/", views.plan, name="plan"),
    path("emergency/<uuid:panel_id>/", views.emergency, name="emergency"),
    path("series/<uuid:panel_id>/", views.series, name="series"),
    path("<uuid:pk>/", views.meeting, name="meeting"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/move/", views.move, name="move"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/open-agenda/", views.open_agenda, name="open_agenda"),
]
