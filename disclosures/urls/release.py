"""What was released: the recipient's pages, and those of who answers for it."""

from django.urls import path

from disclosures.views import depending, longer, record, warning
from disclosures.views import release as views

urlpatterns = [
    path("releases/", views.releases, name="releases"),
    path("releases/<uuid:pk>/", views.release, name="release"),
    path("releases/<uuid:pk>/acknowledge/", views.acknowledge, name="acknowledge_release"),
    path("releases/<uuid:pk>/open/", views.open_release, name="open_release"),
    path("releases/<uuid:pk>/now/", views.release_now, name="release_now"),
    path("releases/<uuid:pk>/print/", views.print_release, name="print_release"),
    path("releases/<uuid:pk>/file/", views.file, name="release_file"),
    path("releases/<uuid:pk>/use/", views.report, name="report_use"),
    path("releases/<uuid:pk>/confirm/", views.confirm, name="confirm_destruction"),
    path("releases/<uuid:pk>/longer/", longer.ask_longer, name="ask_longer"),
    path("releases/<uuid:pk>/longer/refuse/", longer.refuse_longer, name="refuse_longer"),
    path("releases/<uuid:pk>/told/", warning.give, name="give_release"),
    path("releases/<uuid:pk>/extend/", warning.extend, name="extend_release"),
    path("release-letters/<uuid:pk>/passphrase/", views.show_passphrase, name="release_passphrase"),
    path("release-letters/<uuid:pk>/decide/", warning.decide_letter, name="decide_release_letter"),
    path("decisions/<uuid:pk>/correct/", warning.correct, name="correct_releases"),
    path("decisions/<uuid:pk>/recall/", warning.recall_all, name="recall_releases"),
    path("notices/<uuid:pk>/", warning.notice, name="notice"),
    path("actions-again/", depending.notice_actions, name="notice_actions"),
    path("actions-again/<uuid:pk>/", depending.look_again, name="look_at_action"),
    path("decisions/<uuid:pk>/records/", record.records, name="records"),
    path("decisions/<uuid:pk>/records/ask/", record.ask_record, name="ask_record"),
    path("records/<uuid:pk>/file/", record.record_file, name="record_file"),
    path("register/export/", record.export, name="export_decisions"),
]
