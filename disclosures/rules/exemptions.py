"""On which grounds something is withheld: the exemptions that each kind of request knows.

Those from subject rights stand in the reference table of lawful bases (type EX, by regime and date); the sections of
the Freedom of Information Act and the exceptions of the Environmental Information Regulations stand here.
"""

from django.utils.translation import gettext_lazy as _

from disclosures.models import OutsideRequest
from partnership.models import LegalBasis

Kind = OutsideRequest.Kind

FOI_SECTIONS = {
    "s12": _("s.12: it would cost more than the limit"),
    "s14": _("s.14: vexatious or repeated"),
    "s21": _("s.21: reasonably accessible elsewhere"),
    "s22": _("s.22: to be published"),
    "s23": _("s.23: about security bodies"),
    "s24": _("s.24: national security"),
    "s30": _("s.30: investigations and proceedings"),
    "s31": _("s.31: law enforcement"),
    "s36": _("s.36: conduct of public affairs"),
    "s38": _("s.38: health and safety"),
    "s40": _("s.40: personal information"),
    "s41": _("s.41: given in confidence"),
    "s42": _("s.42: legal professional privilege"),
    "s43": _("s.43: commercial interests"),
    "s44": _("s.44: another law forbids it"),
}
EIR_EXCEPTIONS = {
    "r12_4b": _("regulation 12(4)(b): manifestly unreasonable"),
    "r12_5a": _("regulation 12(5)(a): public safety"),
    "r12_5b": _("regulation 12(5)(b): course of justice"),
    "r12_5d": _("regulation 12(5)(d): confidential proceedings"),
    "r12_5f": _("regulation 12(5)(f): interests of who supplied it"),
    "r13": _("regulation 13: personal data"),
}
OTHER_GROUNDS = {
    "not_asked": _("not asked for by the order or request"),
    "privilege": _("legal professional privilege"),
    "immunity": _("public interest immunity"),
    "confidence": _("confidential, and not within the order or the tests"),
}
REGIMES = {Kind.SUBJECT_ACCESS_3: "part3"}


def offered(kind: str, on=None) -> list[tuple[str, object]]:
    """The grounds, as pairs of code and label, on which something is withheld from a request of *kind* on a day."""
    if kind == Kind.FOI:
        return list(FOI_SECTIONS.items())
    if kind == Kind.EIR:
        return list(EIR_EXCEPTIONS.items())
    if kind in (Kind.COURT, Kind.VICTIM):
        return list(OTHER_GROUNDS.items())
    regime = REGIMES.get(kind, "uk_gdpr")
    rows = [row for row in LegalBasis.objects.valid(on) if LegalBasis.Type.EXEMPTION in row.types]
    return [(row.code, _worded(row)) for row in rows if not row.regimes or regime in row.regimes]


def unknown(kind: str, codes, on=None) -> list[str]:
    """Those of *codes* that a request of *kind* does not know on that day."""
    known = {code for code, _label in offered(kind, on)}
    return [code for code in codes if code not in known]


def words_for(kind: str, codes, on=None) -> list:
    """The labels of *codes*, in the order of the table."""
    wanted = set(codes)
    return [label for code, label in offered(kind, on) if code in wanted]


def tell_grounds(rows) -> None:
    """Give each of *rows*, which name `exemptions` by code, their labels as `grounds`, in one query whatever they name.

    What was in force when it was named keeps its label; a code that no table knows stands for itself.
    """
    words = FOI_SECTIONS | EIR_EXCEPTIONS | OTHER_GROUNDS
    words |= {row.code: _worded(row) for row in LegalBasis.objects.only("code", "label", "citation")}
    for row in rows:
        row.grounds = [words.get(code, code) for code in row.exemptions]


def _worded(row: LegalBasis) -> str:
    return f"{row.code}: {row.label} ({row.citation})"
