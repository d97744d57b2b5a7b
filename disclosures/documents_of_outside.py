"""What the answer to a request from outside says: plain facts for its paper.

No scheme, no counts, no gaps, no dates of files; what is neither confirmed nor denied says the same to everybody.
"""

from django.utils.translation import gettext as _

from core.templatetags.confer import when
from disclosures.models import Answer, OutsideRequest, Redaction
from disclosures.rules import exemptions as grounds

Kind = OutsideRequest.Kind


def title_of(answer: Answer) -> str:
    """A title without anybody's name: it stands in the file's metadata."""
    return _("Answer to request %(number)s") % {"number": answer.request.number}


def facts_of(answer: Answer) -> dict:
    """The facts of the paper: who answers, to which request, and what."""
    request = answer.request
    silent = answer.kind == Answer.Kind.NEITHER
    given = [] if silent else [row.words for row in _leaving(answer)]
    return {
        "number": request.number,
        "authority": request.received_by.name,
        "received": when(request.received_on),
        "paragraphs": neither_words(request.kind) if silent else _paragraphs(answer.words),
        "given": given,
        "grounds": [] if silent else [str(label) for label in grounds.words_for(request.kind, answer.sections)],
        "rights": rights_words(request.kind),
    }


def neither_words(kind: str) -> list[str]:
    """The paragraphs that neither confirm nor deny, by kind of request alone."""
    match kind:
        case Kind.FOI:
            law = _(
                "Under section 40(5B) and the corresponding provisions of the Freedom of Information Act 2000, an "
                "authority need not say whether it holds information where to say so would itself disclose it."
            )
        case Kind.EIR:
            law = _(
                "Under regulation 13(5) and regulation 12(6) of the Environmental Information Regulations 2004, an "
                "authority may decline to say whether it holds information."
            )
        case Kind.SUBJECT_ACCESS_3:
            law = _(
                "Under section 45(4) and (6) of the Data Protection Act 2018, an authority may limit what it gives and "
                "what it says about that."
            )
        case _other:
            law = _(
                "The law allows, and in part requires, that an authority does not say whether it holds certain "
                "information."
            )
    return [
        _("We have considered your request."),
        _("There is nothing that we are required to give you."),
        law,
        _(
            "This answer neither confirms nor denies that we hold anything about the matter of your request. We give "
            "the same answer whether or not we do, and nothing should be concluded from it."
        ),
    ]


def rights_words(kind: str) -> list[str]:
    """What the requester can do next."""
    ico = _(
        "You can complain to the Information Commissioner: Information Commissioner’s Office, Wycliffe House, Water "
        "Lane, Wilmslow SK9 5AF, telephone 0303 123 1113, ico.org.uk."
    )
    match kind:
        case Kind.FOI | Kind.EIR:
            return [_("You can ask us for an internal review within 40 working days."), ico]
        case Kind.COURT | Kind.VICTIM:
            return []
        case _other:
            return [
                _("You can ask us to look at this again, or make a data protection complaint to us."),
                ico,
                _("You can also ask a court to enforce your rights."),
            ]


def _leaving(answer: Answer) -> list[Redaction]:
    """What leaves, in an order that says nothing about when it was written."""
    return [row for row in answer.redactions.with_key().order_by("pk") if row.leaves]


def _paragraphs(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]
