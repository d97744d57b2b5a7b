"""Calendar, agenda, research, attendance, the live meeting, minutes, documents, letters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from cases import tabs
        from cases.workflow import drafts
        from core import home, navigation
        from meetings import events, owed  # noqa: F401  (declares this app's audit events)
        from meetings.rules.research import draftable
        from partnership.roles import Permission

        tabs.register("meetings", _("Meetings"), "meetings:case_meetings", order=25)
        navigation.register(_("Meetings"), "meetings:calendar", Permission.ATTEND, order=20)
        for provider in (owed.returns, owed.presenting, owed.freezing):
            home.register(provider)
        drafts.register("meetings.return", draftable)
