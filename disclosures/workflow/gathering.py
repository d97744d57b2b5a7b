"""Gathering an extract: the worker takes, with the maker's sight, what the profile leaves of cases and entries."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from cases.models import Case, Entry, Party
from core.history import noting
from core.models import StaleVersion
from core.recording import SystemActor, record
from disclosures.models import Extract, ExtractText, PropertyCount
from disclosures.rules import extracting as rules
from disclosures.rules.coarsening import Count
from disclosures.rules.masking import masked

GATHERER = SystemActor("extract worker")
STOPPED_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3
MOST_CASES = 5000
Stage, Scope = Extract.Stage, Extract.Scope


@task()
def gather_extract(extract_id: str) -> None:
    """Gather a queued extract; where that fails it says so, and another can be asked for."""
    extract = _claim(extract_id)
    if extract is None:
        return
    try:
        _gather(extract)
    except StaleVersion:
        return  # taken for stopped, and begun again by another worker
    except Exception:
        _fail(extract_id)
        raise


def recover_extracts(*, now=None) -> int:
    """By the clock: give again to the workers what a stopped one left, or a lost queue left waiting; how many."""
    now = now or timezone.now()
    left = Extract.objects.with_key().filter(
        Q(stage=Stage.GATHERING, gathering_at__lt=now - STOPPED_AFTER)
        | Q(stage=Stage.QUEUED, gathering_at__lt=now - STOPPED_AFTER)
        | Q(stage=Stage.QUEUED, gathering_at__isnull=True, created_at__lt=now - STOPPED_AFTER)
    )
    given = 0
    for extract in left:
        try:
            _give_again(extract, now)
            given += 1
        except StaleVersion:
            continue  # the worker was only slow
    return given


def originals(member, extract) -> tuple[dict, dict]:
    """What *member* sees of what *extract* was made from: people by case id, and entries by id."""
    found = Case.objects.visible_to(member).filter(panel_id=extract.panel_id)
    if extract.scope == Scope.CASES:
        found = found.filter(opened_at__gte=_midnight(extract.from_on), opened_at__lt=_after(extract.to_on))
    else:
        found = found.filter(pk__in=extract.cases.values("pk"))
    ids = list(found.order_by("opened_at", "pk").values_list("pk", flat=True)[:MOST_CASES])
    people = defaultdict(list)
    found = Party.objects.visible_to(member).filter(case__in=ids).current().in_order()
    for party in found.select_related("referral__panel"):
        people[party.case_id].append(party)
    entries = Entry.objects.visible_to(member).filter(
        pk__in=extract.texts.values("entry"), agency_id=member.agency_id, case__in=ids
    )
    return dict(people), {entry.pk: entry for entry in entries}


@transaction.atomic
def _gather(extract: Extract) -> None:
    by = extract.asked_by
    if not rules.may_make(by, extract.panel):
        raise PermissionDenied  # who asked left in between
    people, entries = originals(by, extract)
    counts = {row.postcode: Count(row.properties, row.counted_on) for row in PropertyCount.objects.all()}
    if extract.scope == Scope.CASES and extract.profile == Extract.Profile.PUBLIC:
        given, left_out = rules.tables(people, extract.profile)
        extract.content = {"tables": given, "left_out": left_out}
    else:
        extract.content = {"rows": rules.people_rows(people, extract.profile, counts)}
    extract.case_count, extract.gathered_at = len(people), timezone.now()
    extract.stage, extract.progress = Stage.READING, 100
    noting(extract, by=GATHERER, reason="gathered").save_over(extract.version)
    extract.cases.set(people)
    _propose(extract, people, entries)
    record(
        "extract.gathered",
        by=GATHERER,
        thing=extract,
        panel_id=extract.panel_id,
        things=[("cases.case", pk) for pk in people],
        detail={"profile": extract.profile, "scope": extract.scope, "cases": len(people)},
    )


def _propose(extract: Extract, people: dict, entries: dict) -> None:
    """Give each text of *extract* its proposal; one whose entry the maker does not see any more goes."""
    known = [named for parties in people.values() for named in rules.known_as(parties)]
    for text in ExtractText.objects.with_key().filter(extract=extract):
        entry = entries.get(text.entry_id)
        if entry is None:
            text.delete()
            continue
        text.words = masked(entry.text, known)
        noting(text, by=GATHERER, reason="proposed").save_over(text.version)


def _claim(extract_id: str) -> Extract | None:
    extract = Extract.objects.with_key().select_related("panel", "asked_by__agency").get(pk=extract_id)
    if extract.stage != Stage.QUEUED:
        return None
    extract.stage, extract.progress = Stage.GATHERING, 10
    extract.gathering_at, extract.attempts = timezone.now(), extract.attempts + 1
    try:
        noting(extract, by=GATHERER, reason="gathering").save_over(extract.version)
    except StaleVersion:
        return None
    return extract


@transaction.atomic
def _give_again(extract: Extract, now) -> None:
    if extract.attempts >= MOST_ATTEMPTS:
        return _fail(str(extract.pk))
    extract.stage, extract.progress, extract.gathering_at = Stage.QUEUED, 0, now
    noting(extract, by=GATHERER, reason="recovered").save_over(extract.version)
    gather_extract.enqueue(str(extract.pk))


@transaction.atomic
def _fail(extract_id: str) -> None:
    fresh = Extract.objects.with_key().get(pk=extract_id)
    if fresh.stage not in (Stage.GATHERING, Stage.QUEUED):
        return
    fresh.stage = Stage.FAILED
    noting(fresh, by=GATHERER, reason="failed").save_over(fresh.version)
    record("extract.failed", by=GATHERER, thing=fresh, panel_id=fresh.panel_id, detail={"scope": fresh.scope})


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _after(day) -> datetime:
    return _midnight(day + timedelta(days=1))
