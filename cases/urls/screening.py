"""The coordinator's queue and decisions."""

from django.urls import path

from cases.views import screening as views

urlpatterns = [
    path("screening/", views.queue, name="screening"),
    path("screening/<uuid:pk>/", views.screen, name="screen_referral"),
    path("screening/<uuid:pk>/accept/", views.accept, name="accept_referral"),
    path("screening/<uuid:pk>/return/", views.give_back, name="return_referral"),
    path("screening/<uuid:pk>/decline/", views.decline, name="decline_referral"),
]
