"""Search."""

from django.urls import path

from cases.views import search as views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/<uuid:pk>/", views.found, name="found"),
]
