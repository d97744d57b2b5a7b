"""The answer to a request from outside: drafted, checked by a second person, made into a paper, sent."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.workflow.drafts import drop_all_drafts
from cases.workflow.merging import Clash, merge, same
from core.history import noting
from core.recording import record
from disclosures import emails_of_outside as emails
from disclosures.models import Answer, AnswerPaper, MatchedItem, OutsideRequest, Redaction
from disclosures.rules import address
from disclosures.rules import answer as rules
from disclosures.rules import exemptions as grounds
from disclosures.rules import outside as steps
from disclosures.workflow.outside import _must, _save
from disclosures.workflow.printing import make_answer
from partnership.post.press import stored

State = OutsideRequest.State
REDACTED = ("item_id", "outcome", "words", "exemptions", "reasons", "decided_by_id")


@transaction.atomic
def save_answer(
    *,
    by,
    request: OutsideRequest,
    kind: str,
    words: str = "",
    sections=(),
    reasoning: str = "",
    seen: int | None = None,
) -> Answer:
    """Draft what is answered; a draft that waits is changed, where it is not the version *seen* any more field by
    field (`Clash` where both changed the same), else a new version begins.

    *sections* are the grounds on which nothing is given.  What neither confirms nor denies takes no words and no
    grounds: its paper is the same for everybody.
    """
    _must(by, request, "draft")
    if kind not in steps.answers_offered(request):
        raise ValidationError({"kind": _("This kind of request has no such answer.")})
    answer = open_answer(request)
    if answer is None:
        answer = Answer(key=request.key, request=request, number=_next(request), drafted_by=by)
    given = {"kind": kind, "words": words, "sections": [code for code in sections if code], "reasoning": reasoning}
    if not answer._state.adding and seen is not None:
        merged = merge(answer, seen, given)
        if merged.clashes:
            raise Clash(answer, merged)
        given = merged.values
    for name, value in given.items():
        setattr(answer, name, value)
    answer.drafted_by = by
    if answer.kind == Answer.Kind.NEITHER:
        answer.words, answer.sections = "", []
    if grounds.unknown(request.kind, answer.sections):
        raise ValidationError({"sections": _("This kind of request does not know that ground.")})
    noting(answer, by=by, reason="answer.drafted")
    if answer._state.adding:
        answer.save(force_insert=True)
    else:
        answer.save_over(answer.version)
    if request.state == State.CONSULT:
        request.state = State.DRAFT
        noting(request, by=by, reason="answer.drafted").save_over(request.version)
    record("answer.drafted", by=by, thing=answer, detail={"kind": str(answer.kind), "version": answer.number})
    return answer


@transaction.atomic
def redact(
    *,
    by,
    answer: Answer,
    item: MatchedItem,
    outcome: str,
    words: str = "",
    exemptions=(),
    reasons: str = "",
    seen: int | None = None,
) -> Redaction:
    """Say what becomes of *item* in *answer*: given whole, in part with its *words*, withheld, or somebody else's.

    What another agency said leaves only as that agency's liaison officer has agreed (guidance Box 1).  What is taken
    out or withheld has grounds and reasons.  Where it is not the version *seen* any more (nought: nobody had decided),
    field by field; `Clash` where both changed the same.
    """
    _must(by, answer.request, "draft")
    answer = _locked(answer)
    if not answer.is_open or not MatchedItem.objects.of_request(by).filter(pk=item.pk, request=answer.request).exists():
        raise PermissionDenied
    typed = {"outcome": outcome, "words": words, "exemptions": [code for code in exemptions if code]}
    typed["reasons"] = reasons
    _require_fit(by, answer, item, typed)
    row = Redaction.objects.with_key().filter(answer=answer, item=item).first()
    if row is None:
        row = Redaction(key=answer.key, answer=answer, item=item)
    elif seen is not None and seen != row.version:
        typed = _merged(row, item, typed, seen)
        _require_fit(by, answer, item, typed)
    for name, value in _settled(item, typed).items():
        setattr(row, name, value)
    row.decided_by = by
    noting(row, by=by, reason="answer.drafted")
    row.save(force_insert=True) if row._state.adding else row.save_over(row.version)
    record("answer.drafted", by=by, thing=answer, things=[item], detail={"outcome": str(row.outcome)})
    return row


@transaction.atomic
def offer(*, by, answer: Answer) -> None:
    """Give *answer* to the second check; refused with everything that is wanting."""
    _must(by, answer.request, "offer")
    wanting = rules.gaps(by, answer)
    if wanting:
        raise ValidationError(wanting)
    answer.offered_at = timezone.now()
    noting(answer, by=by, reason="answer.offered").save_over(answer.version)
    drop_all_drafts(answer.request)
    _step(by, answer, State.CHECK, "answer.offered")
    emails.tell_checkers(answer.request, but=answer.drafted_by_id)


@transaction.atomic
def send_back(*, by, answer: Answer, words: str) -> None:
    """The second person sends *answer* back with *words*; its drafter begins a new version from it."""
    _must_check(by, answer)
    if not words.strip():
        raise ValidationError({"words": _("Say what must be changed.")})
    answer.returned_at, answer.returned_by, answer.returned_words = timezone.now(), by, words
    noting(answer, by=by, reason="answer.returned").save_over(answer.version)
    _step(by, answer, State.DRAFT, "answer.returned")
    _begin_from(answer)
    emails.tell_handler(answer.request, again=True)


@transaction.atomic
def pass_check(*, by, answer: Answer, address_seen: bool = False) -> AnswerPaper:
    """The second person passes *answer*: it cannot be changed any more, and the worker makes its paper.

    Refused to who drafted it, to somebody who may not see everything that leaves by it, and, where a confidential
    address of a case would leave, unless they say that they looked at that (*address_seen*).
    """
    _must_check(by, answer)
    if rules.unseen(by, answer):
        raise ValidationError(_("You may not see everything that this answer gives. Somebody else must check it."))
    if address.is_in_answer(by, answer):
        if not address_seen:
            raise ValidationError({"address_seen": _("Look at the confidential address, and say that it may go.")})
        answer.address_seen_at = timezone.now()
    answer.checked_at, answer.checked_by = timezone.now(), by
    noting(answer, by=by, reason="answer.checked").save_over(answer.version)
    record("answer.checked", by=by, thing=answer, detail={"version": answer.number})
    emails.tell_handler(answer.request, again=True)
    return _queue_paper(by, answer)


@transaction.atomic
def make_again(*, by, answer: Answer) -> AnswerPaper:
    """Have the paper of a checked answer made again where it failed."""
    if not steps.may_handle(by, answer.request) or answer.checked_at is None:
        raise PermissionDenied
    last = answer.papers.with_key().order_by("-number").first()
    if last is not None and last.state != AnswerPaper.State.FAILED:
        return last
    return _queue_paper(by, answer)


@transaction.atomic
def send(*, by, answer: Answer, method: str) -> None:
    """Note that the paper of a checked *answer* was sent, and how.  Recorded as a disclosure to the requester."""
    _must(by, answer.request, "send")
    if answer.checked_at is None:
        raise ValidationError(_("A second person checks the answer first."))
    if not answer.papers.filter(state=AnswerPaper.State.READY).exists():
        raise ValidationError(_("The paper of the answer is not ready."))
    if method not in Answer.Method.values:
        raise ValidationError({"method": _("Say how it was sent.")})
    answer.sent_at, answer.sent_by, answer.sent_method = timezone.now(), by, method
    noting(answer, by=by, reason="answer.sent").save_over(answer.version)
    request = answer.request
    request.state, request.due_on = State.SENT, None
    noting(request, by=by, reason="answer.sent").save_over(request.version)
    record(
        "answer.sent",
        by=by,
        thing=answer,
        recipients=[{"kind": "requester", "id": str(request.pk)}],
        detail={"method": str(method), "version": answer.number},
    )


@transaction.atomic
def answer_anew(*, by, request: OutsideRequest, found: str) -> Answer:
    """The internal review *found* that another answer is due: a new version begins from the one that was sent."""
    _must(by, request, "answer_anew")
    if not found.strip():
        raise ValidationError({"found": _("Say what the review found.")})
    request.review_words = found
    request.state = State.DRAFT
    _save(request, by, "outside.changed", request.version)
    return _begin_from(request.answers.with_key().order_by("-number").first())


def read_paper(*, by, paper: AnswerPaper) -> bytes:
    """The PDF for the requester; recorded as taken out before it leaves.

    Refused to who may know of the request and not of everything that the paper gives.
    """
    if not AnswerPaper.objects.visible_to(by).filter(pk=paper.pk).exists() or rules.unseen(by, paper.answer):
        raise PermissionDenied
    if paper.state != AnswerPaper.State.READY:
        raise ValidationError(_("This paper is not ready."))
    content = stored(paper)
    record(
        "answer.exported",
        by=by,
        thing=paper,
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
    )
    return content


def open_answer(request: OutsideRequest) -> Answer | None:
    """The version that its drafter may still change."""
    waiting = Answer.objects.with_key().filter(request=request, offered_at__isnull=True)
    return waiting.select_related("request").order_by("-number").first()


def _locked(answer: Answer) -> Answer:
    """*answer* as it is now, with the request that the caller has; a second tab waits until the first is done."""
    now = Answer.objects.with_key().select_for_update(of=("self",), no_key=True).get(pk=answer.pk)
    now.request = answer.request
    return now


def _require_fit(by, answer: Answer, item: MatchedItem, typed: dict) -> None:
    wrong = rules.wrong_with(by, answer.request, item, **typed)
    if wrong:
        raise ValidationError(wrong)


def _settled(item: MatchedItem, typed: dict) -> dict:
    """*typed* as it is kept: what is given whole in the item's own words, grounds only where something is taken out."""
    outcome = typed["outcome"]
    words = {Redaction.Outcome.WHOLE: item.original, Redaction.Outcome.PART: typed["words"]}.get(outcome, "")
    return typed | {"words": words, "exemptions": typed["exemptions"] if outcome in rules.WITH_GROUNDS else []}


