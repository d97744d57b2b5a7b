"""Putting a decision on the merits before the own liaison officer, who confirms it with a fresh code, or does not."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Party, ReferenceCounter, Sheet
from cases.schemes import scheme_of
from cases.workflow.reference import next_reference
from core.history import noting
from core.models import Key
from core.recording import record
from core.working_days import working_days_after
from disclosures.emails import tell_of_merits
from disclosures.models import Decision, Disclosure
from disclosures.rules.merits import Standing, may_put, standings
from disclosures.rules.request import without_officer
from disclosures.workflow.request import name_person, open_decision

DAYS = 5  # working days within which the liaison officer is to answer


@transaction.atomic
def put_to_officer(*, by, sheet: Sheet) -> Decision:
    """Let *sheet*, what the agency of *by* decided on the merits, wait for its liaison officer.

    It is decided as a request is (`workflow.approval`), by another than *by*, for the agency that it names alone.  That
    agency and the panel learn nothing of it.  Refused while it waits or is confirmed, where it stands no more, and
    where nobody could decide.  Recorded as disclosure.merits_put; the liaison officers are told.  Information Sharing
    for Community Safety (2010) §3.1.1.1.
    """
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=sheet.case_id).first()
    if case is None or not may_put(by, case):
        raise PermissionDenied
    standing = next((each for each in standings(by, case) if each.sheet.pk == sheet.pk), None)
    if standing is None or not standing.is_open:
        raise ValidationError(_("This is confirmed, waits already, or stands no more. Look at it again."))
    if without_officer([by.agency], by.pk, case.pk):
        raise ValidationError(_("Your agency has nobody else who could decide: it must name a liaison officer first."))
    disclosure = _put(by, case, standing)
    decision = open_decision(by=by, disclosure=disclosure, originator=by.agency, reason="merits")
    about = {"case_id": case.pk, "panel_id": case.panel_id}
    record("disclosure.merits_put", by=by, thing=disclosure, detail={"number": disclosure.number}, **about)
    tell_of_merits(disclosure, by.agency)
    return decision


def _put(by, case: Case, standing: Standing) -> Disclosure:
    now = timezone.now()
    last = working_days_after(timezone.localdate(now), DAYS)
    disclosure = Disclosure(
        key=Key.objects.mint(Key.Kind.DISCLOSURE),
        panel=case.panel,
        scheme=case.panel.scheme,
        number=next_reference(case.panel, ReferenceCounter.Kind.DISCLOSURE, at=now),
        way=Disclosure.Way.MERITS,
        state=Disclosure.State.ASKED,
        case=case,
        requested_by=by,
        received_at=now,
        due_at=timezone.make_aware(datetime.datetime.combine(last, datetime.time(23, 59, 59))),
        sheet=standing.sheet,
        wanted=standing.sheet.data["what"],
        purpose=standing.sheet.data["how"],
    )
    noting(disclosure, by=by, reason="merits").save(force_insert=True)
    principals = Party.objects.with_key().filter(case=case, capacity=scheme_of(case.panel).principal).current()
    for party in principals.in_order():
        name_person(disclosure, party)
    return disclosure
