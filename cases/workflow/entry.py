"""What can happen to an entry: written, changed, withdrawn, always by the agency that says it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import gates
from cases.models import Bar, Entry
from cases.rules import entry as rules
from cases.workflow.access import bar, lift_bar
from cases.workflow.drafts import drop_draft
from cases.workflow.merging import Clash, merge
from core.history import noting
from core.recording import record

FIELDS = (
    "text",
    "kind",
    "heading",
    "party",
    "source",
    "known_on",
    "nature",
    "grade",
    "reach",
    "category",
    "on_consent",
    "ground",
    "ground_words",
)


@transaction.atomic
def write_entry(
    *,
    by,
    listing,
    text: str,
    kind: str = Entry.Kind.INFORMATION,
    heading: str = Entry.Heading.OTHER,
    party=None,
    source: str = "",
    known_on=None,
    nature: str = Entry.Nature.FACT,
    grade: str = "",
    reach: str = Entry.Reach.SAY,
    category: str = "",
    on_consent: bool | None = None,
    ground: str = "",
    ground_words: str = "",
    left_out=(),
    origin=None,
) -> Entry:
    """Say for *listing* what the agency of *by* knows about *party* (None: the case as a whole), or proposes.

    *nature* keeps facts apart from opinion and intelligence (Data Protection Act 2018 s.38(2)); intelligence needs its
    *grade* (`Entry.Grade`), source and day (guidance §4.2.3), nothing else has a grade.  *reach* says how far it may
    go; it is kept from every member of the agencies in *left_out*; *origin* is another agency that it came from.  What
    is of a *category* that this agency holds on consent rests on it unless a *ground* is given; *on_consent* says so of
    any other.  Sealed with the listing's key.  Records entry.written; removes the writer's draft; consent is asked.
    Refused without text, for a person of another case, and where consent is set aside without a ground.
    """
    if not rules.may_write(by, listing):
        raise PermissionDenied
    _require_sense(listing, text, party)
    _require_grade(nature, grade, source, known_on)
    if origin is not None and origin.pk == by.agency_id:
        raise ValidationError({"origin": _("This is your own agency. Choose the other one, or none.")})
    if on_consent is None:
        on_consent = rests_on_consent(by.agency, listing, category) and not ground
    _require_ground(by.agency, listing, category, on_consent, ground, ground_words)
    entry = Entry(
        key=listing.key,
        case_id=listing.case_id,
        listing=listing,
        agency=by.agency,
        written_by=by,
        written_at=timezone.now(),
        text=text,
        kind=kind,
        heading=heading,
        party=party,
        origin=origin,
        source=source,
        known_on=known_on,
        nature=nature,
        grade=_grade(nature, grade),
        reach=reach,
        category=category,
        on_consent=on_consent,
        ground="" if on_consent else ground,
        ground_words="" if on_consent else ground_words,
    )
    noting(entry, by=by, reason="entry.written").save(force_insert=True)
    _keep_from(by=by, entry=entry, agencies=left_out)
    _ask_consent(by, entry)
    drop_draft(by=by, about=listing, part="entry")
    record("entry.written", by=by, thing=entry, case_id=listing.case_id, detail=_codes(entry, left_out))
    return entry


@transaction.atomic
def take_over_entry(*, by, entry: Entry, listing, why: str) -> Entry:
    """Say for *listing* what the agency of *by* said of another case in *entry*: a new decision, for a new purpose.

    What was said in a case never shows in another by itself.  The old entry stays as it is; nobody but the agency and
    the audit knows where it was said first.  What rested on consent there rests on consent here, and on one that was
    given for this case.  Recorded as entry.taken_over, a combination.  Article 5(1)(b) UK GDPR.
    """
    if not rules.may_take_over(by, entry, listing):
        raise PermissionDenied
    if not why.strip():
        raise ValidationError({"why": _("Say why it is needed for this case.")})
    same = ("kind", "heading", "text", "origin_id", "source", "known_on", "nature", "grade", "reach", "category")
    on_consent = entry.on_consent or rests_on_consent(by.agency, listing, entry.category)
    taken = Entry(
        key=listing.key,
        case_id=listing.case_id,
        listing=listing,
        agency=by.agency,
        written_by=by,
        written_at=timezone.now(),
        taken_from=entry,
        taken_why=why.strip(),
        on_consent=on_consent,
        **{name: getattr(entry, name) for name in same},
    )
    noting(taken, by=by, reason="entry.taken_over").save(force_insert=True)
    _ask_consent(by, taken)
    record("entry.taken_over", by=by, thing=taken, case_id=listing.case_id, things=[entry])
    return taken


@transaction.atomic
def change_entry(*, by, entry: Entry, seen: int, left_out=None, **typed) -> Entry:
    """Save *typed* (some of `FIELDS`) over the version *seen*; with *left_out*, keep it from exactly those agencies.

    What a colleague changed meanwhile in other fields stays; where both changed the same field, `Clash` holds both
    texts and nothing is saved.  Records entry.changed; removes the writer's draft.
    """
    if not rules.may_change(by, entry):
        raise PermissionDenied
    if "on_consent" in typed and typed["on_consent"] is None:
        typed["on_consent"] = rests_on_consent(entry.agency, entry.listing, typed.get("category", entry.category))
    merged = merge(entry, seen, typed)
    if left_out is not None and seen != entry.version:
        _compare_left_out(entry, left_out, merged)
    if merged.clashes:
        raise Clash(entry, merged)
    for name, value in merged.values.items():
        setattr(entry, name, value)
    _require_sense(entry.listing, entry.text, entry.party)
    _require_grade(entry.nature, entry.grade, entry.source, entry.known_on)
    entry.grade = _grade(entry.nature, entry.grade)
    _require_ground(entry.agency, entry.listing, entry.category, entry.on_consent, entry.ground, entry.ground_words)
    if entry.on_consent:
        entry.ground = entry.ground_words = ""
    noting(entry, by=by, reason="entry.changed").save_over(entry.version)
    if left_out is not None:
        _keep_from(by=by, entry=entry, agencies=left_out)
    _ask_consent(by, entry)
    drop_draft(by=by, about=entry, part="entry")
    record("entry.changed", by=by, thing=entry, case_id=entry.case_id, detail=_codes(entry, left_out or ()))
    return entry


@transaction.atomic
def withdraw_entry(*, by, entry: Entry, seen: int) -> Entry:
    """Take *entry* back: nobody is shown it any more; its history stays.  Records entry.withdrawn."""
    if not rules.may_change(by, entry):
        raise PermissionDenied
    entry.withdrawn_at = timezone.now()
    noting(entry, by=by, reason="entry.withdrawn").save_over(seen)
    drop_draft(by=by, about=entry, part="entry")
    record("entry.withdrawn", by=by, thing=entry, case_id=entry.case_id)
    return entry


def rests_on_consent(agency, listing, category: str) -> bool:
    """Whether what *agency* says of *category* for *listing* rests on consent, unless a ground is given."""
    return bool(category) and category in gates.gated(listing.case.panel, agency)


def _require_ground(agency, listing, category: str, on_consent: bool, ground: str, words: str) -> None:
    """Consent is not set aside by leaving a box empty: it takes a ground in words, or the disclosure desk."""
    if category and category not in dict(gates.categories(listing.case.panel)):
        raise ValidationError({"category": _("Select the kind of information from the list")})
    if on_consent or not rests_on_consent(agency, listing, category):
        return
    if ground not in Entry.Ground.values:
        raise ValidationError(
            {"ground": _("Select why it needs no consent. Any other reason goes through the disclosure desk.")}
        )
    if not words.strip():
        raise ValidationError({"ground_words": _("Say which law or order it is, or why it is not held in confidence")})


def _ask_consent(by, entry: Entry) -> None:
    if entry.on_consent or entry.settled_at:
        gates.settle(by=by, cases=[entry.case_id])
        entry.settled_at = Entry.objects.values_list("settled_at", flat=True).get(pk=entry.pk)


def _require_sense(listing, text: str, party) -> None:
    if not text.strip():
        raise ValidationError({"text": _("Enter what is known")})
    if party is not None and party.case_id != listing.case_id:
        raise ValidationError({"party": _("This person is not part of the case.")})


def _require_grade(nature: str, grade: str, source: str, known_on) -> None:
    """Rumour is never minuted as fact: intelligence says how reliable it is, from whom, and of which day."""
    if nature != Entry.Nature.INTELLIGENCE:
        return
    found = {}
    if grade not in Entry.Grade.values:
        found["grade"] = _("Select how reliable the intelligence is")
    if not source.strip():
        found["source"] = _("Enter where the intelligence comes from")
    if known_on is None:
        found["known_on"] = _("Enter the day of the intelligence")
    if found:
        raise ValidationError(found)


def _grade(nature: str, grade: str) -> str:
    return grade if nature == Entry.Nature.INTELLIGENCE else ""


def _compare_left_out(entry: Entry, wanted, merged) -> None:
    """A stale form must not lift what a colleague has closed meanwhile: the later writer settles any difference."""
    standing = Bar.objects.live().filter(entry=entry, reason=Bar.Reason.EXCLUDED, agency__isnull=False)
    agencies = [row.agency for row in standing.select_related("agency").order_by("agency__name")]
    if {agency.pk for agency in agencies} != {agency.pk for agency in wanted}:
        merged.clashes["left_out"] = agencies
        merged.values["left_out"] = list({agency.pk: agency for agency in [*agencies, *wanted]}.values())


def _keep_from(*, by, entry: Entry, agencies) -> None:
    wanted = {agency.pk: agency for agency in agencies}
    if entry.agency_id in wanted:
        raise ValidationError({"left_out": _("You cannot keep an entry from your own agency.")})
    standing = Bar.objects.live().filter(entry=entry, reason=Bar.Reason.EXCLUDED, agency__isnull=False)
    for old in standing.select_related("entry"):
        if old.agency_id in wanted:
            wanted.pop(old.agency_id)
        else:
            lift_bar(by=by, bar=old, why="author")
    for agency in wanted.values():
        bar(by=by, reason=Bar.Reason.EXCLUDED, entry=entry, agency=agency)


def _codes(entry: Entry, left_out) -> dict:
    codes = {
        "kind": str(entry.kind),
        "nature": str(entry.nature),
        "reach": str(entry.reach),
        "kept_from": len(left_out),
    }
    return codes | ({"origin": str(entry.origin_id)} if entry.origin_id else {})
