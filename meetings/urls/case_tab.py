"""The tab of the case page that this app serves."""

from django.urls import path

from meetings.views import case_tab as views

urlpatterns = [path("of-case/<uuid:pk>/", views.meetings, name="case_meetings")]
