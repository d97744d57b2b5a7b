"""Asking for information."""

from django.urls import path

from disclosures.views import emergency
from disclosures.views import request as views

urlpatterns = [
    path("merits/<uuid:pk>/", views.put_merits, name="put_merits"),
    path("requests/", views.request_list, name="requests"),
    path("of-case/<uuid:pk>/", views.case_requests, name="case_requests"),
    path("of-case/<uuid:pk>/ask/", views.begin, name="begin_request"),
    path("of-case/<uuid:pk>/release/", emergency.release_of_own_accord, name="release_of_own_accord"),
    path("requests/<uuid:pk>/", views.show, name="request"),
    path("requests/<uuid:pk>/write/", views.write, name="write_request"),
    path("requests/<uuid:pk>/withdraw/", views.withdraw, name="withdraw_request"),
    path("requests/<uuid:pk>/dissent/<uuid:agency>/", views.dissent, name="dissent"),
    path("dissents/<uuid:pk>/withdraw/", views.withdraw_dissent, name="withdraw_dissent"),
]
