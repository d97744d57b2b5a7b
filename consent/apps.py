"""What people decided about sharing what is confidential: asked, recorded, taken back, renewed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    name = "consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from cases import tabs
        from cases.workflow import following
        from consent import events, owed  # noqa: F401  (declares this app's audit events)
        from consent.models import Consent
        from consent.rules.sight import is_keeper, is_offered
        from consent.workflow.printing import press
        from core import clock, home, navigation

        tabs.register("consent", _("Consent"), "consent:case_consents", order=25, is_for=is_offered)
        navigation.add(_("Consent"), "consent:home", is_for=is_keeper, order=48)
        home.register(owed.consents)
        following.register(Consent)
        clock.register("recover consent papers", 60, press.recover)
