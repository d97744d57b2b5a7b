"""Agreeing actions and changing what was agreed.  What becomes of them afterwards is in `cases.workflow.progress`.

The meeting's own gate (signed, in session, not kept away) is asked by the app above before it calls these.
"""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import gates
from cases.models import Action, Bar, Case, Entry, Involvement, Listing
from cases.models.access import Stage
from cases.rules import action as rules
from cases.rules.track import may_plan
from cases.schemes import scheme_of
from cases.workflow.access import involve
from core.history import noting
from core.recording import record
from partnership.models import Signatory
from partnership.roles import Permission

CHANGEABLE = ("text", "safe_words", "agency", "member", "person_named", "due_on", "risk", "party", "pathway")


@transaction.atomic
def agree_action(
    *,
    by,
    case: Case,
    agency,
    text: str,
    due_on: datetime.date,
    listing: Listing | None = None,
    risk: str = "",
    member=None,
    person_named: str = "",
    safe_words: str = "",
    party=None,
    proposal: Entry | None = None,
    pathway: str = "",
) -> Action:
    """Agree that *agency* does *text* by *due_on*; the next number of the case.

    *risk* is an `Action.Risk`, the scheme's usual where it is not named; *member* or *person_named* who does it;
    *safe_words* what the victim may safely hear; *proposal* the entry it came from; *pathway* makes it a step of the
    plan about a person, which who manages the case may agree outside a meeting.  The owning agency sees the case for
    its action, if it does not already.
    Refused for an agency that stays away from the case or may not be told of it, for a person of another agency, for a
    date gone by.
    Recorded as a collection.
    """
    _require_recorder(by, case, pathway)
    _check(case=case, listing=listing, agency=agency, member=member, text=text, due_on=due_on)
    _must_stand(by, case, agency)
    Case.objects.select_for_update().get(pk=case.pk)  # numbers of one case are given one after another
    if proposal is not None and case.actions.filter(proposal=proposal).exists():
        raise ValidationError(_("This proposal is an action already."))
    last = case.actions.aggregate(last=Max("number"))["last"] or 0
    action = Action(
        key=case.key,
        case=case,
        listing=listing,
        number=last + 1,
        agency=agency,
        member=member,
        person_named=person_named.strip(),
        text=text.strip(),
        safe_words=safe_words.strip(),
        due_on=due_on,
        risk=risk or scheme_of(case.panel).risks[0][0],
        party=party,
        proposal=proposal,
        pathway=pathway,
        agreed_at=timezone.now(),
        agreed_by=by,
    )
    noting(action, by=by, reason="agreed").save(force_insert=True)
    record(
        "action.agreed",
        by=by,
        thing=action,
        case_id=case.pk,
        panel_id=case.panel_id,
        detail={"number": action.number, "from_proposal": proposal is not None},
    )
    _let_owner_see(by, case, listing, agency)
    return action


@transaction.atomic
def change_action(*, by, action: Action, seen: int, **changes) -> Action:
    """Change what was agreed (any of `CHANGEABLE`) over the version *seen*; refused once the action has ended.

    A *pathway* is changed to another of the panel's, of a step of the plan alone.
    `StaleVersion` carries the writer's version where somebody else saved in between.  Recorded as an alteration.
    """
    _require_recorder(by, action.case, action.pathway)
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"An action's {', '.join(sorted(unknown))} is not changed here.")
    if action.state not in rules.UNFINISHED:
        raise ValidationError(_("This action has already ended."))
    if "pathway" in changes:
        _check_pathway(action.case, changes["pathway"])
        if not action.pathway:
            raise ValidationError(_("This action is no step of the plan."))
    moved = "due_on" in changes and changes["due_on"] != action.due_on
    for name, value in changes.items():
        setattr(action, name, value.strip() if isinstance(value, str) else value)
    _check(
        case=action.case,
        listing=action.listing,
        agency=action.agency,
        member=action.member,
        text=action.text,
        due_on=action.due_on if moved else None,
    )
    if "agency" in changes:
        _must_stand(by, action.case, action.agency)
    noting(action, by=by, reason="changed").save_over(seen)
    record(
        "action.changed",
        by=by,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        detail={"what": sorted(changes)},
    )
    _let_owner_see(by, action.case, action.listing, action.agency)
    return action


def _require_recorder(by, case: Case, pathway: str = "") -> None:
    if pathway:
        _check_pathway(case, pathway)
        if may_plan(by, case):
            return
    if not by.may(Permission.RECORD_MEETING, case.panel_id) or _is_barred(case, None, by.agency_id, by.pk):
        raise PermissionDenied


def _check_pathway(case: Case, pathway: str) -> None:
    if pathway not in dict(scheme_of(case.panel).pathways):
        raise ValidationError({"pathway": _("This panel’s plan has no such pathway.")})


def _check(*, case, listing, agency, member, text, due_on) -> None:
    errors = {}
    if not text.strip():
        errors["text"] = _("Say what is to be done.")
    if agency is None:
        errors["agency"] = _("Name the agency that does it.")
    elif _is_barred(case, listing, agency.pk, None):
        errors["agency"] = _("%(agency)s stays away from this case and cannot have an action on it.") % {
            "agency": agency.name
        }
    if member and agency and member.agency_id != agency.pk:
        errors["member"] = _("%(name)s does not work for %(agency)s.") % {"name": member.name, "agency": agency.name}
    elif member and _is_barred(case, listing, None, member.pk):
        errors["member"] = _("%(name)s stays away from this case.") % {"name": member.name}
    if due_on and due_on < timezone.localdate():
        errors["due_on"] = _("The date must be today or later.")
    if errors:
        raise ValidationError(errors)


def _must_stand(by, case, agency) -> None:
    """Only an agency that may be told of *case* at this instant takes an action on it."""
    if not Signatory.objects.reaching(case.pk).filter(agency=agency).exists():
        sentence = _("%(agency)s is not a tier 1 signatory of the protocol now.") % {"agency": agency.name}
        raise ValidationError({"agency": sentence})
    if not gates.may_be_told(by=by, case=case, agency=agency):
        sentence = _("%(agency)s may not be told of this case, and cannot have an action on it.")
        raise ValidationError({"agency": sentence % {"agency": agency.name}})


def _is_barred(case, listing, agency_id, member_id) -> bool:
    bars = Bar.objects.live().on(listing) if listing else Bar.objects.live().filter(case=case)
    found = list(bars.values_list("agency_id", "member_id"))
    return any(a and a == agency_id or m and m == member_id for a, m in found)


def _let_owner_see(by, case, listing, agency) -> None:
    """An agency with an action sees whom it is about, although it was never asked and was not in the room."""
    sees = Involvement.objects.live().filter(
        case=case, agency=agency, holder=Involvement.Holder.AGENCY, listing__isnull=True, track__isnull=True
    )
    if not sees.exists():
        until = gates.told_until(by=by, case=case, agency=agency)
        involve(by=by, panel=case.panel, case=case, agency=agency, stage=Stage.ACTION, why="action", until=until)
