"""Signatures under a consent form: of the worker, of the person, of somebody with parental responsibility."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models import Consent, Signature
from consent.rules.complete import content_of, lacks
from consent.workflow.keeping import check, keep, whole

Method, Whose = Signature.Method, Signature.Whose


@transaction.atomic
def take_signature(
    *,
    by,
    consent: Consent,
    whose: str,
    method: str,
    name: str,
    signed_on: datetime.date,
    seen: int,
    strokes=(),
    witness: str = "",
    place: str = "",
    paper_kept: str = "",
) -> Signature:
    """*name* signs what stands in *consent* now, in place of an earlier signature of the same person.

    *strokes*: what was drawn (`consent.forms.drawing`).  Refused while anything is missing.  Recorded as signed.
    """
    consent = whole(consent)
    check("sign", by, consent)
    missing = lacks(consent)
    if missing:
        raise ValidationError(missing)
    _check_signature(consent, whose, method, name, signed_on, strokes, witness, paper_kept)
    signature = Signature(
        key=consent.key,
        consent=consent,
        whose=whose,
        method=method,
        name=name,
        signed_on=signed_on,
        strokes=list(strokes) if method == Method.DRAWN else [],
        witness=witness if method == Method.TYPED else "",
        place=place,
        paper_kept=paper_kept if method == Method.PAPER else "",
        digest=content_of(consent),
        taken_by=by,
    )
    keep(consent, by=by, reason="signed", event="consent.signed", seen=seen)
    Signature.objects.filter(consent=consent, whose=whose).delete()
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
    except IntegrityError:
        raise ValidationError(_("Somebody else took this signature a moment ago.")) from None
    return signature


def _check_signature(consent, whose, method, name, signed_on, strokes, witness, paper_kept) -> None:
    errors = {}
    if not name.strip():
        errors["name"] = _("Enter the name of who signs.")
    if whose == Whose.PERSON and consent.able != Consent.Able.YES:
        errors["name"] = _("Somebody who cannot decide this does not sign it.")
    if method == Method.DRAWN and not strokes:
        errors["strokes"] = _("Nothing is drawn. Draw the signature, or sign in another way.")
    if method == Method.TYPED and not witness.strip():
        errors["witness"] = _("A typed name needs a witness: enter who saw it.")
    if method == Method.TYPED and witness.strip().casefold() == name.strip().casefold():
        errors["witness"] = _("The witness is somebody else.")
    if method == Method.PAPER and not paper_kept.strip():
        errors["paper_kept"] = _("Say where the signed paper is kept.")
    if signed_on > timezone.localdate():
        errors["signed_on"] = _("The day of signing must be today or earlier.")
    elif method != Method.PAPER and signed_on != timezone.localdate():
        errors["signed_on"] = _("What is signed here is signed today; an earlier day is for paper alone.")
    if errors:
        raise ValidationError(errors)
