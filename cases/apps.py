"""People, cases, referrals, who is involved, what is known and what is to be done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from audit.forms import resolve_references_by
        from cases import events, events_of_asb, owed  # noqa: F401  (declares this app's audit events; says what members owe)
        from cases.models import Track
        from cases.rules import cohort, entry, track
        from cases.rules.settings import kinds_of_panels
        from cases.workflow import drafts, following
        from cases.workflow.across import look_across
        from cases.workflow.person import raise_majorities
        from cases.workflow.progress import remind_of_actions
        from cases.workflow.referral import find_for_draft
        from core import clock, home, navigation, notices
        from partnership.kinds import tell_kinds
        from partnership.roles import Permission

        tell_kinds(kinds_of_panels)
        _tabs_and_timeline()
        _lists_brought_in()
        _case_reviews()
        _mappa()
        resolve_references_by(_id_of)
        navigation.register(_("Cases"), "cases:list", Permission.VIEW_CASE, order=30, group=_("Casework"))
        navigation.add(_("Status"), "cases:tracks", is_for=track.has_tracks, order=35, group=_("Casework"))
        navigation.register(_("Actions"), "cases:actions", Permission.DO_ACTION, order=50, group=_("Casework"))
        navigation.add(
            _("Cohort"),
            "cases:cohort",
            is_for=lambda member: bool(cohort.cohort_panels(member)),
            order=36,
            group=_("Casework"),
        )
        navigation.register(
            _("Search"),
            "cases:search",
            Permission.SEARCH,
            order=60,
            also=("cases:merges", "cases:majorities", "cases:tried_conflicts"),
            group=_("Casework"),
        )
        home.register(owed.actions)
        home.register(owed.tracks)
        drafts.register("cases.case", track.draftable_case)
        drafts.register("cases.track", track.draftable_track)
        drafts.register("cases.sheet", track.draftable_sheet)
        drafts.register("cases.listing", entry.draftable_listing)
        drafts.register("cases.entry", entry.draftable_entry)
        home.register(owed.referrals)
        home.register(owed.people)
        navigation.register(_("Referrals"), "cases:referrals", Permission.REFER, order=40, group=_("Casework"))
        navigation.register(_("Screening"), "cases:screening", Permission.SCREEN, order=45, group=_("Casework"))
        drafts.register("cases.referral", find_for_draft)
        clock.register("remind of actions", 3600, remind_of_actions)
        clock.register("compare people of two panels", 3600, look_across)
        following.register(Track)
        clock.register("note who came of age", 6 * 3600, raise_majorities)
        clock.register("send notices again", 60, notices.try_again)


def _lists_brought_in() -> None:
    from cases import events_of_supplies  # noqa: F401  (declares their audit events)
    from cases.owed_supplies import supplies
    from cases.rules.supply import panels_for
    from cases.workflow.supply_ending import lapse_supplies
    from cases.workflow.supply_work import recover_supplies
    from core import clock, home, navigation

    navigation.add(
        _("Lists"), "cases:supplies", is_for=lambda member: bool(panels_for(member)), order=46, group=_("Casework")
    )
    home.register(supplies)
    clock.register("lapse lists brought in", 3600, lapse_supplies)
    clock.register("recover lists brought in", 300, recover_supplies)


def _case_reviews() -> None:
    from cases.owed_asb import recommendations
    from cases.rules.review_counts import panels_for
    from core import home, navigation

    navigation.add(
        _("Case reviews"),
        "cases:review_counts",
        is_for=lambda member: bool(panels_for(member)),
        order=47,
        group=_("Casework"),
    )
    home.register(recommendations)


def _mappa() -> None:
    from cases import events_of_dip, events_of_mappa, tabs  # noqa: F401  (declare their audit events)
    from cases.rules.mappa import may_read

    tabs.register("mappa", _("MAPPA"), "cases:case_mappa", order=60, is_for=may_read)


def _id_of(reference: str, member):
    """The id of the case or referral of *reference* in the member's partnership: the audit filters by it alone."""
    from cases.models import Case, Referral

    here = {"reference__iexact": reference, "panel__partnership_id": member.agency.partnership_id}
    found = (model.objects.filter(**here).values_list("id", flat=True).first() for model in (Case, Referral))
    return next((record_id for record_id in found if record_id), None)


def _tabs_and_timeline() -> None:
    from cases import tabs, timeline
    from cases.models import Action, Case, Checklist, Entry, Listing, Party, Referral, VictimContact
    from cases.rules.case import entries_closed_until, told_of_entries, told_of_people
    from cases.schemes import scheme_of
    from cases.timeline_of_steps import steps_of

    timeline.tell(steps_of)
    for order, (name, label, url_name) in enumerate(
        [
            ("people", _("People"), "cases:case"),
            ("referral", _("Referral"), "cases:case_referrals"),
            ("entries", _("Entries"), "cases:case_entries"),
            ("actions", _("Actions"), "cases:case_actions"),
            ("history", _("History"), "cases:case_history"),
        ]
    ):
        tabs.register(name, label, url_name, order=order * 10)
    tabs.register(
        "management",
        lambda case: scheme_of(case.panel).management_word,
        "cases:case_management",
        order=25,
        is_for=lambda member, case: bool(scheme_of(case.panel).tracks or scheme_of(case.panel).sheets),
    )
    timeline.register(_("Case"), lambda member, case: Case.objects.visible_to(member).filter(pk=case.pk))
    timeline.register(
        _("Person"), lambda member, case: Party.objects.visible_to(member).filter(case=case), shown=told_of_people
    )
    timeline.register(
        _("Entry"),
        lambda member, case: told_of_entries(Entry.objects.visible_to(member).filter(case=case), member, case),
        since=entries_closed_until,
    )
    timeline.register(
        _("Listing"), lambda member, case: Listing.objects.visible_to(member).filter(case=case), begins={"type"}
    )
    for label, model, column in [
        (_("Referral"), Referral, "case"),
        (_("Action"), Action, "case"),
        (_("Risk checklist"), Checklist, "referral__case"),
        (_("Contact with the victim"), VictimContact, "referral__case"),
    ]:
        timeline.register(
            label,
            lambda member, case, model=model, column=column: model.objects.visible_to(member).filter(**{column: case}),
        )
