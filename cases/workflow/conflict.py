"""A member who is, or is close to, a person of a case: declared or marked, kept away by the verb that bars, lifted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails, gates
from cases.models import Bar, Case, Conflict
from cases.rules import conflict as rules
from cases.workflow.access import bar, lift_bar
from core.history import noting
from core.recording import record


@transaction.atomic
def declare_conflict(*, by, case: Case, relation: str, words: str = "") -> Conflict:
    """*by*, who sees *case*, says who they are to a person of it, and is kept from it everywhere from this instant.

    Where it is being heard it leaves their open screen.
    """
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise PermissionDenied
    return _mark(by=by, case=case, member=by, relation=relation, words=words, whole_agency=False, senior=None)


@transaction.atomic
def mark_conflict(
    *, by, case: Case, member, relation: str, words: str = "", whole_agency: bool = False, senior=None
) -> Conflict:
    """The desk says who *member* is to a person of *case*; *whole_agency* keeps every colleague from it, too.

    *senior* is the officer of that agency through whom alone the desk speaks to it about the case, and is asked by
    letter to telephone; the letter says nothing else.  Recorded with the bars.  Practice: marac.md §1.5.
    """
    if not rules.may_mark(by, case):
        raise PermissionDenied
    if member.pk == by.pk:
        raise ValidationError({"member": _("Declare your own interest on the page of the case.")})
    if senior and (senior.pk == member.pk or senior.agency_id != member.agency_id):
        raise ValidationError({"senior": _("Choose somebody else of the same agency.")})
    written = _mark(
        by=by, case=case, member=member, relation=relation, words=words, whole_agency=whole_agency, senior=senior
    )
    if senior:
        emails.ask_senior(senior.email)
    return written


@transaction.atomic
def lift_conflict(*, by, conflict: Conflict, seen: int) -> None:
    """Let the member see the case again, as far as anything opens it to them; nobody lifts what binds themselves."""
    if not rules.may_mark(by, conflict.case) or conflict.member_id == by.pk:
        raise PermissionDenied
    if conflict.lifted_at:
        raise ValidationError(_("This was lifted already."))
    conflict.lifted_at, conflict.lifted_by = timezone.now(), by
    noting(conflict, by=by, reason="lifted").save_over(seen)
    for written in filter(None, (conflict.bar, conflict.agency_bar)):
        others = Conflict.objects.standing().filter(case=conflict.case_id)
        if written.until is None and not (others.filter(bar=written) | others.filter(agency_bar=written)).exists():
            lift_bar(by=by, bar=written, why="resolved")
    gates.regain(by=by, case=conflict.case, **_kept(conflict.member, conflict.whole_agency))
    record("conflict.lifted", by=by, thing=conflict, case_id=conflict.case_id, panel_id=conflict.case.panel_id)


@transaction.atomic
def note_looked(*, by, case: Case) -> None:
    """The desk has seen who asked for *case* in vain."""
    for conflict in Conflict.objects.visible_to(by).standing().filter(case=case):
        conflict.looked_at = timezone.now()
        noting(conflict, by=by, reason="looked").save_over(conflict.version)


def _mark(*, by, case: Case, member, relation: str, words: str, whole_agency: bool, senior) -> Conflict:
    if relation not in Conflict.Relation.values:
        raise ValidationError({"relation": _("Choose who they are to a person of the case.")})
    if not rules.desk_without(case, member, whole_agency=whole_agency):
        raise ValidationError(
            _("Then nobody at the panel’s desk could see this case. Another coordinator or chair is needed first.")
        )
    reason = Bar.Reason.CONFLICT
    conflict = Conflict(
        key=case.key,
        case=case,
        member=member,
        agency=member.agency,
        relation=relation,
        words=words.strip(),
        whole_agency=whole_agency,
        senior=senior,
        bar=bar(by=by, reason=reason, case=case, member=member),
        agency_bar=bar(by=by, reason=reason, case=case, agency=member.agency) if whole_agency else None,
        declared_at=timezone.now(),
        declared_by=by,
    )
    try:
        with transaction.atomic():
            noting(conflict, by=by, reason="conflict").save(force_insert=True)
    except IntegrityError:
        raise ValidationError(_("This member is kept from the case already.")) from None
    gates.lose(by=by, case=case, **_kept(member, whole_agency))
    record(
        "conflict.declared",
        by=by,
        thing=conflict,
        case_id=case.pk,
        panel_id=case.panel_id,
        detail={"whole_agency": whole_agency, "own": by.pk == member.pk},
    )
    return conflict


def _kept(member, whole_agency: bool) -> dict:
    return {"agency": member.agency} if whole_agency else {"member": member}
