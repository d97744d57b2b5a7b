"""Research requests, returns and the coordinator's board."""

from django.urls import path

from meetings.views import answers
from meetings.views import research as views

urlpatterns = [
    path("<uuid:pk>/research/", views.research, name="research"),
    path("<uuid:pk>/research/nothing-known/", views.nothing_known_of_rest, name="nothing_known_of_rest"),
    path("<uuid:pk>/research/board/", views.board, name="board"),
    path("<uuid:pk>/research/send/", views.send, name="send_research"),
    path("<uuid:pk>/research/chase/", views.chase, name="chase_research"),
    path("returns/<uuid:pk>/", views.answer_return, name="return"),
    path("returns/<uuid:pk>/answer/", answers.answer, name="answer"),
    path("returns/<uuid:pk>/nothing-known/", views.nothing_known_of_case, name="nothing_known_of_case"),
    path("returns/<uuid:pk>/reopen/", views.reopen, name="reopen_return"),
    path("returns/<uuid:pk>/people/<uuid:party>/", views.check_person, name="check_person"),
    path(
        "returns/<uuid:pk>/people/<uuid:party>/nothing-known/",
        views.nothing_known_of_person,
        name="nothing_known_of_person",
    ),
]
