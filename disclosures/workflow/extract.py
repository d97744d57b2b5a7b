"""An extract's way: asked for, read over by its maker, tested by another, handed over, opened, recalled."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Entry, ReferenceCounter
from cases.workflow.reference import next_reference
from core.history import noting
from core.models import Key
from core.recording import record
from disclosures import emails_of_extracts as letters
from disclosures.models import Extract, ExtractHanding, ExtractPaper, ExtractText, Reidentification
from disclosures.rules import extracting as rules
from disclosures.rules.masking import masked
from disclosures.workflow.gathering import gather_extract, originals

Stage, Scope = Extract.Stage, Extract.Scope


@transaction.atomic
def ask_extract(
    *, by, panel, profile: str, scope: str, purpose: str, case=None, entries=(), from_on=None, to_on=None
) -> Extract:
    """Have an extract gathered: of *case*, of chosen *entries* of it, or of the panel's cases opened in a time.

    Texts are taken from the own agency's entries alone: others' words are theirs to give.  Recorded; refused to those
    who may not make one, for a case or an entry out of sight, and without a purpose.
    """
    if not rules.may_make(by, panel):
        raise PermissionDenied
    if scope != Scope.CASES and not Case.objects.visible_to(by).filter(pk=case.pk, panel=panel).exists():
        raise PermissionDenied
    chosen = _own_entries(by, scope, case, entries)
    extract = Extract(
        key=Key.objects.mint(Key.Kind.EXTRACT),
        panel=panel,
        number=next_reference(panel, ReferenceCounter.Kind.EXTRACT),
        profile=profile,
        scope=scope,
        from_on=from_on if scope == Scope.CASES else None,
        to_on=to_on if scope == Scope.CASES else None,
        asked_by=by,
        agency=by.agency,
        purpose=purpose,
        content={},
    )
    noting(extract, by=by, reason="asked").save(force_insert=True)
    if scope != Scope.CASES:
        extract.cases.set([case])
    for position, entry in enumerate(chosen, 1):
        text = ExtractText(
            key=extract.key,
            extract=extract,
            entry=entry,
            position=position,
            heading=entry.heading,
            nature=entry.nature,
            words="",
        )
        noting(text, by=by, reason="asked").save(force_insert=True)
    record(
        "extract.asked",
        by=by,
        thing=extract,
        panel_id=panel.pk,
        case_id=case.pk if scope != Scope.CASES else None,
        detail={"profile": str(profile), "scope": str(scope), "texts": len(chosen)},
    )
    gather_extract.enqueue(str(extract.pk))
    return extract


@transaction.atomic
def settle_text(*, by, text: ExtractText, words: str, left_out: bool, sure: bool, seen: int) -> ExtractText:
    """Let *words* stand for the entry, or leave it out.

    Where they still hold what looks like a name or a number of the case, that is refused until the maker says to be
    *sure*.  Recorded in the history of the text.
    """
    extract = text.extract
    if not rules.may_read_over(by, extract):
        raise PermissionDenied
    words = words.strip()
    if not left_out and not words:
        raise ValidationError({"words": _("Write the text without names, or leave it out.")})
    if not left_out and not sure:
        people, _entries = originals(by, extract)
        proposed = masked(words, [named for parties in people.values() for named in rules.known_as(parties)])
        if proposed != words:
            raise ValidationError(
                {"words": _("This may still name somebody. Look again, or say that you are sure. Proposed: %(text)s")
                 % {"text": proposed}}
            )  # fmt: skip
    text.words, text.left_out, text.settled_at = words, left_out, timezone.now()
    noting(text, by=by, reason="left_out" if left_out else "settled").save_over(seen)
    return text


@transaction.atomic
def confirm_extract(*, by, extract: Extract, seen: int) -> None:
    """The maker has read everything over: the extract waits for its test by another, who is told.

    Refused while a text is not settled.
    """
    if not rules.may_read_over(by, extract):
        raise PermissionDenied
    waiting = extract.texts.filter(settled_at__isnull=True).count()
    if waiting:
        raise ValidationError(_("Settle every text first: %(count)s are left.") % {"count": waiting})
    extract.stage, extract.confirmed_at = Stage.CHECKING, timezone.now()
    noting(extract, by=by, reason="confirmed").save_over(seen)
    record("extract.confirmed", by=by, thing=extract, panel_id=extract.panel_id, detail=_kind(extract))
    letters.tell_testers(extract)


@transaction.atomic
def test_extract(*, by, extract: Extract, answers: dict[str, str], words: str, passed: bool, seen: int) -> None:
    """Record the motivated-intruder test of *extract* by another than its maker, question by question.

    *answers* gives "no" or "yes" for every question of `rules.QUESTIONS`; a "yes" cannot pass.  When passed the worker
    prints it, and it may be handed over.  ICO, anonymisation: the motivated intruder.
    """
    if not rules.may_test(by, extract):
        raise PermissionDenied
    missing = {name: _("Answer this question.") for name in rules.QUESTIONS if answers.get(name) not in ("yes", "no")}
    if missing:
        raise ValidationError(missing)
    if passed and "yes" in answers.values():
        raise ValidationError({"passed": _("Somebody could be recognised, as you say above: it does not pass.")})
    if not words.strip():
        raise ValidationError({"words": _("Say how you tested it.")})
    extract.test_answers = {name: answers[name] for name in rules.QUESTIONS}
    extract.test_words, extract.tested_by, extract.tested_at = words.strip(), by, timezone.now()
    extract.stage = Stage.PASSED if passed else Stage.REJECTED
    noting(extract, by=by, reason="passed" if passed else "rejected").save_over(seen)
    record(
        "extract.tested",
        by=by,
        thing=extract,
        panel_id=extract.panel_id,
        detail=_kind(extract) | {"passed": passed},
    )
    if passed:
        _print(extract, by)
    letters.tell_maker(extract)


@transaction.atomic
def hand_over(*, by, extract: Extract, agencies) -> list[ExtractHanding]:
    """Give the extract to *agencies*, signatories of either tier now; each must undertake before it opens.

    Recorded as a disclosure with its recipients, who are told that something waits.
    """
    if not rules.may_hand(by, extract):
        raise PermissionDenied
    agencies = list(agencies)
    if not agencies:
        raise ValidationError({"agencies": _("Choose at least one agency.")})
    for agency in agencies:
        if not agency.signatures.live().filter(guest=False).exists():
            raise ValidationError(
                {"agencies": _("%(agency)s is not a signatory of the protocol now.") % {"agency": agency.name}}
            )
    had = set(extract.handings.values_list("agency_id", flat=True))
    now, given = timezone.now(), []
    for agency in agencies:
        if agency.pk not in had:
            handing = ExtractHanding(extract=extract, agency=agency, handed_at=now, handed_by=by)
            noting(handing, by=by, reason="handed").save(force_insert=True)
            given.append(handing)
    if given:
        record(
            "extract.handed",
            by=by,
            thing=extract,
            panel_id=extract.panel_id,
            recipients=[_agency(handing.agency) for handing in given],
            detail=_kind(extract),
        )
        letters.tell_recipients(extract, [handing.agency for handing in given])
    return given


@transaction.atomic
def undertake(*, by, handing: ExtractHanding) -> None:
    """The recipient agency promises to join it with nothing, to pass it on to nobody, and to recognise nobody.

    Data Protection Act 2018 s.171.
    """
    if handing.agency_id != by.agency_id or handing.extract.stage != Stage.PASSED:
        raise PermissionDenied
    if handing.undertaken_at is None:
        handing.undertaken_at, handing.undertaken_by = timezone.now(), by
        noting(handing, by=by, reason="undertaken").save_over(handing.version)
        record("extract.undertaken", by=by, thing=handing, panel_id=handing.extract.panel_id)


def record_export(*, by, extract: Extract, kind: str) -> None:
    """Record that the extract left as a file; called before it does.  *kind* is "csv" or "pdf"."""
    record(
        "extract.exported",
        by=by,
        thing=extract,
        panel_id=extract.panel_id,
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
        detail=_kind(extract) | {"file": kind},
    )


@transaction.atomic
def report_reidentification(*, by, handing: ExtractHanding, words: str) -> Reidentification:
    """A recipient says that somebody could be recognised: an incident, and the extract is recalled at once."""
    if handing.agency_id != by.agency_id or not rules.is_open_to(handing):
        raise PermissionDenied
    if not words.strip():
        raise ValidationError({"words": _("Say how somebody could be recognised, without naming them.")})
    report = Reidentification(
        key=handing.extract.key, handing=handing, reported_at=timezone.now(), reported_by=by, words=words.strip()
    )
    report.save(force_insert=True)
    record("extract.reidentified", by=by, thing=handing, panel_id=handing.extract.panel_id)
    _recall(by=by, extract=handing.extract, because=Extract.Recall.REIDENTIFIED, seen=handing.extract.version)
    return report


@transaction.atomic
def recall_extract(*, by, extract: Extract, because: str, seen: int) -> None:
    """Call the extract back from everyone: it does not open any more, and each recipient is told to destroy it."""
    if not rules.may_recall(by, extract):
        raise PermissionDenied
    _recall(by=by, extract=extract, because=because, seen=seen)


@transaction.atomic
def see_recall(*, by, handing: ExtractHanding) -> None:
    """A recipient confirms that every copy is destroyed."""
    if handing.agency_id != by.agency_id or handing.extract.stage != Stage.RECALLED:
        raise PermissionDenied
    if handing.recall_seen_at is None:
        handing.recall_seen_at, handing.recall_seen_by = timezone.now(), by
        noting(handing, by=by, reason="recall_seen").save_over(handing.version)
        record("extract.destroyed", by=by, thing=handing, panel_id=handing.extract.panel_id)


def _recall(*, by, extract: Extract, because: str, seen: int) -> None:
    extract.stage, extract.recalled_at, extract.recalled_by = Stage.RECALLED, timezone.now(), by
    extract.recalled_because = because
    noting(extract, by=by, reason=f"recalled.{because}").save_over(seen)
    recipients = [handing.agency for handing in extract.handings.select_related("agency")]
    record(
        "extract.recalled",
        by=by,
        thing=extract,
        panel_id=extract.panel_id,
        reason=because,
        detail={"recipients": len(recipients)},
    )
    letters.tell_recall(extract, recipients)


def _own_entries(by, scope: str, case, entries) -> list[Entry]:
    if scope == Scope.CASES:
        return []
    own = Entry.objects.visible_to(by).filter(case=case, agency_id=by.agency_id, kind=Entry.Kind.INFORMATION)
    own = list(own.order_by("written_at", "pk"))
    if scope == Scope.CASE:
        return own
    wanted = {entry.pk for entry in entries}
    if not wanted:
        raise ValidationError({"entries": _("Choose at least one entry.")})
    if not wanted <= {entry.pk for entry in own}:
        raise PermissionDenied
    return [entry for entry in own if entry.pk in wanted]


def _print(extract: Extract, by) -> None:
    from disclosures.workflow.extract_paper import print_extract

    paper = ExtractPaper(key=extract.key, extract=extract, asked_by=by)
    noting(paper, by=by, reason="asked").save(force_insert=True)
    print_extract.enqueue(str(paper.pk))


def _kind(extract: Extract) -> dict:
    return {"profile": extract.profile, "scope": extract.scope}


def _agency(agency) -> dict:
    return {"kind": "agency", "id": str(agency.pk), "name": agency.name}
