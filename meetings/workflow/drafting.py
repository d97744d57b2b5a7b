"""What a draft of the minutes says: gathered from the record, and nothing that may only be said.

Reading alone; the verbs that write are in `meetings.workflow.minutes`.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Action, Case, Entry, Party
from cases.rules.reporters import reporters_of
from cases.schemes import scheme_of
from core.templatetags.confer import when
from meetings.models import ItemOutcome, Recusal, Return
from meetings.rules.repeat import last_before, repeat_words
from meetings.rules.window import at_end_of_window
from meetings.workflow.statement import filled, statement_to_sign

OUTSTANDING = (Action.State.OPEN, Action.State.IN_PROGRESS, Action.State.NOT_POSSIBLE, Action.State.NOT_DONE)


def header(meeting) -> dict:
    """The part of the minutes that is about no case: who was there, what they signed, what is outstanding.

    Names of members and observers, references, codes and dates; no word about a subject.
    """
    lines = list(meeting.attendances.select_related("member", "agency").order_by("agency__name", "created_at"))
    signed = dict(meeting.agreements.values_list("member_id", "statement__number"))
    signed_text = meeting.agreements.select_related("statement").order_by("signed_at").last()
    statement = signed_text.statement if signed_text else statement_to_sign(meeting.panel)
    return {
        "panel": meeting.panel.name,
        "held": meeting.starts_at.isoformat(),
        "opened": meeting.opened_at.isoformat() if meeting.opened_at else "",
        "ended": meeting.ended_at.isoformat() if meeting.ended_at else "",
        "place": meeting.place,
        "chair": meeting.chair.name if meeting.chair else "",
        "present": [_present(a, signed) for a in lines if a.member_id and a.arrived_at and not a.is_observer],
        "observers": [_observer(a) for a in lines if a.is_observer and not a.apologies],
        "apologies": [_apology(a) for a in lines if a.apologies],
        "statement": {"number": statement.number, "text": filled(statement.text, meeting.panel)},
        "outstanding": outstanding(meeting),
        "window": meeting.panel.repeat_months,
        "lapsing": lapsing(meeting) if scheme_of(meeting.panel).has("flags") else [],
    }


def _present(a, signed) -> dict:
    return {
        "name": a.member.name,
        "agency": a.agency.name,
        "agency_id": str(a.agency_id),
        "capacity": a.capacity,
        "mode": a.mode,
        "in": a.arrived_at.isoformat(),
        "out": a.left_at.isoformat() if a.left_at else "",
        "signed": signed.get(a.member_id),
    }


def _observer(a) -> dict:
    return {"name": a.name, "organisation": a.organisation, "signed": a.observer_signed}


def _apology(a) -> dict:
    return {
        "name": a.name,
        "agency": a.agency.name if a.agency_id else "",
        "information_sent": a.information_sent,
        "received_on": a.information_received_on.isoformat() if a.information_received_on else "",
    }


def outstanding(meeting) -> list[dict]:
    """Actions of earlier meetings that are open, or ended undone: which of the two reasons, never the text."""
    began = meeting.opened_at or meeting.starts_at
    actions = (
        Action.objects.filter(
            Q(accepted_at__isnull=True) | Q(accepted_at__gte=began),
            case__panel=meeting.panel_id,
            agreed_at__lt=began,
            state__in=OUTSTANDING,
        )
        .exclude(listing__item__meeting=meeting)
        .select_related("case", "agency")
        .order_by("due_on", "number")
    )
    return [facts_of(action) for action in actions]


def facts_of(action: Action) -> dict:
    """An outstanding action as the minutes keep it; its case and agency are joined."""
    return {
        "action_id": str(action.pk),
        "case_id": str(action.case_id),
        "reference": action.case.reference,
        "number": action.number,
        "agency_id": str(action.agency_id),
        "agency": action.agency.name,
        "due": action.due_on.isoformat(),
        "state": action.state,
    }


def lapsing(meeting) -> list[dict]:
    """Cases whose last referral lies the panel's repeat window back since its meeting before: their flags lapse."""
    rows = at_end_of_window(Case.objects.all(), meeting).values_list("pk", "reference", "last_referral_at")
    return [
        {"case_id": str(pk), "reference": reference, "referred": timezone.localdate(last).isoformat()}
        for pk, reference, last in rows
    ]


def parts_of(item) -> list[dict]:
    """The minutes of one item, part by part in reading order, from what is tagged “may be minuted”."""
    listing = item.listing
    scheme = scheme_of(item.meeting.panel)
    first, *others = scheme.notes
    notes = {note.part: note for note in item.notes.select_related("key")}
    outcome = (
        ItemOutcome.objects.with_key()
        .filter(item=item)
        .select_related("key", "deferred_to", "teller", "tell_agency")
        .first()
    )
    return [
        _part("case", "case", _("Case"), _case_text(item)),
        *_recused(item),
        *_note(notes, first),
        *_entries(listing),
        *_nothing_known(listing),
        *(part for of in others for part in _note(notes, of)),
        *_actions(listing),
        *_outcome(scheme, outcome),
    ]


def _part(key, part, heading, text, *, agency=None, entry=None, given_by="") -> dict:
    return {
        "key": key,
        "part": part,
        "heading": str(heading),
        "text": str(text),
        "agency_id": str(agency.pk) if agency else "",
        "agency": agency.name if agency else "",
        "entry_id": str(entry.pk) if entry else "",
        "given_by": given_by,
        "version": 1,
        "written": False,
    }


