"""Printed consents: made by the worker like every other paper, and taken out by who may see all that stands in them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_tasks import task

from consent import documents
from consent.models import Consent, ConsentPaper
from consent.rules import moves
from core.history import noting
from core.models import Key
from core.recording import record
from partnership.post.press import Press, stamped, stored
from partnership.roles import Permission

MOST = 100  # forms in one file: a worker sets one or two a second
FILES = 5
Kind, State = ConsentPaper.Kind, ConsentPaper.State


class ConsentPress(Press):
    """One consent as it was recorded, or the forms of many to renew."""

    model = ConsentPaper
    noun = "consent_paper"
    joins = ("agency", "asked_by__agency")

    def facts(self, paper) -> dict:
        return documents.facts_of(paper)

    def title(self, paper) -> str:
        return documents.title_of(paper)

    def template(self, paper) -> str:
        return documents.TEMPLATES[paper.kind]

    def handling(self, paper) -> str:
        return documents.handling()

    def language(self, paper) -> str:
        return documents.language_of(paper)

    def audit(self, paper) -> dict:
        return _about(paper)


@task()
def print_consents(paper_id: str) -> None:
    """Make a queued paper; where that fails it says so and can be asked for again."""
    press.make(paper_id)


press = ConsentPress()
press.task = print_consents


@transaction.atomic
def ask_record(*, by, consent: Consent) -> ConsentPaper:
    """Have *consent* printed as it stands now; one that is being made is given back.  Refused before it is decided."""
    if not moves.may_keep(by, consent):
        raise PermissionDenied
    if not moves.is_open_to("print", consent):
        raise ValidationError(_("Nothing is recorded yet that could be printed."))
    same = ConsentPaper.objects.with_key().underway().filter(kind=Kind.RECORD, consents=consent).first()
    return same or _queue(by, Kind.RECORD, [consent], consent.key)


@transaction.atomic
def ask_renewals(*, by) -> list[ConsentPaper]:
    """Have the forms printed of all whose consent the own agency keeps and whose review is due, those that end first.

    Files of at most `MOST` forms, each with a key of its own and made by itself, and at most `FILES` at once; what is
    being made is given back.  Refused where none is due.
    """
    due = Consent.objects.visible_to(by).filter(agency=by.agency_id).exclude(party__deceased=True).ending()
    consents = list(due.order_by("ends_on", "pk")[: MOST * FILES])
    if not consents:
        raise ValidationError(_("No consent is due for review."))
    waiting = list(
        ConsentPaper.objects.with_key().underway().filter(kind=Kind.RENEWALS, asked_by=by).order_by("number")
    )
    cut = [consents[at : at + MOST] for at in range(0, len(consents), MOST)]
    return waiting or [_queue(by, Kind.RENEWALS, part, Key.objects.mint(Key.Kind.DOCUMENT)) for part in cut]


def _queue(by, kind: str, consents: list[Consent], key) -> ConsentPaper:
    earlier = ConsentPaper.objects.filter(kind=kind, agency=by.agency_id)
    if kind == Kind.RECORD:
        earlier = earlier.filter(consents=consents[0])
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    paper = ConsentPaper(key=key, kind=kind, agency=by.agency, number=number, asked_by=by)
    noting(paper, by=by, reason="asked").save(force_insert=True)
    paper.consents.set(consents)
    things = [] if kind == Kind.RECORD else consents
    record("consent_paper.asked", by=by, thing=paper, things=things, **_about(paper))
    print_consents.enqueue(str(paper.pk))
    return paper


@transaction.atomic
def take_paper(*, by, paper: ConsentPaper) -> bytes:
    """The PDF of *paper*, stamped for *by* now.  Recorded as an export.  Refused until it is made."""
    if not by.may(Permission.KEEP_CONSENT):
        raise PermissionDenied
    if paper.state != State.READY:
        raise ValidationError(_("The document is not ready yet."))
    # What the person is given bears no stamp of a colleague's name.
    content = stored(paper) if paper.kind == Kind.RECORD else stamped(paper, by.name)
    record("consent_paper.exported", by=by, thing=paper, **_about(paper))
    return content


def _about(paper: ConsentPaper) -> dict:
    first = paper.consents.order_by("created_at").first()
    case_id = first.case_id if first and paper.kind == Kind.RECORD else None
    return {
        "case_id": case_id,
        "panel_id": first.panel_id if first else None,
        "detail": {"kind": paper.kind, "version": paper.number},
    }
