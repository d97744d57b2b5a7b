"""Passing on from one stream to another."""

from django.urls import path

from cases.views import stream as views

urlpatterns = [path("tracks/<uuid:pk>/pass-on/", views.pass_on, name="pass_on")]
