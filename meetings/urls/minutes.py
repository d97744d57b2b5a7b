"""The minutes."""

from django.urls import path

from meetings.views import minutes as views

urlpatterns = [
    path("<uuid:pk>/minutes/", views.minutes, name="minutes"),
    path("<uuid:pk>/minutes/draft/", views.draft, name="draft_minutes"),
    path("<uuid:pk>/minutes/<uuid:minutes>/check/", views.check, name="check_minutes"),
    path("<uuid:pk>/minutes/<uuid:minutes>/approve/", views.approve, name="approve_minutes"),
    path("<uuid:pk>/minutes/<uuid:minutes>/correct/", views.correct, name="correct_minutes"),
    path("<uuid:pk>/minutes/passed/<uuid:row>/", views.pass_item, name="pass_minutes"),
    path("<uuid:pk>/minutes/items/<uuid:row>/<str:key>/", views.part, name="minutes_part"),
    path("<uuid:pk>/minutes/items/<uuid:row>/<str:key>/correction/", views.propose, name="propose_correction"),
    path("<uuid:pk>/minutes/corrections/<uuid:correction>/", views.decide, name="decide_correction"),
]
