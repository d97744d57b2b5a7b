"""The liaison officer's desk, the decisions and their register."""

from django.urls import path

from disclosures.views import address, desk, detriment, emergency, escalated, register
from disclosures.views import decision as views

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/told/", escalated.escalated, name="escalated"),
    path("desk/find/", desk.find, name="find_decision"),
    path("register/", register.register, name="register"),
    path("decisions/<uuid:pk>/", views.show, name="decision"),
    path("decisions/<uuid:pk>/begin/", views.begin, name="begin_decision"),
    path("decisions/<uuid:pk>/gaps/", views.law_gaps, name="law_gaps"),
    path("decisions/<uuid:pk>/summary/", views.summary, name="decision_summary"),
    path("decisions/<uuid:pk>/address/", address.look, name="look_at_address"),
    path("decisions/<uuid:pk>/approve/", views.approve, name="approve_decision"),
    path("decisions/<uuid:pk>/again/", views.reopen, name="reopen_decision"),
    path("decisions/<uuid:pk>/override/", views.review_override, name="review_override"),
    path("decisions/<uuid:pk>/emergency/", emergency.release_at_once, name="release_at_once"),
    path("decisions/<uuid:pk>/detriment/", detriment.agree_detriment, name="agree_detriment"),
    path("decisions/<uuid:pk>/review/", emergency.review, name="review_release"),
    path("decisions/<uuid:pk>/question/<slug:step>/", views.question, name="decision_question"),
    path("dissents/<uuid:pk>/end/", views.end_dissent, name="end_dissent"),
]
