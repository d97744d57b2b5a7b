"""Every time information leaves: request, decision, release, and requests from outside."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from disclosures import events  # noqa: F401  (declares this app's audit events)

        self._ready_for_requests()
        self._ready_for_releases()
        self._ready_for_extracts()
        self._ready_for_outside()

    def _ready_for_requests(self):
        """Requests, decisions and their clock: tab, navigation, home page, drafts."""
        from cases import tabs
        from cases.workflow import drafts
        from core import clock, home, navigation
        from disclosures import owed
        from disclosures.views import decision, request
        from disclosures.workflow import looking, override, round
        from partnership.roles import Permission

        tabs.register("requests", _("Requests"), "disclosures:case_requests", order=27)
        navigation.register(
            _("Requests"), "disclosures:requests", Permission.ASK_DISCLOSURE, order=62, group=_("Sharing")
        )
        navigation.register(
            _("Decisions"),
            "disclosures:desk",
            Permission.DECIDE_DISCLOSURE,
            order=64,
            also=("disclosures:register", "disclosures:decision"),
            group=_("Sharing"),
        )
        home.register(owed.decisions)
        home.register(owed.overrides)
        home.register(owed.requests)
        drafts.register("disclosures.disclosure", request.draftable)
        drafts.register("disclosures.decision", decision.draftable)
        clock.register("lapse decisions", 60, round.lapse_decisions)
        clock.register("escalate vacancies", 60, round.escalate_vacancies)
        clock.register("escalate reviews", 300, round.escalate_reviews)
        clock.register("remind of overrides", 3600, override.remind_of_overrides)
        clock.register("remind of decisions to look at again", 3600, looking.remind_of_reviews)
        clock.register("end renewals", 3600, round.end_renewals)
        clock.register("forget what is held no more", 3600, round.forget_unheld)
        clock.register("take up deferred decisions", 3600, round.take_up_deferred)

    def _ready_for_extracts(self):
        """Depersonalised extracts: navigation and clock."""
        from core import clock, home, navigation
        from disclosures import owed_extracts
        from disclosures.workflow.extract_paper import press
        from disclosures.workflow.gathering import recover_extracts
        from partnership.roles import Permission

        # Who has the page of releases finds the extracts there.
        alone = lambda member: member.may(Permission.READ_EXTRACT) and not member.may(Permission.ASK_DISCLOSURE)  # noqa: E731
        navigation.add(_("Extracts"), "disclosures:extracts", is_for=alone, order=66, group=_("Sharing"))
        home.register(owed_extracts.recalled)
        clock.register("recover extracts", 300, recover_extracts)
        clock.register("recover papers of extracts", 300, press.recover)

    def _ready_for_releases(self):
        """Releases, their letters and papers, and their clock."""
        from consent import stopping
        from core import clock, home, navigation
        from disclosures import owed_releases
        from disclosures.workflow.consent_ended import stop_ended, stop_releases
        from disclosures.workflow.post import press, release_post
        from disclosures.workflow.release_round import release_round
        from partnership.roles import Permission

        stopping.register(stop_releases)
        clock.register("stop what consent ended", 30, stop_ended)
        navigation.register(
            _("Released"),
            "disclosures:releases",
            Permission.ASK_DISCLOSURE,
            order=66,
            also=("disclosures:extracts",),
            group=_("Sharing"),
        )
        home.register(owed_releases.received)
        home.register(owed_releases.answered_for)
        home.register(owed_releases.depending)
        clock.register("follow releases", 300, release_round)
        clock.register("post releases", 30, release_post.round)
        clock.register("recover disclosure papers", 60, press.recover)

    def _ready_for_outside(self):
        """Requests from outside, their consultations and answers, and their clock."""
        from cases.workflow import drafts
        from core import clock, home, navigation
        from disclosures import owed_outside
        from disclosures.views import answer
        from disclosures.workflow.consultation import remind_of_consultations, remind_of_requests
        from disclosures.workflow.printing import recover_answers
        from partnership.roles import Permission

        navigation.register(
            _("From outside"),
            "disclosures:outsides",
            Permission.HANDLE_OUTSIDE_REQUESTS,
            order=67,
            also=("disclosures:consultations",),
            group=_("Sharing"),
        )
        drafts.register("disclosures.outsiderequest", answer.draftable)
        home.register(owed_outside.outside_requests)
        home.register(owed_outside.consultations)
        clock.register("remind of consultations", 3600, remind_of_consultations)
        clock.register("remind of requests from outside", 3600, remind_of_requests)
        clock.register("recover answers", 60, recover_answers)
