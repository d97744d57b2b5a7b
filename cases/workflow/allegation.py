"""Who is said to have harmed whom beside the referral, and who is assessed to be the primary aggressor."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import AggressorAssessment, Case, CounterAllegation, Party
from cases.rules.case import may_keep
from core.history import noting
from core.recording import record


@transaction.atomic
def allege(
    *, by, case: Case, harmed: Party, against: Party, alleged_on, source: str, words: str, agency=None
) -> CounterAllegation:
    """Record that *source* says *against* harmed *harmed*, both people of *case*; *agency* brought it, where one did.

    An allegation: nobody's part in the case changes, and nobody is told by it.  Recorded.
    """
    _must_keep(by, case)
    _require_people(case, harmed, against)
    if harmed.pk == against.pk:
        raise ValidationError({"against": _("Choose two people.")})
    missing = {name: text for name, text in _MISSING.items() if not {"source": source, "words": words}[name].strip()}
    if missing:
        raise ValidationError({name: text() for name, text in missing.items()})
    if alleged_on > timezone.localdate():
        raise ValidationError({"alleged_on": _("The day must not be in the future.")})
    allegation = CounterAllegation(
        key=case.key,
        case=case,
        harmed=harmed,
        against=against,
        agency=agency,
        alleged_on=alleged_on,
        source=source.strip(),
        words=words.strip(),
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    noting(allegation, by=by, reason="alleged").save(force_insert=True)
    record("allegation.recorded", by=by, thing=allegation, case_id=case.pk, panel_id=case.panel_id)
    return allegation


@transaction.atomic
def withdraw_allegation(*, by, allegation: CounterAllegation, seen: int) -> None:
    """Take back an allegation that was recorded in error; it stays in the history."""
    _must_keep(by, allegation.case)
    if allegation.withdrawn_at:
        return
    allegation.withdrawn_at, allegation.withdrawn_by = timezone.now(), by
    noting(allegation, by=by, reason="withdrawn").save_over(seen)
    record("allegation.withdrawn", by=by, thing=allegation, case_id=allegation.case_id)


@transaction.atomic
def assess_aggressor(
    *, by, case: Case, party: Party | None, agency, assessor: str, assessed_on, words: str
) -> AggressorAssessment:
    """Record who *assessor* of *agency* finds to be the primary aggressor (None: it cannot be told), and on what.

    A later assessment stands beside the earlier ones; none is changed.  Recorded.
    """
    _must_keep(by, case)
    _require_people(case, *filter(None, [party]))
    if not words.strip():
        raise ValidationError({"words": _("Say what it rests on.")})
    if assessed_on > timezone.localdate():
        raise ValidationError({"assessed_on": _("The day must not be in the future.")})
    assessment = AggressorAssessment(
        key=case.key,
        case=case,
        party=party,
        agency=agency,
        assessor=assessor.strip(),
        assessed_on=assessed_on,
        words=words.strip(),
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    noting(assessment, by=by, reason="assessed").save(force_insert=True)
    record("aggressor.assessed", by=by, thing=assessment, case_id=case.pk, panel_id=case.panel_id)
    return assessment


_MISSING = {"source": lambda: _("Say who says so."), "words": lambda: _("Say what is alleged.")}


def _must_keep(by, case: Case) -> None:
    if not may_keep(by, case):
        raise PermissionDenied


def _require_people(case: Case, *parties: Party) -> None:
    if any(party.case_id != case.pk for party in parties):
        raise ValidationError(_("This person is not part of the case."))
