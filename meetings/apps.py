"""Calendar, agenda, research, attendance, the live meeting, minutes, documents, letters."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from meetings import events  # noqa: F401  (declares this app's audit events)
