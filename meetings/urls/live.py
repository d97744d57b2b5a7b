"""The sitting."""

from django.urls import path

from meetings.views import live, recording

urlpatterns = [
    path("to-tell/", recording.tellings, name="tellings"),
    path("to-tell/<uuid:outcome>/", recording.tell, name="tell"),
    path("<uuid:pk>/live/", live.live, name="live"),
    path("<uuid:pk>/live/now/", live.now, name="live_now"),
    path("<uuid:pk>/live/open/", live.open_meeting, name="open_meeting"),
    path("<uuid:pk>/live/end/", live.end_meeting, name="end_meeting"),
    path("<uuid:pk>/live/issue-actions/", live.issue_actions, name="issue_actions"),
    path("<uuid:pk>/live/parts/<slug:name>/", live.part, name="live_part"),
    path("<uuid:pk>/live/<uuid:item>/", live.live_item, name="live_item"),
    path("<uuid:pk>/live/<uuid:item>/start/", live.start_item, name="start_item"),
    path("<uuid:pk>/live/left/", live.confirm_left, name="confirm_left"),
    path("<uuid:pk>/live/<uuid:item>/leave/", live.leave_item, name="leave_item"),
    path("<uuid:pk>/live/<uuid:item>/close/", live.close_item, name="close_item"),
    path("<uuid:pk>/live/<uuid:item>/parts/<slug:name>/", live.item_part, name="live_item_part"),
    path("<uuid:pk>/live/<uuid:item>/notes/<slug:part>/", recording.note, name="save_note"),
    path("<uuid:pk>/live/<uuid:item>/decision/", recording.decision, name="save_decision"),
    path("<uuid:pk>/live/<uuid:item>/telling/", recording.telling, name="save_telling"),
    path("<uuid:pk>/live/<uuid:item>/told/", recording.told, name="mark_told"),
    path("<uuid:pk>/live/<uuid:item>/say/", recording.say, name="say"),
    path("<uuid:pk>/live/<uuid:item>/actions/", recording.agree, name="agree_action"),
    path("<uuid:pk>/live/<uuid:item>/actions/<uuid:action>/", recording.change, name="change_action"),
    path("<uuid:pk>/live/<uuid:item>/proposals/<uuid:entry>/", recording.take_up, name="take_up"),
]
