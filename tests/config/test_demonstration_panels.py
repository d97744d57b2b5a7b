"""The demonstration's other panels: alive in every state, and in bulk what the verbs leave."""

import datetime
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from audit.verification import verify
from cases.models import Entry
from config.demonstration.accounts import accounts
from config.demonstration.corpus import plan
from config.demonstration.corpus.others import Others
from config.demonstration.loading import load
from config.demonstration.moving import move_to_today
from config.demonstration.panels import asb, dip, filling, ppo, review
from config.demonstration.panels.books import Books
from config.demonstration.panels.desk import Desk
from config.demonstration.panels.diary import Diary
from config.demonstration.panels.sittings import Calendar
from config.demonstration.store import Store
from config.demonstration.then import as_of
from config.demonstration.town import Town
from core.sealing import key_ring
from meetings.models import AgendaItem, Meeting
from meetings.rules import calendar
from meetings.workflow.live import open_meeting, start_item
from meetings.workflow.statement import sign_statement
from partnership.models import Member, Panel
from tests.again import from_the_beginning, made_again
from tests.config.demonstration_facts import facts

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 18, 8, 30, tzinfo=ZoneInfo("Europe/London"))
# What no script comes to, or what nobody stands in for longer than a day.
NOT_REACHED = {
    "ppo": {("transfer", "refused"), ("transfer", "withdrawn")},
    "asb": set(),
    "review": {("review", state) for state in ("acknowledged", "not_met", "met", "recommended")},
    "dip": {(kind, "informed") for kind in ("episode", "requirement", "intelligence")},
    "treatment": {("episode", state) for state in ("informed", "identified", "contacted", "custody", "transferred")},
}


class Nobody:
    """Asks nobody for consent: that is done by the verbs alone."""

    def plan(self, *args):
        pass


def begun():
    """The partnership with its panels and nobody on them; the town, and a store."""
    store = Store()
    made = plan(1, today=NOW.date(), years=1, meetings_per_year=1, cases_per_meeting=1)
    town = Town(made, store, NOW)
    store.pour()
    Panel.agencies.through.objects.bulk_create(town.cast.asked)
    with as_of(NOW):
        filling.load_tables(town.cast.began)
    return town


def written(by_verbs: bool) -> dict[str, Counter]:
    """What stands of the casework of all panels, planned alike."""
    with transaction.atomic(), key_ring():
        town, store = begun(), Store()
        diary, never = Diary(NOW, NOW.date()), Diary(NOW, NOW.date())
        for key, works in filling.WORKS.items():
            panels = town.cast.panels
            desk = Desk(diary, panels, key) if by_verbs else Books(diary, panels, key, store=store, plan=town.plan)
            meetings = Calendar(Desk(never, panels, key), Others(1, "m"), words=works.words, held=2, next_in=0)
            more = {"consents": Nobody()} if works.asks else {}
            works.casework(desk, meetings, Others(1, key), **more).plan()
            desk.diary.live(lambda share: None)
            desk.finish_up()
        store.pour()
        found = facts()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def few(monkeypatch):
    """One case of each kind of course, with what follows from the others."""
    kept = ("closed", "custody", "managed", "not_adopted", "transferred", "reset")
    monkeypatch.setattr(ppo, "SHARES", tuple((state, 1) for state, _n in ppo.SHARES if state in kept))
    monkeypatch.setattr(asb, "SHARES", (("formal", 1), ("closed", 1)))
    monkeypatch.setattr(review, "ENDS", ("informed", "appeal"))
    monkeypatch.setattr(dip.Clients, "shares", (("in_treatment", "done", "in_use", 1), ("custody", "cleared", "", 1)))
    monkeypatch.setattr(dip.Group, "shares", ())


