"""Referrals: the agency's own, their sections, sending."""

from django.urls import path

from cases.views import referral as views
from cases.views import referral_parts as parts

urlpatterns = [
    path("referrals/", views.referrals, name="referrals"),
    path("referrals/start/", views.start, name="start_referral"),
    path("referrals/<uuid:pk>/", views.referral, name="referral"),
    path("referrals/<uuid:pk>/leave-out/", views.leave_out, name="leave_out_of_referral"),
    path("referrals/<uuid:pk>/submit/", views.submit, name="submit_referral"),
    path("referrals/<uuid:pk>/withdraw/", views.withdraw, name="withdraw_referral"),
    path("referrals/<uuid:pk>/<slug:code>/", parts.section, name="referral_section"),
    path("referrals/<uuid:pk>/<slug:code>/add/", parts.add_person, name="add_referral_person"),
    path("referrals/<uuid:pk>/<slug:code>/<uuid:party>/", parts.change_person, name="referral_person"),
    path("referrals/<uuid:pk>/<slug:code>/<uuid:party>/remove/", parts.remove_person, name="remove_referral_person"),
]
