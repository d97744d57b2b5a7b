"""What a recipient, and the liaison officers of both sides, may do with what was released."""

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar
from cases.models.access import FOR_CONSENT
from disclosures.models import Decision, DecisionItem, NoticeAction, NoticeReceipt, Release, ReleaseNotice
from disclosures.models.codes import Condition, Method
from disclosures.rules.request import has_standing
from partnership.roles import Permission
from partnership.rules import may_decide

S = Release.State
USE_DAYS = 30  # from receipt, where no day was set: docs/decisions/0064-a-latest-day-for-what-serves-a-purpose.md
ENDS_USE = (Release.Use.YES, Release.Use.NO)
CLOSING = {
    Release.Ending.DESTROYED: frozenset(Release.How) - {Release.How.HANDED_BACK},
    Release.Ending.RETURNED: frozenset({Release.How.HANDED_BACK}),
}


def is_recipient(member, release: Release) -> bool:
    """Whether *member* is the person named, still of the agency named."""
    return release.member_id == member.pk and release.agency_id == member.agency_id


def is_open_to(member, release: Release) -> bool:
    """Whether *member* may have the words at this instant: named, acknowledged, standing, unbarred, not over."""
    return Release.objects.openable_by(member).filter(pk=release.pk).exists()


def may_acknowledge(member, release: Release) -> bool:
    """Whether *member* may accept the conditions: what is spoken is accepted where it is told."""
    return is_recipient(member, release) and release.state == S.WAITING and release.method != Method.SPOKEN


def may_copy(release: Release) -> bool:
    """Whether the conditions let the recipient print it and take it out as a file."""
    return Condition.NO_COPY not in release.decision.conditions


def may_give(member, release: Release) -> bool:
    """Whether *member* may record that they told the recipient."""
    return release.state == S.WAITING and release.method == Method.SPOKEN and decides_on(member, release)


def may_report(member, release: Release) -> bool:
    """Whether the recipient may say what it served: once received, until the words are gone."""
    return is_recipient(member, release) and was_received(release) and release.state in (S.OPEN, S.GIVEN)


def may_confirm(member, release: Release) -> bool:
    """Whether the recipient may confirm destruction or return; also after a recall, and after its key was destroyed."""
    return is_recipient(member, release) and release.confirmed_at is None and release.acknowledged_at_or_given


def may_keep(receipt: NoticeReceipt) -> bool:
    """Whether what *receipt* is about may stay on another lawful basis: its consent has ended, and nothing is wrong."""
    return receipt.notice.reason == ReleaseNotice.Reason.CONSENT and receipt.notice.kind == ReleaseNotice.Kind.RECALL


def may_extend(member, release: Release) -> bool:
    """Whether *member*, for the originator, may let the recipient keep it longer."""
    return release.state in (S.WAITING, S.OPEN, S.GIVEN) and decides_on(member, release)


def may_ask_longer(member, release: Release) -> bool:
    """Whether the recipient may ask to keep it longer: while they have it, and no wish of theirs waits."""
    return may_report(member, release) and release.confirmed_at is None and release.asked_at is None


def may_refuse_longer(member, release: Release) -> bool:
    """Whether *member*, for the originator, may refuse the recipient's wish to keep it longer."""
    return release.asked_at is not None and decides_on(member, release)


def may_warn(member, decision: Decision) -> bool:
    """Whether *member*, for the originator, may correct or recall what *decision* released."""
    is_out = decision.shares and decision.state in (Decision.State.DECIDED, Decision.State.SUPERSEDED)
    return is_out and may_decide(member, decision.originator)


def may_look_at(member, flagged: NoticeAction) -> bool:
    """Whether *member*, who sees the action, may say that it was looked at again: its agency, or the panel's desk."""
    action = flagged.action
    own = action.agency_id == member.agency_id and member.may(Permission.DO_ACTION, action.case.panel_id)
    return own or action.case.panel_id in member.desk_panels()


def decides_on(member, release: Release) -> bool:
    """Whether *member* is liaison officer, or deputy, of the agency whose information it is."""
    return may_decide(member, release.decision.originator)


def was_received(release: Release) -> bool:
    """Whether it is, or may be, in the recipient's hands: by opening, by word of mouth, or by mail."""
    told = release.first_opened_at is not None or release.given_at is not None
    return told or Release.objects.received().filter(pk=release.pk).exists()


def due_state(release: Release, on=None) -> str:
    """How the row's destruction stands: "none", "ahead", "soon" (within a week), "overdue", "done", or "kept".

    What is kept stays with its recipient on a lawful basis of their own, after the consent ended.
    """
    on = on or timezone.localdate()
    if release.confirmed_at:
        return "done"
    if release.own_basis:
        return "kept"
    lapsed = S.LAPSED in (release.state, release.ends_as)
    if release.state == S.RECALLED or (not lapsed and release.destroy_on and release.destroy_on < on):
        return "overdue"
    if release.destroy_on is None or lapsed:
        return "none"
    return "soon" if (release.destroy_on - on).days <= 7 else "ahead"


def recipient_problems(decision: Decision, recipient, items: list[DecisionItem]) -> list[str]:
    """What keeps *recipient* (a `DecisionRecipient` of a member) from getting *items* at this instant."""
    shown = {"name": recipient.member.name}
    if recipient.member.left_at or not recipient.member.is_active or recipient.member.agency_id != recipient.agency_id:
        return [_("%(name)s can no longer sign in for that agency.") % shown]
    if not has_standing(recipient.agency, decision.disclosure.case_id):
        return [_("%(name)s’s agency may not receive personal information now.") % shown]
    entries = [item.entry_id for item in items if item.entry_id]
    case = decision.disclosure.case_id
    bars = Bar.objects.against(recipient.member)
    of_entries = bars.filter(entry__in=entries).exclude(reason__in=FOR_CONSENT)  # consent is the decision's to ask
    if of_entries.exists() or case and _barred_from_case(bars, case):
        return [_("%(name)s is kept away from this case.") % shown]
    return []


def _barred_from_case(bars, case) -> bool:
    return any(bars.filter(**{column: case}).exists() for column in ("case", "referral__case", "listing__case"))
