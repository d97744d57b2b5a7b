"""Requests from outside, their consultations and their answers."""

from django.urls import path

from disclosures.views import answer, consultation, outside

urlpatterns = [
    path("outside/", outside.outsides, name="outsides"),
    path("outside/new/", outside.open_outside, name="open_outside"),
    path("outside/<uuid:pk>/", outside.outside, name="outside"),
    path("outside/<uuid:pk>/again/", outside.search_again, name="search_outside_again"),
    path("outside/<uuid:pk>/members/<uuid:knower>/end/", outside.end_member, name="end_outside_member"),
    path("outside/<uuid:pk>/step/<slug:act>/", outside.step, name="outside_step"),
    path("outside/<uuid:pk>/answer/", answer.draft, name="draft_answer"),
    path("outside/<uuid:pk>/answer/offer/", answer.offer, name="offer_answer"),
    path("outside/<uuid:pk>/answer/items/<uuid:item>/", answer.redact, name="redact_item"),
    path("outside/<uuid:pk>/answer/check/", answer.check, name="check_answer"),
    path("outside/<uuid:pk>/answer/paper/", answer.make_again, name="make_answer_again"),
    path("outside/papers/<uuid:pk>/", answer.paper, name="answer_paper"),
    path("consultations/", consultation.consultations, name="consultations"),
    path("consultations/<uuid:pk>/", consultation.consultation, name="consultation"),
]
