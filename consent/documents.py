"""What consent papers say: the blank form, one consent as it was recorded, and the forms of those to be renewed."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from consent.forms.drawing import path_of
from consent.models import Consent, ConsentAgency, ConsentAnswer, ConsentForm, ConsentPaper, Signature
from consent.rules.ends import phase_words
from core import pdf
from core.templatetags.confer import when

Side, Kind = ConsentAgency.Side, ConsentAnswer.Kind
TEMPLATES = {
    ConsentPaper.Kind.RECORD: "consent/document/record.html",
    ConsentPaper.Kind.RENEWALS: "consent/document/renewals.html",
}


def facts_of(paper: ConsentPaper) -> dict:
    """The facts of *paper*; `PermissionDenied` where who asked for it may no longer see every consent in it."""
    wanted = set(paper.consents.values_list("pk", flat=True))
    seen = Consent.objects.visible_to(paper.asked_by).filter(pk__in=wanted).with_whole()
    consents = sorted(seen, key=lambda each: (each.ends_on or timezone.localdate(), str(each.pk)))
    if not consents or {each.pk for each in consents} != wanted:
        raise PermissionDenied
    if paper.kind == ConsentPaper.Kind.RECORD:
        return record_facts(consents[0])
    newest = {(form.scheme, form.language): form for form in ConsentForm.objects.in_use().order_by("number")}
    forms = []
    for each in consents:
        form = newest.get((each.panel.scheme, each.form.language), each.form)
        with translation.override(_tag(form.language).lower()):
            forms.append(renewal_facts(each, form))
    return {"agency": paper.agency.name, "forms": forms}


def language_of(paper: ConsentPaper) -> str:
    """The tag of the language in which *paper*'s forms are; English where they are in several, each part in its own."""
    languages = set(paper.consents.values_list("form__language", flat=True))
    return _tag(languages.pop()) if len(languages) == 1 else _tag("en")


def title_of(paper: ConsentPaper) -> str:
    """A title without anybody's name: it stands in the file's metadata."""
    return str(_("Consent form")) if paper.kind == ConsentPaper.Kind.RECORD else str(_("Consent forms to renew"))


def handling() -> str:
    """The handling text under the marking."""
    return _("For the person and the agency that asked. A copy belongs to the person.")


def words_of(form: ConsentForm) -> dict:
    """The words and questions of *form*, as every paper shows them."""
    question = lambda each: {"label": each.label, "words": each.words, "apart": each.apart}  # noqa: E731
    return {
        "scheme": form.scheme,
        "number": form.number,
        "privacy_notice": form.privacy_notice,
        "texts": dict(form.texts),
        "categories": [question(each) for each in form.questions(Kind.CATEGORY)],
        "purposes": [question(each) for each in form.questions(Kind.PURPOSE)],
    }


def blank(form: ConsentForm) -> bytes:
    """The form of nobody, to be filled in by hand, as PDF/UA-1."""
    facts = words_of(form)
    context = {
        "facts": facts,
        "form": facts,
        "marking": _("OFFICIAL until filled in"),
        "handling": handling(),
        "version": str(form.number),
        "digest": pdf.content_digest(facts),
    }
    return pdf.render_pdf(
        "consent/document/blank.html", context, title=form.texts["title"], language=_tag(form.language)
    )


def record_facts(consent: Consent) -> dict:
    """One consent as it stands: whom it is of, who may tell whom what, what for, until when, and who signed."""
    return {
        **words_of(consent.form),
        **person_of(consent),
        "agency": consent.agency.name,
        "state": phase_words(consent),
        "from": when(consent.starts_on) if consent.starts_on else "",
        "until": when(consent.ends_on) if consent.ends_on else "",
        "able": str(consent.get_able_display()),
        "able_words": consent.able_words,
        "interpreter": "" if consent.interpreter is None else _("Yes") if consent.interpreter else _("No"),
        "format": str(consent.get_format_display()) if consent.format else "",
        "language": consent.language if consent.interpreter else "",
        "ground": str(consent.get_ground_display()) if consent.ground else "",
        "parent": str(consent.get_parent_answer_display()) if consent.parent_answer else "",
        "sides": sides_of(consent),
        "answers": answers_of(consent),
        "signatures": [signature_words(each) for each in sorted(consent.signatures.all(), key=lambda s: s.whose)],
        "withdrawn": when(consent.withdrawn_at) if consent.withdrawn_at else "",
    }


def renewal_facts(consent: Consent, form: ConsentForm) -> dict:
    """*form* to be filled in anew for who gave *consent*: the agencies named then, and no answer."""
    return {
        **words_of(form),
        "tag": _tag(form.language),
        **person_of(consent),
        "reference": consent.case.reference if consent.case else "",
        "until": when(consent.ends_on),
        "sides": [
            {"label": side["label"], "names": [name["name"] for name in side["agencies"] if not name["until"]]}
            for side in sides_of(consent)
        ],
    }


def person_of(consent: Consent) -> dict:
    """Who is asked: the name and the date of birth, as far as they are known."""
    party = consent.party
    born = when(party.birth_date) if party and party.birth_date else ""
    return {"person": party.name if party else "", "born": born}


def sides_of(consent: Consent) -> list[dict]:
    """Who may give and who may receive, by name; what was taken back with its day."""
    return [
        {
            "label": str(Side(side).label),
            "agencies": sorted(
                (
                    {"name": row.agency.name, "until": when(row.until) if row.until else ""}
                    for row in consent.agencies.all()
                    if row.side == side
                ),
                key=lambda row: row["name"],
            ),
        }
        for side in Side.values
    ]


def answers_of(consent: Consent) -> list[dict]:
    """Each question with its answer: yes, no, taken back since, or still open; information first, then purposes."""
    given = {(row.kind, row.code): row for row in consent.answers.all()}
    return [
        {
            "label": str(Kind(kind).label),
            "rows": [
                {"label": question.label, "words": question.words, "answer": _answer(given.get((kind, question.code)))}
                for question in consent.form.questions(kind)
            ],
        }
        for kind in Kind.values
    ]


def _answer(row: ConsentAnswer | None) -> str:
    if row is None:
        return _("Not answered")
    if row.until:
        return _("Yes, taken back on %(day)s") % {"day": when(row.until)}
    return _("Yes") if row.agreed else _("No")


def signature_words(signature: Signature) -> dict:
    """One signature as a paper shows it; what was drawn as the data of a path."""
    return {
        "whose": str(signature.get_whose_display()),
        "name": signature.name,
        "how": str(signature.get_method_display()),
        "day": when(signature.signed_on),
        "place": signature.place,
        "witness": signature.witness,
        "paper_kept": signature.paper_kept,
        "path": path_of(signature.strokes) if signature.strokes else "",
    }


def _tag(language: str) -> str:
    """The tag of one of the languages of forms, as a PDF says it of itself."""
    return {"en": "en-GB"}.get(language, language)
