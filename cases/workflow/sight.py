"""Keeping people from a referral: agencies that employ a party (by itself), and whom the author leaves out."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import gates
from cases.models import Bar, Involvement, Party, Referral
from cases.models.access import Stage
from cases.rules import referral as rules
from cases.rules import sight
from cases.workflow.access import bar, end_involvement, involve, lift_bar
from core.recording import record
from partnership.models import Member


@transaction.atomic
def guard_conflicts(*, by, referral: Referral) -> None:
    """Bar every agency that employs somebody whose part makes that a conflict, and no other, from *referral*.

    Where that is the referrer's own agency, its referral stays with the one who wrote it and its other members are
    barred one by one.  Bars that no longer have a cause are lifted.  Practice: marac.md §1.5, employee cases.
    """
    employing = sight.employers(Party.objects.with_key().current().filter(referral=referral), referral.panel)
    standing = list(Bar.objects.live().filter(referral=referral, reason=Bar.Reason.CONFLICT))
    for agency_id in employing - {referral.agency_id}:
        bar(by=by, reason=Bar.Reason.CONFLICT, referral=referral, agency=_agency(referral, agency_id))
    own = referral.agency_id in employing
    colleagues = _colleagues(referral) if own else []
    for colleague in colleagues:
        bar(by=by, reason=Bar.Reason.CONFLICT, referral=referral, member=colleague)
    keep = (employing - {referral.agency_id}) | {colleague.pk for colleague in colleagues}
    for old in standing:
        if (old.agency_id or old.member_id) not in keep:
            lift_bar(by=by, bar=old, why="no_conflict")
    _narrow(by=by, referral=referral, to_author=own)


@transaction.atomic
def exclude(*, by, referral: Referral, agencies, members) -> None:
    """Leave exactly these *agencies* and *members* out of *referral*, in place of those left out before.

    Refused for others than its writers, for the own agency or oneself, and where nobody could screen it any more.
    """
    if not rules.may_write(by, referral):
        raise ValidationError(_("This referral cannot be changed any more."))
    wanted = {agency.pk: agency for agency in agencies} | {member.pk: member for member in members}
    if by.pk in wanted or referral.agency_id in wanted:
        raise ValidationError(_("You cannot leave out yourself or your own agency."))
    conflicts = {b.agency_id or b.member_id for b in _live_bars(referral, Bar.Reason.CONFLICT)}
    if not sight.screeners(referral.panel, but=frozenset(wanted) | conflicts):
        raise ValidationError(
            _(
                "Then nobody at the panel’s desk could see this referral. Leave at least one coordinator, "
                "or telephone the panel before you send it."
            )
        )
    for old in _live_bars(referral, Bar.Reason.EXCLUDED):
        if (old.agency_id or old.member_id) not in wanted:
            lift_bar(by=by, bar=old, why="author")
    for thing in wanted.values():
        whom = {"member": thing} if isinstance(thing, Member) else {"agency": thing}
        bar(by=by, reason=Bar.Reason.EXCLUDED, referral=referral, **whom)


@transaction.atomic
def tell_at_once(*, by, referral: Referral) -> list:
    """Let the desk see *referral*, and those told at once who are not barred; returns the agencies told."""
    involve(by=by, panel=referral.panel, referral=referral, stage=Stage.DESK, why="submitted")
    barred = sight.barred_ids(referral)
    told = [agency for agency in sight.agencies_told_at_once(referral.panel) if agency.pk not in barred]
    for agency in told:
        involve(by=by, panel=referral.panel, referral=referral, agency=agency, stage=Stage.INFORMED, why="told_at_once")
    if told:
        record(
            "referral.disclosed",
            by=by,
            thing=referral,
            panel_id=referral.panel_id,
            case_id=referral.case_id,
            recipients=[{"kind": "agency", "id": str(agency.pk), "name": agency.name} for agency in told],
        )
    return told


def carry_bars(*, by, referral: Referral, case) -> bool:
    """Let every bar of *referral* hold for its *case* too; whether there is a conflict of interest among them."""
    bars = list(Bar.objects.live().filter(referral=referral).select_related("agency", "member"))
    for old in bars:
        bar(by=by, reason=old.reason, case=case, agency=old.agency, member=old.member, until=old.until)
        gates.lose(by=by, case=case, agency=old.agency, member=old.member)
    return any(old.reason == Bar.Reason.CONFLICT for old in bars)


def _live_bars(referral, reason) -> list[Bar]:
    return list(Bar.objects.live().filter(referral=referral, reason=reason))


def _agency(referral, agency_id):
    from partnership.models import Agency

    return Agency.objects.get(pk=agency_id, partnership=referral.panel.partnership_id)


def _colleagues(referral) -> list[Member]:
    return list(Member.objects.active().filter(agency=referral.agency_id).exclude(pk=referral.written_by_id))


def _narrow(*, by, referral, to_author: bool) -> None:
    """Hold the referrer's involvement by the author alone, or by the whole agency again."""
    holder = Involvement.Holder
    wanted, other = (holder.MEMBER, holder.AGENCY) if to_author else (holder.AGENCY, holder.MEMBER)
    live = list(Involvement.objects.live().filter(referral=referral, stage=Stage.REFERRAL))
    if not any(involvement.holder == wanted for involvement in live):
        member = referral.written_by if to_author else None
        involve(
            by=by,
            panel=referral.panel,
            referral=referral,
            agency=referral.agency,
            member=member,
            stage=Stage.REFERRAL,
            why="conflict" if to_author else "referred",
        )
    for involvement in live:
        if involvement.holder == other:
            end_involvement(by=by, involvement=involvement, why="conflict" if to_author else "no_conflict")
