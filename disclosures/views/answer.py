"""The answer to a request from outside: drafted item by item, checked by a second person, taken out as a paper."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404, missed
from cases.views.writing import open_form, save_form
from disclosures.documents_of_outside import facts_of
from disclosures.forms.answer import AnswerForm, CheckForm, RedactForm
from disclosures.models import Answer, AnswerPaper, MatchedItem, OutsideRequest, Redaction
from disclosures.rules import address
from disclosures.rules import answer as answer_rules
from disclosures.rules import exemptions as grounds
from disclosures.rules import outside as rules
from disclosures.views.outside import HANDLE, find
from disclosures.workflow import answer as verbs
from partnership.access import permission
from partnership.views.doing import done, pressed, shown, typed

PART = "answer"


@permission(HANDLE)
def draft(request, pk):
    """Write the answer, kept as it is typed, and see of every item what becomes of it."""
    found = find(request, pk)
    if not rules.may(request.member, found, "draft"):
        raise PermissionDenied
    answer = verbs.open_answer(found)
    make = _maker(AnswerForm, found, _of(answer))
    if request.method == "POST":
        writing = save_form(request, make, _saver(request.member, found), about=found, part=PART)
        if writing.saved:
            messages.success(request, _("The draft is saved."))
            return redirect("disclosures:draft_answer", pk)
    else:
        writing = open_form(request, make, about=found, part=PART)
    rows = _rows(request.member, found, answer)
    wanting = answer_rules.gaps(request.member, answer) if answer else []
    context = {"outside": found, "answer": answer, "writing": writing, "form": writing.form}
    context |= {"rows": rows, "wanting": wanting}
    response = render(request, "disclosures/outside/answer.html", context, status=writing.status)
    consulted(request, found, reason="rights_request", things=[row["item"] for row in rows])
    return response


@permission(HANDLE)
def redact(request, pk, item):
    """One item beside the words that leave, kept as they are typed."""
    found = find(request, pk)
    answer = verbs.open_answer(found)
    if not rules.may(request.member, found, "draft") or answer is None:
        raise PermissionDenied
    items = MatchedItem.objects.of_request(request.member).filter(request=found).select_related("consultation__key")
    row = find_or_404(request, items, pk=item)
    made = Redaction.objects.visible_to(request.member).filter(answer=answer, item=row).first()
    make, part = _maker(RedactForm, found, _of_redaction(row, made)), f"item:{row.pk}"
    if request.method == "POST":
        writing = save_form(request, make, _redacter(request.member, answer, row), about=found, part=part)
        if writing.saved:
            messages.success(request, _("Saved."))
            return _onwards(request, found, answer)
    else:
        writing = open_form(request, make, about=found, part=part)
    context = {"outside": found, "answer": answer, "item": row, "writing": writing, "form": writing.form}
    context["own"] = row.agency_id == request.member.agency_id
    grounds.tell_grounds([row.consultation] if row.consultation else [])
    response = render(request, "disclosures/outside/redact.html", context, status=writing.status)
    consulted(request, found, reason="rights_request", things=[row])
    return response


@require_POST
@permission(HANDLE)
def offer(request, pk):
    """Give the draft to the second check."""
    found = find(request, pk)
    answer = verbs.open_answer(found)
    if answer is None:
        raise missed(request, Answer, pk)
    success = _("The answer waits for its second check.")
    if pressed(request, success, verbs.offer, by=request.member, answer=answer):
        return redirect("disclosures:outside", pk)
    return redirect("disclosures:draft_answer", pk)


@permission(HANDLE)
def check(request, pk):
    """The second person sees originals beside what leaves, and the paper’s words; passes it or sends it back."""
    found = find(request, pk)
    answer = Answer.objects.visible_to(request.member).filter(request=found).order_by("-number").first()
    if answer is None:
        raise missed(request, Answer, pk)
    answer.request = found
    if not rules.may_check(request.member, found, answer):
        raise PermissionDenied
    form = CheckForm(typed(request))
    if request.method == "POST" and form.is_valid() and _checked(request, form, answer):
        return redirect("disclosures:outside", pk)
    rows = _rows(request.member, found, answer)
    context = {"outside": found, "answer": answer, "rows": rows, "form": form}
    context |= {"facts": facts_of(answer), "unseen": answer_rules.unseen(request.member, answer)}
    if context["unseen"]:
        context["facts"] = None
    context["holds_address"] = not context["unseen"] and address.is_in_answer(request.member, answer)
    response = shown(request, "disclosures/outside/check.html", context)
    consulted(request, found, reason="rights_request", things=[row["item"] for row in rows])
    return response


@require_POST
@permission(HANDLE)
def make_again(request, pk):
    """Have a paper that failed made again."""
    found = find(request, pk)
    answers = Answer.objects.visible_to(request.member).filter(request=found, checked_at__isnull=False)
    answer = answers.order_by("-number").first()
    if answer is None:
        raise missed(request, Answer, pk)
    answer.request = found
    pressed(request, _("The paper is being made."), verbs.make_again, by=request.member, answer=answer)
    return redirect("disclosures:outside", pk)


@require_safe
@permission(HANDLE)
def paper(request, pk):
    """The PDF for the requester; recorded before it leaves."""
    rows = AnswerPaper.objects.visible_to(request.member).select_related("answer")
    found = find_or_404(request, rows, pk=pk)
    try:
        content = verbs.read_paper(by=request.member, paper=found)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("disclosures:outside", found.answer.request_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="confer-answer-{found.pk.hex[:8]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def draftable(member, pk) -> OutsideRequest | None:
    """The request about whose answer *member* may keep a draft: they handle it, and it is to be drafted."""
    found = OutsideRequest.objects.visible_to(member).filter(pk=pk).first()
    return found if found and rules.may(member, found, "draft") else None


def _maker(form, found: OutsideRequest, initial: dict):
    def make(data=None, **more):
        return form(data, request=found, **({"initial": initial} | more))

    return make


def _saver(member, found: OutsideRequest):
    def save(form):
        given = {"sections": [], **form.cleaned_data}
        seen = given.pop("version") or 0
        return verbs.save_answer(by=member, request=found, seen=seen, **given)

    return save


def _onwards(request, found: OutsideRequest, answer: Answer):
    """To the next item of which nothing is said yet, where that is wished and there is one; else to the answer."""
    rows = _rows(request.member, found, answer) if request.POST.get("do") == "next" else []
    waiting = next((row["item"] for row in rows if row["redaction"] is None), None)
    if waiting is None:
        return redirect("disclosures:draft_answer", found.pk)
    return redirect("disclosures:redact_item", found.pk, waiting.pk)


def _redacter(member, answer: Answer, item: MatchedItem):
    def save(form):
        given = dict(form.cleaned_data)
        seen = given.pop("version") or 0
        return verbs.redact(by=member, answer=answer, item=item, seen=seen, **given)

    return save


def _checked(request, form, answer) -> bool:
    if form.cleaned_data["do"] == "back":
        return _said(
            request, done(form, verbs.send_back, by=request.member, answer=answer, words=form.cleaned_data["words"])
        )
    given = {"answer": answer, "address_seen": form.cleaned_data["address_seen"]}
    return _said(request, done(form, verbs.pass_check, by=request.member, **given))


def _said(request, was_done: bool) -> bool:
    if was_done:
        messages.success(request, _("Your check is noted."))
    return was_done


def _rows(member, found: OutsideRequest, answer) -> list[dict]:
    """Each item that *member* may see, with what becomes of it; four queries at the most."""
    items = MatchedItem.objects.of_request(member).filter(request=found).select_related("consultation__key")
    made = {}
    if answer is not None:
        made = {row.item_id: row for row in Redaction.objects.visible_to(member).filter(answer=answer)}
        grounds.tell_grounds(made.values())
    ordered = sorted(items, key=lambda item: (item.agency.name, str(item.pk)))
    return [{"item": item, "redaction": made.get(item.pk)} for item in ordered]


def _of(answer) -> dict:
    if answer is None:
        return {}
    names = ("kind", "words", "sections", "reasoning")
    return {name: getattr(answer, name) for name in names} | {"version": answer.version}


def _of_redaction(item: MatchedItem, made) -> dict:
    if made is None:
        return {"words": item.original}
    words = made.words if made.leaves else item.original
    given = {name: getattr(made, name) for name in ("outcome", "exemptions", "reasons", "version")}
    return given | {"words": words}
