"""What is recorded on an item, with its forms: notes part by part, decision, who tells the victim, actions."""

from dataclasses import dataclass

from cases.rules.merits import is_asked
from cases.schemes import Note, scheme_of
from cases.workflow.drafts import typed_before
from meetings.forms.live import ActionForm, DecisionForm, NoteForm, TellingForm, default_due, default_telling
from meetings.models import ItemNote
from meetings.rules.hearing import may_be_told


@dataclass
class NotePart:
    """One part of the record as one member sees it."""

    part: str
    of: Note
    note: ItemNote | None
    form: NoteForm
    theirs: ItemNote | None = None
    draft_at: object = None
    tag: str = ""

    @property
    def label(self):
        """What the scheme calls it."""
        return self.of.name

    @property
    def name(self) -> str:
        """The part's name on the page and among the drafts."""
        return f"note_{self.part}"


def note_names(scheme) -> list[str]:
    """The names on the page of the parts of an item's record."""
    return [f"note_{note.part}" for note in scheme.notes]


def notes_of(scheme, facts, drafts, forms) -> dict:
    parts = {
        of.part: _note_part(of, facts.notes.get(of.part), drafts, forms.get(f"note_{of.part}")) for of in scheme.notes
    }
    for part, shown in parts.items():
        shown.tag = facts.tag(f"note_{part}")
        shown.theirs = forms.get("theirs") if f"note_{part}" in forms else None
    risks = [note.part for note in scheme.notes if note.risk]
    before = [note.part for note in scheme.notes[: _first_risk(scheme)]]
    return {
        "notes": parts,
        "notes_before": [parts[part] for part in before],
        "risks": [parts[part] for part in risks],
        "notes_after": [shown for part, shown in parts.items() if part not in (*before, *risks)],
    }


def _first_risk(scheme) -> int:
    return next((place for place, note in enumerate(scheme.notes) if note.risk), len(scheme.notes))


def _note_part(of, note, drafts, refused) -> NotePart:
    part = of.part
    initial = {
        "text": note.text if note else "",
        "given_by": note.given_by if note else "",
        "seen": note.version if note else 0,
    }
    shown = NotePart(part=part, of=of, note=note, form=refused or NoteForm(initial=initial, of=of))
    draft = drafts.get(f"note_{part}")
    if refused is None and draft and (note is None or draft.updated_at > note.written_at):
        typed = typed_before(draft)
        if typed.get("text", "") != initial["text"] or typed.get("given_by", "") != initial["given_by"]:
            shown.form.initial |= {
                "text": typed.get("text", ""),
                "given_by": typed.get("given_by", ""),
                "seen": typed.get("seen", "0"),
            }
            shown.draft_at = draft.updated_at
    return shown


def decision_of(meeting, outcome, forms, recorder) -> dict:
    if not recorder:
        return {"outcome": outcome}
    decided = (
        {
            "decision": outcome.decision,
            "reason": outcome.reason,
            "deferred_to": outcome.deferred_to_id,
            "transferred_to": outcome.transferred_to,
            "seen": outcome.version,
        }
        if outcome
        else {"seen": 0}
    )
    form = forms.get("outcome") or DecisionForm(initial=decided, meeting=meeting, prefix="decision")
    return {"outcome": outcome, "decision_form": form}


def telling_of(meeting, outcome, forms, recorder) -> dict:
    words = scheme_of(meeting.panel).words
    shown = {"outcome": outcome}
    if outcome and outcome.not_to_tell_reason:
        shown["not_told"] = str(words.tell_not) % {"why": outcome.not_to_tell_reason}
    if not recorder:
        return shown
    told = (
        {
            "teller": outcome.teller_id,
            "tell_by": outcome.tell_by,
            "tell_how": outcome.tell_how,
            "not_to_tell_reason": outcome.not_to_tell_reason,
            "seen": outcome.version,
        }
        if outcome
        else {"seen": 0}
    )
    told["tell_by"] = told.get("tell_by") or default_telling()
    return shown | {
        "telling_form": forms.get("telling") or TellingForm(initial=told, meeting=meeting, prefix="telling"),
    }


def actions_of(member, item, actions, forms, recorder) -> dict:
    if not recorder:
        return {"actions": actions}
    meeting = item.meeting
    new = forms.get("action") or ActionForm(initial={"due_on": default_due()}, meeting=meeting, prefix="new")
    if is_asked(meeting.panel):
        _offer_who_may_be_told(member, item, new)
    shared = {name: list(new.fields[name].choices) for name in ("agency", "member")}
    for name, listed in shared.items():
        new.fields[name].widget.choices = listed
    for action in actions:
        action.form = forms.get(f"action_{action.pk}") or ActionForm(
            meeting=meeting,
            prefix=f"a{action.number}",
            initial={name: getattr(action, name) for name in ("text", "due_on", "risk", "safe_words", "person_named")}
            | {"agency": action.agency_id, "member": action.member_id, "seen": action.version},
        )
        for name, listed in shared.items():
            action.form.fields[name].widget.choices = listed
    return {"actions": actions, "action_form": new}


def _offer_who_may_be_told(member, item, form) -> None:
    """Where people are heard on their consent, only those who may be told of the case are offered to do something."""
    agencies, people = form.fields["agency"], form.fields["member"]
    told = may_be_told(item.listing.case, list(agencies.queryset.values_list("pk", flat=True)), by=member)
    agencies.queryset = agencies.queryset.filter(pk__in=told)
    people.queryset = people.queryset.filter(agency__in=told)
