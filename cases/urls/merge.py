"""Records of one person, and people of two panels."""

from django.urls import path

from cases.views import merge as views

urlpatterns = [
    path("same-person/", views.merges, name="merges"),
    path("same-person/across/", views.across, name="across"),
    path("same-person/across/<uuid:pk>/not/", views.not_the_same, name="not_the_same_across"),
    path("same-person/news/", views.news, name="merge_news"),
    path("same-person/news/<uuid:pk>/read/", views.read_news, name="read_merge_news"),
    path("same-person/<uuid:pk>/", views.merge, name="merge"),
    path("same-person/<uuid:pk>/undo/", views.undo, name="undo_merge"),
    path("same-person/<uuid:pk>/with/<uuid:other>/", views.propose, name="propose_merge"),
]
