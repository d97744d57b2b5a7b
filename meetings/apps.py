"""Calendar, agenda, research, attendance, the live meeting, minutes, documents, letters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from cases import gates, tabs
        from cases.workflow import drafts
        from core import home, navigation
        from meetings import events, owed, timeline_of_meetings  # noqa: F401  (declares this app's audit events)
        from meetings.rules.research import draftable
        from meetings.workflow.presence import lose_case, regain_case
        from partnership.roles import Permission

        tabs.register("meetings", _("Meetings"), "meetings:case_meetings", order=25)
        navigation.register(_("Meetings"), "meetings:calendar", Permission.ATTEND, order=20, group=_("Meetings"))
        for provider in (owed.returns, owed.presenting, owed.freezing):
            home.register(provider)
        drafts.register("meetings.return", draftable)
        gates.register_room(gates.Room(lose=lose_case, regain=regain_case))
        timeline_of_meetings.register()
        self._ready_for_sittings()
        self._ready_for_letters()

    def _ready_for_sittings(self):
        """Duties of a sitting on the home page, its idle time, and the guard of approved minutes."""
        from django.db.models.signals import post_migrate

        from cases import gates
        from cases.rules import contact
        from consent import stopping
        from core import clock, home
        from disclosures.rules import passages
        from meetings import duties, guards
        from meetings.rules.hearing import may_be_told
        from meetings.workflow.hearing import close_to_untold, end_untold_actions
        from meetings.workflow.passages import minutes
        from partnership import idle

        for provider in (
            duties.sittings,
            duties.signatures,
            duties.interests,
            duties.checks,
            duties.corrections,
            duties.approvals,
            duties.corrected_versions,
            duties.tellings,
        ):
            home.register(provider)
        idle.register(duties.idle_minutes)
        contact.register_errand(_cases_to_tell)
        passages.register(minutes)
        stopping.register(close_to_untold)
        clock.register("end actions of whom nobody tells", 60, end_untold_actions)
        gates.register_hearing(may_be_told)
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="approved minutes")

    def _ready_for_letters(self):
        """The round of the post, the mending of documents that a stopped worker left, and what members see of both."""
        from core import clock, home, navigation
        from meetings import owed_letters
        from meetings.workflow.dispatch import post_round
        from meetings.workflow.documents import recover_documents
        from partnership.roles import Permission

        clock.register("post letters", 30, post_round)
        clock.register("recover documents", 60, recover_documents)
        navigation.register(_("Letters"), "meetings:letters", Permission.SEND, order=60, group=_("Meetings"))
        for provider in (owed_letters.decisions, owed_letters.received):
            home.register(provider)


def _cases_to_tell(member):
    """Ids of the cases whose victim *member* has to tell, and so may reach, as `meetings:tellings` shows them."""
    from meetings.models import ItemOutcome

    return ItemOutcome.objects.to_tell(member).filter(told_at__isnull=True).order_by().values("item__listing__case")