def _merged(row: Redaction, item: MatchedItem, typed: dict, seen: int) -> dict:
    """*typed* over what another tab saved since *seen*; a clash shows what was typed, whatever leaves of it."""
    mine = _settled(item, typed)
    merged = merge(row, seen, mine)
    own = {name: value for name, value in typed.items() if same(merged.values[name], mine[name])}
    merged.values |= own
    if merged.clashes:
        raise Clash(row, merged)
    return merged.values


def _must_check(by, answer: Answer) -> None:
    if not steps.may_check(by, answer.request, answer):
        raise PermissionDenied


def _step(by, answer: Answer, state: str, event: str) -> None:
    answer.request.state = state
    noting(answer.request, by=by, reason=event).save_over(answer.request.version)
    record(event, by=by, thing=answer, detail={"version": answer.number})


def _next(request: OutsideRequest) -> int:
    return (request.answers.aggregate(last=Max("number"))["last"] or 0) + 1


def _begin_from(answer: Answer) -> Answer:
    """A new version with everything that *answer* says, for its drafter to change."""
    new = Answer(
        key=answer.key,
        request=answer.request,
        number=_next(answer.request),
        drafted_by=answer.drafted_by,
        **{name: getattr(answer, name) for name in ("kind", "words", "sections", "reasoning")},
    )
    noting(new, by=answer.drafted_by, reason="answer.drafted").save(force_insert=True)
    for old in answer.redactions.with_key():
        copied = {name: getattr(old, name) for name in REDACTED}
        noting(row := Redaction(key=answer.key, answer=new, **copied), by=answer.drafted_by, reason="answer.drafted")
        row.save(force_insert=True)
    return new


def _queue_paper(by, answer: Answer) -> AnswerPaper:
    number = (answer.papers.aggregate(last=Max("number"))["last"] or 0) + 1
    paper = AnswerPaper(key=answer.key, answer=answer, number=number, asked_by=by)
    noting(paper, by=by, reason="asked").save(force_insert=True)
    make_answer.enqueue(str(paper.pk))
    return paper
