"""Calendar, agenda, research, attendance, the live meeting, minutes, documents, letters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from cases import tabs
        from meetings import events  # noqa: F401  (declares this app's audit events)

        tabs.register("meetings", _("Meetings"), "meetings:case_meetings", order=25)
