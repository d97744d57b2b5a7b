"""Contact with the victim.  Before `referral`, whose sections take any word."""

from django.urls import path

from cases.views import contact as views

urlpatterns = [
    path("people/<uuid:pk>/number/", views.show_number, name="show_number"),
    path("referrals/<uuid:pk>/contact/record/", views.add, name="record_contact"),
    path("referrals/<uuid:pk>/contact/<uuid:contact>/change/", views.change, name="change_contact"),
]
