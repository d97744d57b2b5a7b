"""Who is here and what they may do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipConfig(AppConfig):
    name = "partnership"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import clock, home, navigation
        from partnership.owed import protocol_owed, settings_owed
        from partnership.roles import Permission
        from partnership.sign_in.sessions import SessionStore
        from partnership.workflow.organisation import warn_of_certificates, warn_of_signing_certificate
        from partnership.workflow.standing import follow_the_clock

        navigation.register(_("Home"), "home", order=10)
        navigation.register(
            _("Members"), "partnership:members", Permission.KEEP_MEMBERS, order=80, group=_("Administration")
        )
        navigation.register(
            _("Agencies"), "partnership:agencies", Permission.KEEP_SETTINGS, order=82, group=_("Administration")
        )
        navigation.register(
            _("Protocol"),
            "partnership:register",
            Permission.KEEP_REGISTER,
            order=84,
            also=("partnership:joining", "partnership:change_signatory", "partnership:confirm_exit"),
            group=_("Administration"),
        )
        navigation.register(
            _("Settings"), "partnership:partnership", Permission.KEEP_SETTINGS, order=86, group=_("Administration")
        )
        home.register(settings_owed)
        home.register(protocol_owed)
        clock.register("certificate warnings", 6 * 3600, warn_of_certificates)
        clock.register("signing certificate warning", 6 * 3600, warn_of_signing_certificate)
        clock.register("standings that ended", 60, follow_the_clock)
        clock.register("old sessions", 3600, SessionStore.clear_expired)
