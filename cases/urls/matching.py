"""Who the people of a referral may be."""

from django.urls import path

from cases.views import matching as views

urlpatterns = [
    path("screening/<uuid:pk>/people/", views.matches, name="matches"),
    path("screening/<uuid:pk>/own-case/", views.own_case, name="own_case"),
    path("screening/<uuid:pk>/people/<uuid:party>/link/", views.link, name="link_person"),
    path("screening/<uuid:pk>/people/<uuid:party>/unlink/", views.unlink, name="unlink_person"),
    path("screening/<uuid:pk>/people/<uuid:party>/tell-apart/", views.tell_apart, name="tell_person_apart"),
]
