"""Whether an answer to a request from outside may be given: piece by piece, then as a whole."""

from django.utils.translation import gettext as _

from disclosures.models import Answer, Consultation, MatchedItem, OutsideRequest, Redaction
from disclosures.rules import exemptions as grounds
from disclosures.rules.outside import panels_of, telling_words

Outcome, View = Redaction.Outcome, Consultation.View
WITH_GROUNDS = frozenset({Outcome.PART, Outcome.WITHHELD})
LEAVING = frozenset({Outcome.WHOLE, Outcome.PART})


def view_on(item: MatchedItem) -> str:
    """What its originator said to the giving of *item*: a `Consultation.View`; nothing where nobody answered."""
    return item.consultation.view if item.consultation_id else ""


def may_leave(member, item: MatchedItem, outcome: str) -> bool:
    """Whether *item* may be given so: the handler's own agency's, or as far as its originator agreed.

    No answer is no agreement.
    """
    if outcome not in LEAVING:
        return True
    if item.agency_id == member.agency_id:
        return True
    view = view_on(item)
    return view == View.AGREES or (view == View.LIMITS and outcome == Outcome.PART)


def wrong_with(
    member, request: OutsideRequest, item: MatchedItem, outcome: str, words: str, exemptions, reasons: str
) -> dict:
    """What keeps this from being done to *item*, by field; empty when it may."""
    wrong = {}
    if outcome not in Outcome.values:
        return {"outcome": _("Say what becomes of it.")}
    if not may_leave(member, item, outcome):
        wrong["outcome"] = (
            _("Its agency has agreed to a part alone.")
            if view_on(item) == View.LIMITS
            else _("Its agency has not agreed that it is given.")
        )
    if outcome == Outcome.PART and not words.strip():
        wrong["words"] = _("Keep the words that leave, or withhold the whole.")
    if outcome in WITH_GROUNDS and not exemptions:
        wrong["exemptions"] = _("Say on which grounds it is taken out.")
    elif outcome in WITH_GROUNDS and grounds.unknown(request.kind, exemptions):
        wrong["exemptions"] = _("This kind of request does not know that ground.")
    if outcome in WITH_GROUNDS and not reasons.strip():
        wrong["reasons"] = _("Say what harm it would do, and how the public interest was weighed.")
    leaving = {Outcome.WHOLE: item.original, Outcome.PART: words}.get(outcome, "")
    told = telling_words(leaving, list(panels_of(request)))
    if told:
        wrong["words"] = _("These words tell under which arrangement it is held: %(words)s. Take them out.") % {
            "words": ", ".join(told)
        }
    return wrong


def gaps(member, answer: Answer) -> list[str]:
    """Everything that is wanting before *answer* goes to the second check, in plain words; none when it may."""
    request = answer.request
    if answer.kind == Answer.Kind.NEITHER:
        return [] if answer.reasoning.strip() else [_("Say for the record why it is neither confirmed nor denied.")]
    wanting = []
    told = telling_words(answer.words, list(panels_of(request)))
    if told:
        wanting.append(
            _("The words of the answer tell under which arrangement something is held: %(words)s.")
            % {"words": ", ".join(told)}
        )
    if answer.kind in (Answer.Kind.REFUSAL, Answer.Kind.OUTCOME) and not answer.words.strip():
        wanting.append(_("Write the words of the answer."))
    if answer.kind == Answer.Kind.REFUSAL and not answer.sections:
        wanting.append(_("Say on which grounds nothing is given."))
    if answer.kind == Answer.Kind.REFUSAL and not answer.reasoning.strip():
        wanting.append(_("Say what harm it would do, and how the public interest was weighed."))
    if answer.kind == Answer.Kind.INFORMATION:
        wanting += _wanting_of_items(member, answer)
    return wanting


def unseen(member, answer: Answer) -> bool:
    """Whether *answer* decides on something that *member* may not see."""
    if answer.kind != Answer.Kind.INFORMATION:
        return False
    return answer.redactions.count() != Redaction.objects.visible_to(member).filter(answer=answer).count()


def _wanting_of_items(member, answer: Answer) -> list[str]:
    items = list(MatchedItem.objects.of_request(member).filter(request=answer.request).select_related("consultation"))
    made = {row.item_id: row for row in Redaction.objects.visible_to(member).filter(answer=answer)}
    wanting = []
    if any(item.pk not in made for item in items):
        wanting.append(_("Say of every item what becomes of it."))
    if any(pk in made and not may_leave(member, item, made[pk].outcome) for pk, item in ((i.pk, i) for i in items)):
        wanting.append(_("An agency has not agreed to what the answer gives of its information."))
    leaves = any(row.leaves for row in made.values())
    if not leaves and not answer.words.strip():
        wanting.append(_("Nothing is given. Write the words of the answer, or choose to neither confirm nor deny."))
    return wanting
