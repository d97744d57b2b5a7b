"""Every time information leaves: request, decision, release, and requests from outside."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from disclosures import events  # noqa: F401  (declares this app's audit events)

        self._ready_for_requests()

    def _ready_for_requests(self):
        """Requests, decisions and their clock: tab, navigation, home page, drafts."""
        from cases import tabs
        from cases.workflow import drafts
        from core import clock, home, navigation
        from disclosures import owed
        from disclosures.views import decision, request
        from disclosures.workflow import round
        from partnership.roles import Permission

        tabs.register("requests", _("Requests"), "disclosures:case_requests", order=27)
        navigation.register(_("Requests"), "disclosures:requests", Permission.ASK_DISCLOSURE, order=62)
        navigation.register(_("Decisions"), "disclosures:desk", Permission.DECIDE_DISCLOSURE, order=64)
        home.register(owed.decisions)
        home.register(owed.requests)
        drafts.register("disclosures.disclosure", request.draftable)
        drafts.register("disclosures.decision", decision.draftable)
        clock.register("lapse decisions", 60, round.lapse_decisions)
        clock.register("escalate reviews", 300, round.escalate_reviews)
