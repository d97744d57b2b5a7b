"""Entries: what agencies say for a listing."""

from django.urls import path

from cases.views import entry as views

urlpatterns = [
    path("listings/<uuid:pk>/entries/write/", views.write_entry, name="write_entry"),
    path("listings/<uuid:pk>/entries/take-over/", views.take_over, name="take_over_entry"),
    path("entries/<uuid:pk>/change/", views.change_entry, name="change_entry"),
    path("entries/<uuid:pk>/withdraw/", views.withdraw_entry, name="withdraw_entry"),
]
