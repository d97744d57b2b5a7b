"""Interests: asked, declared, recorded for somebody, and lifted.  The bar itself is written by `cases`."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar
from cases.workflow.access import bar, lift_bar
from core.history import noting
from core.models import StaleVersion
from core.recording import record
from meetings.models import AgendaItem, Recusal
from meetings.rules import recusal as rules
from meetings.workflow.presence import item_changed, lose_item, regain_item

State = Recusal.State


@transaction.atomic
def ask_interest(*, by, item: AgendaItem, member) -> Recusal:
    """The desk asks *member* whether they have an interest in *item*; an answer that was given stands."""
    if not rules.may_keep_interests(by, item.meeting):
        raise PermissionDenied
    found = _found(item, member)
    if found:
        return found
    asked = Recusal(item=item, member=member, agency=member.agency, state=State.ASKED, asked_by=by)
    _insert(noting(asked, by=by, reason="asked"))
    record("interest.asked", by=by, thing=asked, case_id=item.listing.case_id, panel_id=item.meeting.panel_id)
    return asked


@transaction.atomic
def declare_interest(*, by, item: AgendaItem, member=None, whole_agency: bool = False) -> Recusal:
    """*member* (default *by*) stays away from *item*: its case closes to them everywhere, or to their whole agency.

    The desk may record it for somebody else.  Writes the bar, and the names to lead an item that has lost its chair
    are asked when it is opened.  Recorded with the bar; nobody is told why.  Declared again it stays as it is, save
    that the whole agency may follow the member.
    """
    member = member or by
    if member.pk != by.pk and not rules.may_keep_interests(by, item.meeting):
        raise PermissionDenied
    _require_open(item)
    case, before = item.listing.case, _found(item, member)
    if before and before.state == State.RECUSED and (before.whole_agency or not whole_agency):
        return before
    written = bar(
        by=by,
        reason=Bar.Reason.RECUSAL,
        case=case,
        **({"agency": member.agency} if whole_agency else {"member": member}),
    )
    recusal = _answer(
        by, item, member, before, state=State.RECUSED, reason="declared", whole_agency=whole_agency, bar=written
    )
    record(
        "interest.declared",
        by=by,
        thing=recusal,
        case_id=case.pk,
        panel_id=item.meeting.panel_id,
        detail={"whole_agency": whole_agency},
    )
    lose_item(by=by, item=item, member=member, whole_agency=whole_agency)
    return recusal


@transaction.atomic
def declare_no_interest(*, by, item: AgendaItem) -> Recusal:
    """*by* answers that they have no interest in *item*; somebody who stays away cannot undo that alone."""
    _require_open(item)
    before = _found(item, by)
    if before and before.state == State.RECUSED:
        raise PermissionDenied
    recusal = _answer(by, item, by, before, state=State.NONE, reason="no_interest")
    record("interest.denied", by=by, thing=recusal, case_id=item.listing.case_id, panel_id=item.meeting.panel_id)
    return recusal


@transaction.atomic
def lift_recusal(*, by, recusal: Recusal, why: str) -> Recusal:
    """The desk lets somebody back to an item; *why* is a code (`declared_in_error`, `resolved`).

    Every bar that came of it goes, also that of a declaration before it; not one by which a colleague who declared
    an interest for the whole agency stays away.  Nobody lifts what binds themselves.
    """
    item = recusal.item
    if not rules.may_keep_interests(by, item.meeting) or Bar.objects.against(by).on(item.listing).exists():
        raise PermissionDenied
    if recusal.state != State.RECUSED:
        raise ValidationError(_("This recusal is not in force."))
    for standing in _bars_of(recusal):
        lift_bar(by=by, bar=standing, why=why)
    recusal.state = State.NONE
    noting(recusal, by=by, reason=why).save_over(recusal.version)
    record(
        "interest.lifted",
        by=by,
        thing=recusal,
        case_id=item.listing.case_id,
        panel_id=item.meeting.panel_id,
        reason=why,
    )
    regain_item(by=by, item=item, member=recusal.member, whole_agency=recusal.whole_agency)
    return recusal


def _found(item, member) -> Recusal | None:
    """What *member* said of *item* so far.  Two answers at once wait for one another."""
    AgendaItem.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    return Recusal.objects.filter(item=item, member=member).first()


def _answer(by, item, member, before, *, state, reason, whole_agency=False, bar=None) -> Recusal:
    recusal = before or Recusal(item=item, member=member, agency=member.agency)
    recusal.state, recusal.whole_agency, recusal.bar = state, whole_agency, bar
    recusal.declared_at, recusal.declared_by = timezone.now(), by
    noting(recusal, by=by, reason=reason)
    if before is None:
        _insert(recusal)
    else:
        recusal.save_over(recusal.version)
    item_changed(item)
    return recusal


def _insert(recusal: Recusal) -> None:
    try:
        with transaction.atomic():
            recusal.save(force_insert=True)
    except IntegrityError as error:
        raise StaleVersion(recusal) from error


def _bars_of(recusal: Recusal) -> list[Bar]:
    """The live bars that *recusal* and earlier declarations of the same member wrote, and nobody else stays away by."""
    others = Recusal.objects.standing().exclude(member=recusal.member).filter(bar__isnull=False)
    written = Q(pk=recusal.bar_id) | Q(member=recusal.member, case=recusal.item.listing.case_id)
    return list(Bar.objects.live().filter(written, reason=Bar.Reason.RECUSAL).exclude(pk__in=others.values("bar")))


def _require_open(item: AgendaItem) -> None:
    if item.meeting.state not in rules.DECLARABLE:
        raise ValidationError(_("This meeting is over: speak to the coordinator about an interest in the case."))
