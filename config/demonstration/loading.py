"""Loading the demonstration: the plan becomes rows as the verbs would leave them, at the instants of the plan."""

import gc
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction

from core.loading import latest_edition
from core.models import Notice
from core.sealing import key_ring
from core.working_days import working_days_before
from meetings.models import Minutes
from partnership.lawful.reference import read
from partnership.models import LegalBasis, Panel
from partnership.workflow.lawful import load_legal_bases

from .agenda import Agenda
from .answering import Outside
from .cast import DEMONSTRATION, aware, moment
from .disclosing import Desk
from .hearing import Hearing
from .intake import Intake
from .panels.filling import fill_panels
from .papers import send_papers
from .progress import Progress
from .record import Record
from .spoken import record_spoken
from .store import Store
from .town import Town

MINUTE = timedelta(minutes=1)
BULK = 0.55  # of the time goes into the MARAC, where there are other panels
Told = Callable[[float], None]


def load(plan, *, now, told: Told = lambda share: None) -> dict[str, int]:
    """Write *plan* into the empty database, as it stands at *now*: everything or nothing.  Rows by table.

    *told* is told the share that is done, from 0 to 1.
    """
    _widen_cache()
    store = Store()
    with transaction.atomic(), key_ring(), _without_collecting():
        town = Town(plan, store, now)
        schedule(town)
        began = town.cast.began
        town.live(lambda when: told(BULK * (when - began) / (now - began)))
        town.people.index()
        town.keep_counters()
        store.record(
            "demonstration.loaded",
            by=DEMONSTRATION,
            at=now,
            panel_id=town.cast.panel.pk,
            detail={"cases": len(plan.cases), "meetings": len(plan.meetings), "seed": plan.seed},
        )
        store.pour(last=[Minutes])  # approved minutes take no items any more
        Panel.agencies.through.objects.bulk_create(town.cast.asked)
        fill_desk(town)
        if town.cast.panels:
            send_papers(Desk(town.cast, now).fresh(town.cast.coordinator), town.cast.panel)
        fill_panels(town, lambda share: told(BULK + (0.99 - BULK) * share))
    told(1.0)
    return store.counts


def fill_desk(town: Town) -> None:
    """Requests, decisions and what comes of them, by the verbs, once everything else stands."""
    if latest_edition(LegalBasis) is None:
        load_legal_bases(read())
    desk = Desk(town.cast, town.now)
    record_spoken(desk.fresh(town.cast.chair), town.cast.panel)
    Outside(desk).fill()
    desk.fill()
    # Their letters are of the past: nobody waits for them, and everybody here is invented.
    Notice.objects.all().delete()


def _widen_cache() -> None:
    """Let SQLite keep the growing indexes in memory: their keys are random, so every page of them is touched again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -262144")  # KiB


@contextmanager
def _without_collecting():
    """Nothing here goes in circles; looking for circles among hundreds of thousands of rows takes seconds."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Parts:
    """Who does the acts: in the tests these are the verbs themselves."""

    intake: type = Intake
    progress: type = Progress
    agenda: type = Agenda
    hearing: type = Hearing
    record: type = Record


def schedule(town: Town, parts: Parts = Parts()) -> None:
    """Put every act of the plan that is known beforehand into the calendar."""
    town.intake, town.progress, agenda = parts.intake(town), parts.progress(town), parts.agenda(town)
    hearing = parts.hearing(town, agenda)
    record = parts.record(town, agenda, hearing)
    _schedule_meetings(town, agenda, hearing, record)
    first = {}
    for listing in sorted(town.plan.listings.values(), key=lambda each: town.plan.meetings[each.meeting].on):
        first.setdefault(listing.referral, listing.key)
    for referral in town.plan.referrals.values():
        _schedule_referral(town, agenda, referral, first.get(referral.key))


def _schedule_referral(town, agenda, planned, listing) -> None:
    intake = town.intake
    town.at(aware(planned.drafted_at), lambda _at, planned=planned: intake.write(planned))
    if planned.submitted_at is None:
        return
    submitted_at = aware(planned.submitted_at)
    town.at(submitted_at, lambda _at, planned=planned: intake.send(planned))
    if planned.contact:
        town.at(max(aware(planned.contact.at), submitted_at) + 10 * MINUTE, intake.contact, planned)
    if planned.screened_at is None:
        return
    screened_at = _screened_at(town, planned)
    town.at(screened_at, intake.screen, planned)
    if listing:
        town.at(screened_at + 15 * MINUTE, agenda.list_case, listing)


def _schedule_meetings(town, agenda, hearing, record) -> None:
    for planned in town.plan.meetings.values():
        starts_at = moment(planned.on, planned.starts_at.hour, planned.starts_at.minute)
        urgent = planned.kind == "urgent"
        if urgent:
            listing = town.plan.listings[planned.listings[0]]
            planned_at = _screened_at(town, town.plan.referrals[listing.referral]) + 5 * MINUTE
        else:
            planned_at = max(town.cast.began + timedelta(days=1), moment(date(planned.on.year - 1, 9, 1)))
        town.at(planned_at, agenda.plan, planned)
        agenda.research_from[planned.key] = _research_from(town, planned, planned_at)
        if not planned.listings:
            continue
        town.at(agenda.research_from[planned.key], agenda.send_research, planned.key)
        if planned.state == "agenda_open":
            continue
        frozen_at = starts_at - 60 * MINUTE if urgent else moment(working_days_before(planned.on, 1), 17, 15)
        town.at(frozen_at - 10 * MINUTE, agenda.confirm_rest, planned.key)
        town.at(frozen_at - 5 * MINUTE, agenda.order, planned.key)
        town.at(frozen_at, agenda.freeze, planned.key)
        if planned.held:
            hearing.plan(planned)
            record.plan(planned)


def _screened_at(town, planned):
    """When a referral is decided: an urgent one in time for its meeting."""
    decided_at = max(aware(planned.screened_at), aware(planned.submitted_at) + MINUTE)
    if not planned.urgent:
        return decided_at
    on = next(
        town.plan.meetings[each.meeting].on for each in town.plan.listings.values() if each.referral == planned.key
    )
    return min(decided_at, moment(on, 9))


def _research_from(town, planned, planned_at):
    """When the requests go out: at the cut-off, or earlier where answers are planned before it."""
    answers = [
        each.answered_at for key in planned.listings for each in town.plan.listings[key].returns if each.answered_at
    ]
    if planned.kind == "urgent" or not answers:
        return planned_at
    return min(moment(planned.cutoff_on, 17, 30), aware(min(answers)) - 60 * MINUTE)
