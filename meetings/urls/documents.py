"""Documents of a meeting."""

from django.urls import path

from meetings.views import documents as views

urlpatterns = [
    path("<uuid:pk>/documents/", views.documents, name="documents"),
    path("<uuid:pk>/documents/ask/", views.ask_document, name="ask_document"),
    path("documents/<uuid:pk>/", views.document_file, name="document_file"),
]
