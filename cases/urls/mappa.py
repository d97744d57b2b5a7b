"""The pointer to MAPPA."""

from django.urls import path

from cases.views import mappa as views

urlpatterns = [
    path("cases/<uuid:pk>/mappa/", views.mappa, name="case_mappa"),
    path("cases/<uuid:pk>/mappa/change/", views.change_mappa, name="change_mappa"),
]
