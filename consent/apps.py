"""What people decided about sharing what is confidential: asked, recorded, taken back, renewed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    name = "consent"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from cases import gates, tabs
        from cases.workflow import drafts, following
        from consent import events, owed  # noqa: F401  (declares this app's audit events)
        from consent.models import Consent
        from consent.rules.episodes import in_episodes
        from consent.rules.reach import categories, gated
        from consent.rules.sight import is_keeper, is_offered
        from consent.views.writing import draftable
        from consent.workflow.printing import press
        from consent.workflow.settle import asking, reach, settle
        from core import clock, home, navigation

        tabs.register("consent", _("Consent"), "consent:case_consents", order=25, is_for=is_offered)
        navigation.add(_("Consent"), "consent:home", is_for=is_keeper, order=48, group=_("Casework"))
        drafts.register("consent.consent", draftable)
        home.register(owed.consents)
        following.register(Consent)
        gates.register(
            gates.Gate(
                categories=categories,
                gated=gated,
                settle=settle,
                reach=reach,
                asking=asking,
                episodes=in_episodes,
            )
        )
        clock.register("recover consent papers", 60, press.recover)
