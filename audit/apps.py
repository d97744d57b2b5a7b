"""Who collected, altered, consulted, disclosed, combined and erased what, when and why."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from audit import checks, door, triggers  # noqa: F401  (the checks register themselves)
        from core import navigation, recording
        from partnership.roles import Permission

        autodiscover_modules("events")
        recording.fill(door.write)
        navigation.register(_("Audit"), "audit:events", Permission.READ_AUDIT, order=70)
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="audit.triggers")