def _case_text(item) -> str:
    case, listing = item.listing.case, item.listing
    lines = [f"{case.reference}. {listing.get_type_display()}."]
    if listing.transferred_from:
        lines.append(_("Transferred from %(area)s.") % {"area": listing.transferred_from})
    scheme = scheme_of(item.meeting.panel)
    if scheme.has("repeats"):
        lines[0] = f"{lines[0]} {repeat_words(listing.referral, last_before([listing])[listing.pk])}".strip()
    parties = Party.objects.with_key().filter(case=case).current().spoken_of().in_order()
    lines += [f"{_part_words(scheme, party)}: {party.name}." for party in parties]
    withheld = reporters_of(scheme, [case.pk]).get(case.pk, [])
    lines += [f"{reporter.name}: {reporter.get_capacity_display}." for reporter in withheld]
    if listing.referral_id:
        lines.append(_("Referred by %(agency)s.") % {"agency": listing.referral.agency.name})
    if item.presenter_id:
        lines.append(_("Presented by %(name)s.") % {"name": item.presenter.name})
    if item.led_by_id and item.led_by_id != item.meeting.chair_id:
        lines.append(_("%(name)s led this item.") % {"name": item.led_by.name})
    return "\n".join(lines)


def _part_words(scheme, party) -> str:
    part = scheme.part(party.capacity)
    return str(part.one if part else party.get_capacity_display())


def _recused(item) -> list[dict]:
    standing = Recusal.objects.standing().filter(item=item).select_related("member", "agency").order_by("created_at")
    words = [
        _("%(agency)s (the whole agency)") % {"agency": r.agency.name}
        if r.whole_agency
        else f"{r.member.name} ({r.agency.name})"
        for r in standing
    ]
    return [_part("recusals", "recusals", _("Declared an interest and stayed away"), "; ".join(words))] if words else []


def _entries(listing) -> list[dict]:
    entries = (
        Entry.objects.with_key()
        .filter(listing=listing, reach=Entry.Reach.MINUTE, withdrawn_at__isnull=True, kind=Entry.Kind.INFORMATION)
        .select_related("key", "agency", "party__key")
        .order_by("agency__name", "written_at", "pk")
    )
    return [
        _part(f"entry:{entry.pk}", "entry", entry.agency.name, _entry_text(entry), agency=entry.agency, entry=entry)
        for entry in entries
    ]


def _entry_text(entry) -> str:
    about = f"{entry.party.name}: " if entry.party_id else ""
    if entry.nature == Entry.Nature.INTELLIGENCE:
        return f"{about}{entry.text} ({entry.unverified})"
    marks = [] if entry.nature == Entry.Nature.FACT else [str(entry.get_nature_display())]
    marks += [when(entry.known_on)] if entry.known_on else []
    return f"{about}{entry.text}" + (f" ({', '.join(marks)})" if marks else "")


def _nothing_known(listing) -> list[dict]:
    names = (
        Return.objects.filter(listing=listing, state=Return.State.NOTHING_KNOWN)
        .order_by("request__agency__name")
        .values_list("request__agency__name", flat=True)
    )
    text = ", ".join(names)
    return [_part("nothing_known", "nothing_known", _("Nothing known"), text)] if text else []


def _note(notes, of) -> list[dict]:
    note = notes.get(of.part)
    if note is None or not note.text:
        return []
    return [_part(f"note:{of.part}", of.part, of.name, note.text, given_by=note.given_by)]


def _actions(listing) -> list[dict]:
    actions = (
        Action.objects.with_key()
        .filter(listing=listing)
        .exclude(state=Action.State.SUPERSEDED)
        .select_related("key", "agency", "member")
        .order_by("number")
    )
    return [
        _part(
            f"action:{a.pk}",
            "action",
            _("Action %(number)s") % {"number": a.number},
            _("%(text)s\n%(who)s, by %(due)s.") % {"text": a.text, "who": _who(a), "due": when(a.due_on)},
        )
        for a in actions
    ]


def _who(action) -> str:
    person = action.member.name if action.member_id else action.person_named
    return f"{action.agency.name} ({person})" if person else action.agency.name


def _outcome(scheme, outcome) -> list[dict]:
    if outcome is None or not outcome.decision:
        return []
    text = str(outcome.get_decision_display())
    if outcome.deferred_to_id:
        text = _("%(decision)s to the meeting of %(day)s") % {
            "decision": text,
            "day": when(timezone.localdate(outcome.deferred_to.starts_at)),
        }
    if outcome.transferred_to:
        text = _("%(decision)s to %(area)s") % {"decision": text, "area": outcome.transferred_to}
    if outcome.reason:
        text = f"{text}: {outcome.reason}"
    found = [_part("decision", "decision", _("Decision"), text)]
    telling = _telling(scheme.words, outcome)
    return found + ([_part("telling", "telling", scheme.words.tell_whom, telling)] if telling else [])


def _telling(words, outcome) -> str:
    if outcome.not_to_tell_reason:
        return str(words.tell_not) % {"why": outcome.not_to_tell_reason}
    if not outcome.tell_agency_id:
        return ""
    who = outcome.teller.name + f" ({outcome.tell_agency.name})" if outcome.teller_id else outcome.tell_agency.name
    parts = [who]
    if outcome.tell_by:
        parts.append(_("by %(day)s") % {"day": when(outcome.tell_by)})
    if outcome.tell_how:
        parts.append(outcome.tell_how)
    if outcome.told_at:
        parts.append(_("told %(when)s") % {"when": when(outcome.told_at)})
    return ", ".join(parts)
