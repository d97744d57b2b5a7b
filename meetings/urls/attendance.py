"""The attendance sheet."""

from django.urls import path

from meetings.views import attendance as views

urlpatterns = [
    path("<uuid:pk>/attendance/", views.attendance, name="attendance"),
    path("<uuid:pk>/attendance/observers/", views.observer, name="enter_observer"),
    path("<uuid:pk>/attendance/apologies/", views.apologies, name="enter_apologies"),
    path("<uuid:pk>/attendance/<uuid:line>/<slug:verb>/", views.mark, name="mark_attendance"),
]
