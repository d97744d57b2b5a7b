"""The management of a case: its tracks and its forms."""

from django.urls import path

from cases.views import following, sheet, track

urlpatterns = [
    path("status/", track.track_list, name="tracks"),
    path("cases/<uuid:pk>/management/", track.management, name="case_management"),
    path("cases/<uuid:pk>/management/now/", following.management_now, name="management_now"),
    path("cases/<uuid:pk>/open/<slug:kind>/<slug:code>/", track.open_track, name="open_track"),
    path("cases/<uuid:pk>/forms/<slug:kind>/", sheet.write_sheet, name="write_sheet"),
    path("tracks/<uuid:pk>/move/<slug:code>/", track.move_track, name="move_track"),
    path("tracks/<uuid:pk>/end/", track.end_track, name="end_track"),
    path("tracks/<uuid:pk>/forms/<slug:kind>/", sheet.write_track_sheet, name="write_track_sheet"),
    path("forms/<uuid:pk>/", sheet.sheet, name="sheet"),
    path("forms/<uuid:pk>/now/", sheet.sheet_now, name="sheet_now"),
    path("forms/<uuid:pk>/change/", sheet.change_sheet, name="change_sheet"),
]
