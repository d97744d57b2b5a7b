"""The confidentiality statement."""

from django.urls import path

from meetings.views import statement as views

urlpatterns = [
    path("<uuid:pk>/statement/", views.statement, name="statement"),
    path("statements/<uuid:pk>/", views.statements, name="statements"),
]
