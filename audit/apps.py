"""Who collected, altered, consulted, disclosed, combined and erased what, when and why."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

DAY = 24 * 60 * 60  # seconds


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from audit import checks, door, triggers  # noqa: F401  (the checks register themselves)
        from audit.blocks import PERIOD, close_block
        from audit.verification import verify_and_record
        from core import clock, navigation, recording
        from partnership.roles import Permission

        autodiscover_modules("events")
        recording.fill(door.write)
        navigation.register(_("Audit"), "audit:events", Permission.READ_AUDIT, order=70)
        clock.register("close audit block", PERIOD, close_block)
        clock.register("verify audit", DAY, verify_and_record)
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="audit.triggers")
