"""Filling the other panels with casework, once the MARAC's stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cases.models import Tool
from cases.rules import tool_file
from cases.workflow.tool import load_tools
from consent import editions
from consent.models import ConsentForm
from consent.workflow.forms import load_consent_forms
from core.history import noting
from core.loading import latest_edition
from core.models import Notice

from ..cast import DEMONSTRATION
from ..corpus.others import Others
from ..store import Store
from .across import Across
from .asb import Neighbourhood
from .books import Books
from .consents import Consents
from .desk import Desk
from .diary import Diary
from .dip import Clients, Group
from .ppo import Cohort
from .review import Reviews
from .sittings import Calendar


@dataclass(frozen=True)
class Works:
    """How one panel works: what plans its cases, its phrases, meetings held, in how many days the next is, and the
    agency that asks people for consent, if any."""

    casework: type
    words: str
    held: int
    next_in: int
    asks: str = ""


FINISHED = ("closed", "not_adopted", "transferred", "withdrawn")
WORKS = {
    "ppo": Works(Cohort, "iom", held=3, next_in=0, asks="probation"),
    "asb": Works(Neighbourhood, "asb", held=2, next_in=9),
    "review": Works(Reviews, "review", held=2, next_in=5),
    "dip": Works(Clients, "drugs", held=1, next_in=12, asks="substance"),
    "treatment": Works(Group, "drugs", held=2, next_in=12, asks="substance"),
}


def fill_panels(town, told: Callable[[float], None]) -> None:
    """Let everything happen on the other panels that happened up to now; *told* is told the share done, 0 to 1.

    The cases are written in bulk; meetings, consents, and what crosses cases, are done by the verbs afterwards.
    """
    panels, today = town.cast.panels, timezone.localdate(town.now)
    if panels is None:
        return
    load_tables(town.cast.began)
    store, cases, acts = Store(), Diary(town.now, today), Diary(town.now, today)
    books = {key: Books(cases, panels, key, store=store, plan=town.plan) for key in WORKS}
    desks = {key: Desk(acts, panels, key) for key in WORKS}
    plan_panels(books, desks, town.plan.seed)
    cases.live(lambda share: told(share / 4))
    for book in books.values():
        book.finish_up()
    store.pour()
    acts.live(lambda share: told(0.25 + share * 3 / 4))
    Notice.objects.all().delete()


def plan_panels(books: dict, desks: dict, seed: int) -> None:
    """Plan the cases of every panel with *books* and what is done by the verbs with *desks*, into their diaries."""
    for key, works in WORKS.items():
        desk, apart = desks[key], Others(seed, f"{key} meetings")
        meetings = Calendar(desk, apart, words=works.words, held=works.held, next_in=works.next_in)
        more = {"consents": Consents(desk, apart, agency=works.asks)} if works.asks else {}
        if key == "asb":
            more = {"known": [file.person for file in books["ppo"].files.values() if file.ends == "managed"][-1:]}
        works.casework(books[key], meetings, Others(seed, key), **more).plan()
        meetings.plan()
        for file in books[key].files.values():
            if getattr(file, "ends", "") in FINISHED:
                desk.diary.at(desk.diary.today - timedelta(days=1), 17, desk.close, file)
    if {"ppo", "asb"} <= set(books):
        Across(desks).plan(books["ppo"].files, books["asb"].files)


def load_tables(began) -> None:
    """The reference tables on which the panels rest, where a start has not loaded them.

    The consent forms, loaded a moment ago, are taken to have been given out since the panels began.
    """
    if latest_edition(Tool) is None:
        load_tools(tool_file.read())
    if latest_edition(ConsentForm) is None:
        load_consent_forms(editions.read())
    for form in ConsentForm.objects.filter(published_at__gt=began):
        form.published_at = began
        noting(form, by=DEMONSTRATION, reason="form.published").save(force_update=True)
