"""What an administrator can do about the partnership, its agencies, signatories and panels."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import smime
from core.history import noting
from core.identity import signing_certificate
from core.models import FolderMark
from core.recording import SystemActor, record
from core.records import StaleVersion
from partnership import emails
from partnership.models import Agency, Member, Panel, Partnership, Signatory
from partnership.models.organisation import CERTIFICATE_WARNING
from partnership.roles import Role

CLOCK = SystemActor("certificate clock")
WARNED = "signing warned"  # the mark of the signing certificate that administrators were last warned of


def change_partnership(partnership: Partnership, *, by: Member, seen: int) -> None:
    """Save the partnership over the version *seen*.  Records partnership.changed."""
    _save(partnership, by=by, seen=seen, event="partnership.changed")


def save_agency(agency: Agency, *, by: Member, seen: int | None = None) -> None:
    """Add the agency, or save it over the version *seen*.

    A certificate must still serve the mail domains.  Records agency.added or agency.changed.
    """
    if agency.certificate and agency.usable_certificate():
        problems = smime.certificate_problems(agency.certificate, agency.secure_domains, timezone.now())
        if problems:
            raise ValidationError(
                {"secure_domains": _("The agency’s certificate would no longer serve: %(why)s") % {"why": problems[0]}}
            )
    _save(agency, by=by, seen=seen, event="agency.changed" if seen is not None else "agency.added")


def set_certificate(agency: Agency, *, by: Member, pem: str, seen: int) -> None:
    """Let letters to *agency* be encrypted to *pem*; empty takes the certificate away.

    Refused with every reason why it cannot serve today (`core.smime.certificate_problems`).  Records agency.changed.
    """
    pem = pem.strip()
    agency.certificate, agency.certificate_expires_at, agency.certificate_warned_at = "", None, None
    if pem:
        problems = smime.certificate_problems(pem, agency.secure_domains, timezone.now())
        if problems:
            raise ValidationError({"certificate": problems})
        facts = smime.read_certificate(pem)
        agency.certificate, agency.certificate_expires_at = facts.pem, facts.not_after
    _save(agency, by=by, seen=seen, event="agency.changed", reason="certificate.set" if pem else "certificate.removed")


def save_signatory(signatory: Signatory, *, by: Member, seen: int | None = None) -> None:
    """Correct the days of a standing, over the version *seen*; two of one agency never overlap.

    A standing that ended does not come back by its days: it is resumed, or the agency joins again.  Its tier is moved
    by a joining alone.  Records signatory.changed.
    """
    before = Signatory.objects.filter(pk=signatory.pk).first()
    now = timezone.now()
    if before and before.until and before.until <= now and not (signatory.until and signatory.until <= before.until):
        raise ValidationError({"until": _("A standing that has ended is not prolonged: the agency joins again.")})
    others = Signatory.objects.filter(agency=signatory.agency).exclude(pk=signatory.pk)
    if signatory.until:
        others = others.filter(since__lt=signatory.until)
    if others.exclude(until__lte=signatory.since).exists():
        raise ValidationError(
            {"since": _("The agency is a signatory for part of this time already: end that first, or change it.")}
        )
    _save(signatory, by=by, seen=seen, event="signatory.changed")


def save_panel(panel: Panel, *, by: Member, agencies, told_at_once, seen: int | None = None) -> None:
    """Add the panel, or save its settings over the version *seen*.  Records panel.added or panel.changed."""
    with transaction.atomic():
        _save(panel, by=by, seen=seen, event="panel.changed" if seen is not None else "panel.added")
        panel.agencies.set(agencies)
        panel.told_at_once.set(told_at_once)


def _save(row, *, by: Member, seen: int | None, event: str, reason: str = "") -> None:
    try:
        with transaction.atomic():
            noting(row, by=by, reason=reason or event)
            if seen is None:
                row.save(force_insert=True)
            else:
                row.save_over(seen)
            record(event, by=by, thing=row, detail={"reason": reason} if reason else None)
    except IntegrityError as error:
        raise ValidationError({"name": _("There is one with this name already.")}) from error


def warn_of_certificates(*, by=CLOCK) -> int:
    """Write to every partnership's administrators, once per certificate, 30 days before it expires.

    The number of letters taken.  Records certificate.warned per agency.
    """
    letters = 0
    for partnership in Partnership.objects.all():
        due = Agency.objects.filter(partnership=partnership, certificate_warned_at__isnull=True)
        due = list(due.with_ending_certificates().exclude(certificate=""))
        if not due:
            continue
        try:
            with transaction.atomic():
                for agency in due:
                    agency.certificate_warned_at = timezone.now()
                    noting(agency, by=by, reason="certificate.warned").save_over(agency.version)
                    record("certificate.warned", by=by, thing=agency)
        except StaleVersion:
            continue  # another clock, or an administrator, came between: the next round sees to it
        administrators = Member.objects.filter(agency__partnership=partnership).holding(Role.ADMINISTRATOR)
        letters += sum(emails.send_certificate_warning(member, ending=len(due)) for member in administrators)
    return letters


def warn_of_signing_certificate(*, by=CLOCK) -> int:
    """Write to all administrators, once per certificate, 30 days before the installation's own stops signing.

    The number of letters taken.  Records certificate.warned.
    """
    found = ending_signing_certificate()
    if found is None:
        return 0
    with transaction.atomic():
        if not _is_first_warning(found):
            return 0
        record("certificate.warned", by=by, detail={"whose": "installation"})
    administrators = Member.objects.holding(Role.ADMINISTRATOR)
    return sum(emails.send_signing_warning(member, certificate=found) for member in administrators)


def ending_signing_certificate() -> smime.Certificate | None:
    """The installation's own signing certificate, where it runs out within `CERTIFICATE_WARNING` or has run out."""
    found = signing_certificate(settings.CONFER_KEYS)
    return found if found and found.not_after <= timezone.now() + CERTIFICATE_WARNING else None


def _is_first_warning(certificate: smime.Certificate) -> bool:
    """Whether nobody was warned of this certificate; of two clocks at one instant the answer is yes for one."""
    mark = bytes.fromhex(certificate.fingerprint.replace(":", ""))
    _kept, is_made = FolderMark.objects.get_or_create(name=WARNED, defaults={"mark": mark})
    is_changed = FolderMark.objects.filter(name=WARNED).exclude(mark=mark).update(mark=mark)
    return is_made or bool(is_changed)
