"""What people decided about sharing what is confidential: asked, recorded, taken back, renewed."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from consent import events  # noqa: F401  (declares this app's audit events)
