"""What members owe in this app, for the home page."""

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cases.models import Action, Conflict, Majority, Merge, MergeTold, PossibleSame, Referral, VictimContact
from cases.rules import track as track_rules
from cases.rules.action import ENDINGS
from cases.schemes import codes_with
from cases.workflow.across import panels_nobody_spans
from core.home import Owed
from partnership.models import Agency
from partnership.roles import Permission


def actions(member) -> list[Owed]:
    """The agency's unfinished actions, and at the desk the reports that wait to be accepted."""
    owed = []
    if member.may(Permission.DO_ACTION):
        mine = Action.objects.visible_to(member).unfinished().filter(agency_id=member.agency_id)
        found = mine.order_by().aggregate(count=Count("pk"), due=Min("due_on"))
        owed.append(
            Owed(
                what=ngettext("Action of your agency to finish", "Actions of your agency to finish", found["count"]),
                count=found["count"],
                due=found["due"],
                url=reverse("cases:actions"),
                kind="action",
            )
        )
    if member.may(Permission.ACCEPT_CLOSURE):
        waiting = Action.objects.visible_to(member).filter(
            Q(state__in=ENDINGS), accepted_at__isnull=True, case__panel_id__in=member.desk_panels()
        )
        count = waiting.order_by().count()
        owed.append(
            Owed(
                what=ngettext("Report on an action to accept", "Reports on actions to accept", count),
                count=count,
                due=None,
                url=reverse("cases:actions") + "?show=reported",
                kind="decision",
            )
        )
    return owed


def referrals(member) -> list[Owed]:
    """Referrals of the agency to finish, those that came back to it, and at the desk those to screen."""
    owed, state = [], Referral.State
    if member.may(Permission.REFER):
        own = Referral.objects.visible_to(member).filter(agency_id=member.agency_id).order_by()
        counts = own.aggregate(
            drafts=Count("pk", filter=Q(state=state.DRAFT)), returned=Count("pk", filter=Q(state=state.RETURNED))
        )
        for what, count in (
            (ngettext("Referral to finish", "Referrals to finish", counts["drafts"]), counts["drafts"]),
            (
                ngettext(
                    "Referral returned for more information",
                    "Referrals returned for more information",
                    counts["returned"],
                ),
                counts["returned"],
            ),
        ):
            owed.append(Owed(what=what, count=count, due=None, url=reverse("cases:referrals"), kind="referral"))
    if member.may(Permission.CONTACT_VICTIM) and member.agency.kind == Agency.Kind.IDVA:
        contacts = VictimContact.objects.filter(referral=OuterRef("pk"))
        told = Referral.objects.told_at_once(member).filter(
            ~Exists(contacts), panel__scheme__in=codes_with("contact"), state__in=[state.SUBMITTED, state.ACCEPTED]
        )
        count = told.order_by().count()
        owed.append(
            Owed(
                what=ngettext("Victim to contact before the meeting", "Victims to contact before the meeting", count),
                count=count,
                due=None,
                url=reverse("cases:referrals"),
                kind="contact",
            )
        )
    if member.may(Permission.SCREEN):
        waiting = Referral.objects.visible_to(member).filter(panel__in=member.panels_with(Permission.SCREEN)).waiting()
        count = waiting.order_by().count()
        owed.append(
            Owed(
                what=ngettext("Referral to screen", "Referrals to screen", count),
                count=count,
                due=None,
                url=reverse("cases:screening"),
                kind="decision",
            )
        )
    return owed


def people(member) -> list[Owed]:
    """Records of one person or two: what waits for a second person, what changed, what two panels may share."""
    owed = []
    if member.may(Permission.APPROVE_MERGE):
        waiting = Merge.objects.visible_to(member).waiting().exclude(proposed_by=member.pk)
        count = waiting.order_by().count()
        what = ngettext("Proposal that two records are one person", "Proposals that two records are one person", count)
        owed.append(Owed(what=what, count=count, due=None, url=reverse("cases:merges"), kind="decision"))
    if len(member.panels_with(Permission.MATCH_ACROSS)) > 1:
        count = PossibleSame.objects.visible_to(member).unsettled().order_by().count()
        what = ngettext("Possible same person on two panels", "Possible same people on two panels", count)
        owed.append(Owed(what=what, count=count, due=None, url=reverse("cases:across"), kind="decision"))
    if member.may(Permission.VIEW_CASE):
        count = MergeTold.objects.visible_to(member).unread().order_by().count()
        what = ngettext("Change to records that you work with", "Changes to records that you work with", count)
        owed.append(Owed(what=what, count=count, due=None, url=reverse("cases:merge_news"), kind="decision"))
    if member.may(Permission.KEEP_CASE):
        count = Majority.objects.visible_to(member).waiting().order_by().count()
        what = ngettext("Person who turned 18", "People who turned 18", count)
        owed.append(Owed(what=what, count=count, due=None, url=reverse("cases:majorities"), kind="decision"))
        tried = Conflict.objects.visible_to(member).standing().with_attempts().filter(was_tried=True)
        count = tried.order_by().count()
        what = ngettext("Member who asked for a case in vain", "Members who asked for a case in vain", count)
        owed.append(Owed(what=what, count=count, due=None, url=reverse("cases:tried_conflicts"), kind="decision"))
    if member.may(Permission.KEEP_MEMBERS):
        count = len(panels_nobody_spans(member.agency.partnership))
        what = ngettext(
            "Pair of panels without anybody who coordinates both",
            "Pairs of panels without anybody who coordinates both",
            count,
        )
        owed.append(Owed(what=what, count=count, due=None, url=reverse("partnership:members"), kind="setting"))
    return owed


def tracks(member) -> list[Owed]:
    """The running tracks that the member's desk or agency manages and that are overdue, or due within seven days."""
    if not track_rules.has_tracks(member):
        return []
    due_by = timezone.localdate() + track_rules.SOON
    pressing = track_rules.find_track(member).filter(is_managing=True, due_on__lte=due_by).running()
    found = pressing.order_by().aggregate(count=Count("pk"), due=Min("due_on"))
    return [
        Owed(
            what=ngettext("Case whose status is due", "Cases whose status is due", found["count"]),
            count=found["count"],
            due=found["due"],
            url=reverse("cases:tracks"),
            kind="case",
        )
    ]
