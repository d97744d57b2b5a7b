"""What becomes known of the people of a case."""

from django.urls import path

from cases.views import person as views

urlpatterns = [
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/names/", views.add_name, name="add_name"),
    path("people/<uuid:pk>/names/remove/", views.remove_name, name="remove_name"),
    path("people/<uuid:pk>/moved/", views.record_move, name="record_move"),
    path("people/<uuid:pk>/died/", views.record_death, name="record_death"),
    path("people/<uuid:pk>/died/take-back/", views.take_back_death, name="take_back_death"),
    path("of-age/", views.majorities, name="majorities"),
    path("of-age/<uuid:pk>/", views.majority, name="majority"),
]
