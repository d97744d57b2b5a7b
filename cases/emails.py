"""Letters of this app: to whom, and that something waits.  No name, no reference, no word about a case."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.rules.sight import barred_ids
from cases.schemes import scheme_of
from core.notices import notify
from partnership.models import Member
from partnership.roles import Role


def action_reminder(action, *, overdue: bool) -> None:
    """To the owning agency (its named member, else its representatives and deputies): an action is due, or overdue."""
    body = (
        _("An action of your agency is overdue.") if overdue else _("An action of your agency is due within two days.")
    )
    _to_owner(action, subject=_("Confer: an action needs your attention"), body=body)


def action_sent_back(action) -> None:
    """To the owning agency: the desk did not accept the report, and the action is open again."""
    _to_owner(
        action,
        subject=_("Confer: an action needs your attention"),
        body=_("Your report on an action was not accepted, and the action is open again."),
    )


def action_superseded(action) -> None:
    """To the owning agency: the desk ended the action, because another takes its place or none is needed."""
    _to_owner(
        action,
        subject=_("Confer: an action has ended"),
        body=_("An action of your agency was replaced. There is nothing more to do on it."),
    )


def action_ended(action) -> None:
    """To the owning agency, which has no road to the action any more: there is nothing left to do."""
    _to_owner(
        action,
        subject=_("Confer: an action has ended"),
        body=_(
            "An action of your agency has ended. There is nothing more to do on it. Destroy what you wrote down of it."
        ),
        path=reverse("home"),
    )


def referral_submitted(referral, told) -> None:
    """To the panel's coordinators and to those who record victim contact in the agencies *told*, save who is barred."""
    barred = barred_ids(referral)
    desk = Member.objects.holding(Role.COORDINATOR, panel=referral.panel_id)
    agencies = Member.objects.holding(Role.REPRESENTATIVE, Role.DEPUTY, panel=referral.panel_id).filter(
        agency__in=[agency.pk for agency in told]
    )
    path = reverse("cases:referral", args=[referral.pk])
    contact = _("A referral is open to your agency. If you are to contact the victim, read how it is safe first.")
    told_words = contact if scheme_of(referral.panel).has("contact") else _("A referral is open to your agency.")
    for members, body in (
        (desk, _("A referral waits for screening.")),
        (agencies, told_words),
    ):
        open_to = [m.email for m in members if m.pk not in barred and m.agency_id not in barred]
        notify(open_to, subject=_("Confer: a referral waits for you"), body=body, path=path)


def referral_decided(referral, *, body: str) -> None:
    """To whoever wrote and whoever sent a referral: it was accepted, returned or declined."""
    writers = {referral.written_by_id, referral.submitted_by_id} - {None}
    addresses = list(Member.objects.active().filter(pk__in=writers).values_list("email", flat=True))
    notify(addresses, subject=_("Confer: your referral"), body=body, path=reverse("cases:referral", args=[referral.pk]))


def merge_waits(addresses) -> None:
    """To those who could decide, as a second person, whether two records are of one person."""
    notify(
        addresses,
        subject=_("Confer: a decision waits for you"),
        body=_("Somebody proposes that two records are of one person. A second person decides."),
        path=reverse("cases:merges"),
    )


def merge_news(addresses) -> None:
    """To everybody who saw people of two records that were combined, or parted again: one text for both."""
    notify(
        addresses,
        subject=_("Confer: records that you work with were changed"),
        body=_("Records of a person were combined, or parted again. Check what you decided relying on them."),
        path=reverse("cases:merge_news"),
    )


def ask_senior(address) -> None:
    """To the nominated officer of an agency of which somebody is close to a person of a case: to telephone, no more."""
    notify(
        [address],
        subject=_("Confer: please telephone the panel’s coordinator"),
        body=_("Please telephone the coordinator of your panel about a matter that is settled with you alone."),
        path=reverse("home"),
    )


def _to_owner(action, *, subject: str, body: str, path: str = "") -> None:
    if action.member_id and action.member.is_active and action.member.left_at is None:
        addresses = [action.member.email]
    else:
        addresses = list(
            Member.objects.holding(Role.REPRESENTATIVE, Role.DEPUTY, panel=action.case.panel_id)
            .filter(agency_id=action.agency_id)
            .values_list("email", flat=True)
        )
    notify(addresses, subject=subject, body=body, path=path or reverse("cases:action", args=[action.pk]))
