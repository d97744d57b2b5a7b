"""Cases and the tabs of their page."""

from django.urls import path

from cases.views import case as views
from cases.views import following

urlpatterns = [
    path("cases/", views.case_list, name="list"),
    path("cases/<uuid:pk>/", views.people, name="case"),
    path("cases/<uuid:pk>/referral/", views.referrals, name="case_referrals"),
    path("cases/<uuid:pk>/entries/", views.entries, name="case_entries"),
    path("cases/<uuid:pk>/entries/now/", following.entries_now, name="entries_now"),
    path("cases/<uuid:pk>/actions/", views.actions, name="case_actions"),
    path("cases/<uuid:pk>/history/", views.history, name="case_history"),
    path("cases/<uuid:pk>/close/", views.close, name="close_case"),
    path("cases/<uuid:pk>/reopen/", views.reopen, name="reopen_case"),
]
