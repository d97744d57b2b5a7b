"""The letter to who asked for an ASB case review: it names nobody but the applicant."""

from django.utils.translation import gettext as _

from cases.forms.items import shown
from cases.models import Party, Sheet
from cases.rules.address import address_for_letters
from cases.schemes import scheme_of
from core import pdf
from core.templatetags.confer import when


def letter_to(member, sheet: Sheet) -> bytes:
    """The letter that *sheet* holds, to the applicant of its case; PDF/UA-1."""
    principal = scheme_of(sheet.case.panel).principal
    people = Party.objects.visible_to(member).filter(case=sheet.case, capacity=principal).current().in_order()
    applicant = people.first()
    facts = {
        "reference": sheet.case.reference,
        "panel": sheet.case.panel.name,
        "name": applicant.name if applicant else "",
        "address": address_for_letters(applicant) if applicant else [],
        "written": when(sheet.written_at.date()),
        "parts": [{"heading": label, "text": words} for label, words in shown(sheet.kind_of.items, sheet.data)],
    }
    context = {
        "facts": facts,
        "marking": _("OFFICIAL-SENSITIVE"),
        "handling": _("For the applicant. It names nobody else."),
        "version": "1",
        "digest": pdf.content_digest(facts),
    }
    return pdf.render_pdf("cases/asb/document/letter.html", context, title=str(_("ASB case review")))
