"""People, cases, referrals, who is involved, what is known and what is to be done."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from cases import events  # noqa: F401  (declares this app's audit events)
