"""Drafts of every form that keeps them."""

from django.urls import path

from cases.views import drafts as views

urlpatterns = [
    path("drafts/<str:kind>/<uuid:about>/<str:part>/", views.keep, name="keep_draft"),
    path("drafts/<str:kind>/<uuid:about>/<str:part>/drop/", views.drop, name="drop_draft"),
]
