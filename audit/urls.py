"""Addresses of the audit."""

from django.urls import path

from audit import views

app_name = "audit"

urlpatterns = [
    path("", views.events, name="events"),
    path("<int:pk>/", views.event, name="event"),
    path("export/", views.export, name="export"),
    path("reason/", views.give_reason, name="give_reason"),
]
