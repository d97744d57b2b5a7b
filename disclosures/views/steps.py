"""The steps of a request from outside that are one small form each."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from disclosures.forms import outside as forms
from disclosures.models import Answer, OutsideRequest, VictimTests
from disclosures.workflow import answer as answers
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs


def checked_answer(found: OutsideRequest) -> Answer | None:
    rows = Answer.objects.with_key().filter(request=found, checked_at__isnull=False, sent_at__isnull=True)
    return rows.select_related("request__key").order_by("-number").first()


@dataclass(frozen=True)
class Step:
    """One step: its title, its form and the verb that takes the form's fields; *given* what it takes besides."""

    title: Any
    form: type
    verb: Any
    act: str
    done: Any
    given: Any = lambda request: {"request": request}
    hint: Any = ""


# The steps that bring the request on; all others may be taken beside.
ONWARD = ("resume", "acknowledge", "search", "consult", "send", "anew")

STEPS = {
    "identity": Step(
        _("Identity check"), forms.IdentityForm, verbs.check_identity, "name", _("The identity check is noted.")
    ),
    "change": Step(
        _("Correct the request"),
        forms.ChangeForm,
        verbs.change_request,
        "change",
        _("The request is corrected, and what is held is looked for again."),
        hint=_(
            "What is held about the person is looked for by what you save here, and kept from erasure. What was found "
            "before stays listed: leave out of the answer what is about somebody else."
        ),
    ),
    "pause": Step(_("Stop the clock"), forms.PauseForm, verbs.pause, "pause", _("The clock stands still.")),
    "resume": Step(_("Let the clock run again"), forms.ResumeForm, verbs.resume, "resume", _("The clock runs again.")),
    "extend": Step(
        _("Take more time"), forms.ExtendForm, verbs.extend, "extend", _("The new day is set. Tell the requester.")
    ),
    "acknowledge": Step(
        _("Acknowledge the complaint"),
        forms.AcknowledgeForm,
        verbs.acknowledge,
        "acknowledge",
        _("The acknowledgement is noted."),
    ),
    "tests": Step(
        _("The three tests and the notice"), forms.TestsForm, verbs.record_tests, "name", _("The tests are noted.")
    ),
    "search": Step(
        _("Begin the search"), forms.SearchScopeForm, verbs.begin_search, "search", _("The search has begun.")
    ),
    "consult": Step(
        _("Ask the originators"),
        forms.ConsultForm,
        verbs.begin_consultation,
        "consult",
        _("Every agency that may hold something is being asked."),
    ),
    "ask-agency": Step(
        _("Ask one agency"), forms.AskAgencyForm, consultations.ask_agency, "ask_agency", _("The agency is asked.")
    ),
    "name": Step(_("Name somebody who may know"), forms.NameForm, verbs.name_member, "name", _("Saved.")),
    "hand-over": Step(
        _("Hand the request over"), forms.HandOverForm, verbs.hand_over, "name", _("The request is handed over.")
    ),
    "ico": Step(_("ICO reference"), forms.IcoForm, verbs.note_ico, "note_ico", _("Saved.")),
    "send": Step(
        _("Note that it was sent"),
        forms.SendForm,
        answers.send,
        "send",
        _("Saved: the answer was sent."),
        lambda request: {"answer": checked_answer(request)},
    ),
    "review": Step(
        _("Internal review asked for"), forms.ReviewForm, verbs.ask_review, "ask_review", _("The review has begun.")
    ),
    "anew": Step(
        _("Answer anew after the review"),
        forms.AnewForm,
        answers.answer_anew,
        "answer_anew",
        _("A new version of the answer has begun."),
    ),
    "close": Step(_("Close the request"), forms.CloseForm, verbs.close_request, "close", _("The request is closed.")),
}


def initial_of(found: OutsideRequest, act: str) -> dict:
    match act:
        case "identity":
            return {"check": found.identity_check, "words": found.identity_words}
        case "change":
            return forms.asked(found)
        case "ico":
            return {"reference": found.ico_reference}
        case "tests":
            row = VictimTests.objects.with_key().filter(request=found).first()
            return {name: getattr(row, name) for name in forms.TestsForm.base_fields} if row else {}
    return {}
