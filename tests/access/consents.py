"""Consents: housing asked the victim of the listed case; nobody else learns that somebody was asked."""

from consent.workflow.printing import ask_record, print_consents
from tests.consent.asking import make_consent, make_form, prepared

TABLE = """
#     consent                              about             desk agencies narrow barred nobody
GET   consent:home                         -                 ox oooo xxxx o ?
POST  consent:print_renewals               -                 >x >>>> xxxx > ?
GET   consent:blank                        consent_form      ox oooo xxxx o ?
GET   consent:case_consents                case              ox oo.. xxxx . ?
GET   consent:begin                        case              ox oo.. xxxx . ?
POST  consent:begin                        case              !x !!.. xxxx . ?
GET   consent:pass_on                      case              ox oo.. xxxx . ?
POST  consent:pass_on                      case              !x !!.. xxxx . ?
GET   consent:consent                      consent_held      .x oo.. xxxx . ?
GET   consent:section                      consent_section   .x oo.. xxxx . ?
POST  consent:section                      consent_section   .x !!.. xxxx . ?
GET   consent:sign                         consent_sign      .x oo.. xxxx . ?
POST  consent:sign                         consent_sign      .x !!.. xxxx . ?
GET   consent:act                          consent_refuse    .x oo.. xxxx . ?
POST  consent:act                          consent_refuse    .x !!.. xxxx . ?
GET   consent:act                          consent_withdraw  .x oo.. xxxx . ?
POST  consent:act                          consent_withdraw  .x !!.. xxxx . ?
POST  consent:give                         consent_asked     .x >>.. xxxx . ?
POST  consent:ask                          consent_not_asked .x >>.. xxxx . ?
POST  consent:renew                        consent_held      .x >>.. xxxx . ?
POST  consent:print                        consent_held      .x >>.. xxxx . ?
GET   consent:paper                        consent_paper     .x oo.. xxxx . ?
"""


def abouts(s) -> dict[str, dict]:
    """One consent that is held and printed, one that is being asked, one that is not sought."""
    w = s.world
    form = make_form()
    given = {"by": w.housing, "gives": [w.housing_agency], "receives": [w.police_agency]}
    held = make_consent(w, s.case, **given)
    asked = make_consent(w, s.case, state="requested", able="", categories=(), purposes=(), **given)
    asked = prepared(w, asked, by=w.housing)
    not_asked = make_consent(w, s.case, state="not_sought", **given)
    paper = ask_record(by=w.housing, consent=held)
    print_consents.func(str(paper.pk))
    return {
        "consent_form": {"pk": form.pk},
        "consent_held": {"pk": held.pk},
        "consent_asked": {"pk": asked.pk},
        "consent_not_asked": {"pk": not_asked.pk},
        "consent_section": {"pk": asked.pk, "section": "person"},
        "consent_sign": {"pk": asked.pk, "whose": "worker"},
        "consent_refuse": {"pk": asked.pk, "act": "refuse"},
        "consent_withdraw": {"pk": held.pk, "act": "withdraw"},
        "consent_paper": {"pk": paper.pk},
    }


def sent(s) -> dict[str, dict]:
    return {}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What is saved with words in it: whether the person can decide, and a refusal."""
    return {"consent:section": ("housing", {"seen": 2, "able": "yes", "format": "aloud", "interpreter": "no"})}