def test_in_bulk_stands_what_the_verbs_leave(few):
    bulk, verbs = written(by_verbs=False), written(by_verbs=True)
    assert {name: rows.total() for name, rows in bulk.items()} == {name: rows.total() for name, rows in verbs.items()}
    other = {name: (bulk[name] - verbs[name], verbs[name] - bulk[name]) for name in verbs if bulk[name] != verbs[name]}
    assert other == {}


def test_somebody_stands_in_each_state():
    with transaction.atomic(), key_ring():
        town, never = begun(), Diary(NOW, NOW.date())
        panels, diary = town.cast.panels, Diary(NOW, NOW.date())
        books = {key: Books(diary, panels, key, store=Store(), plan=town.plan) for key in filling.WORKS}
        filling.plan_panels(books, {key: Desk(never, panels, key) for key in filling.WORKS}, 1)
        diary.live(lambda share: None)
    missing = {}
    for key, book in books.items():
        declared = {(kind.code, state.code) for kind in book.scheme.tracks for state in kind.states}
        missing[key] = declared - {(kind, track.state) for (_case, kind), all in book.tracks.items() for track in all}
    assert missing == NOT_REACHED


@pytest.fixture
def loaded(db, settings, monkeypatch, tmp_path):
    """A demonstration of today with a MARAC, a panel of offenders and one against anti-social behaviour, all small."""
    settings.DEMONSTRATION, settings.AUDIT_PUBLICATION = True, tmp_path
    few = {key: replace(works, held=2) for key, works in filling.WORKS.items() if key in ("ppo", "asb")}
    monkeypatch.setattr(filling, "WORKS", few)
    monkeypatch.setattr(ppo, "SHARES", (("panel", 1), ("managed", 2)))
    monkeypatch.setattr(asb, "SHARES", (("referred", 1), ("informal", 1)))
    with from_the_beginning():
        yield load_few()


@made_again
def load_few():
    load(plan(5, today=timezone.localdate(), years=1, meetings_per_year=6, cases_per_meeting=1), now=timezone.now())


def meeting_on(day) -> set[str]:
    meetings = Meeting.objects.exclude(state="cancelled").select_related("panel")
    return {each.panel.scheme for each in meetings if timezone.localdate(each.starts_at) == day}


def test_two_panels_meet_today_whichever_day_it_is(loaded):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    assert (meeting_on(today), move_to_today()) == ({"marac", "ppo"}, 0)
    for later in (1, 11):
        now = timezone.now() + later * day
        assert move_to_today(now=now) > 0
        assert (meeting_on(today + later * day), move_to_today(now=now)) == ({"marac", "ppo"}, 0)
        unheld = Meeting.objects.filter(state__in=calendar.BEFORE_SESSION)
        assert min(timezone.localdate(each.starts_at) for each in unheld) == today + later * day


def test_todays_meeting_about_offenders_can_be_run(loaded):
    meeting = Meeting.objects.select_related("panel__partnership", "chair").get(
        panel__scheme="ppo", state="agenda_frozen"
    )
    chair = Member.objects.select_related("agency__partnership").get(pk=meeting.chair_id)
    sign_statement(by=chair, meeting=meeting, number=1)
    meeting = open_meeting(by=chair, meeting=meeting)
    item = AgendaItem.objects.select_related("meeting__panel", "listing__case__panel", "listing__key")
    first = item.filter(meeting=meeting).in_order().first()
    assert start_item(by=chair, item=first).state == "open"
    assert Entry.objects.visible_to(chair).filter(listing=first.listing).count() == 1
    assert verify().bad == ""


def test_the_accounts_name_the_panel_of_each_role(loaded):
    told = [(account.role, account.panel.rpartition("Marsh ")[2]) for account in accounts()]
    assert sorted(panel for role, panel in told if role == "chair") == [
        "ASB Case Reviews",
        "ASB Panel",
        "Drug Interventions",
        "IOM",
        "MARAC",
        "Treatment Group",
    ]
    assert {panel for role, panel in told if role in ("auditor", "administrator")} == {""}
