"""Tools against anti-social behaviour: which may be used on a case, and deciding on one."""

from django.urls import path

from cases.views import tool

urlpatterns = [
    path("cases/<uuid:pk>/tools/", tool.tool_list, name="tools"),
    path("cases/<uuid:pk>/tools/<slug:code>/", tool.decide, name="decide_tool"),
]
