"""Making, reading over, testing and handing over depersonalised extracts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.models import Case, Entry
from core.pages import Page
from core.records import StaleVersion
from disclosures import documents_of_extracts as documents
from disclosures.forms.extract import AskExtractForm, HandForm, RecallForm, TestForm, TextForm
from disclosures.models import Extract, ExtractHanding, ExtractText
from disclosures.rules import extracting as rules
from disclosures.workflow import extract as verbs
from disclosures.workflow.extract_paper import press
from disclosures.workflow.gathering import originals
from partnership.access import permission
from partnership.models import Agency, Panel
from partnership.post.press import stamped
from partnership.roles import Permission
from partnership.views.doing import place, pressed, whole_number


@require_GET
@permission(Permission.READ_EXTRACT)
def extracts(request):
    """What the member makes or tests, and what the own agency was given."""
    made = Extract.objects.visible_to(request.member).select_related("asked_by__agency", "panel")
    page = Page(made, ("-created_at", "-pk"), request)
    given = ExtractHanding.objects.visible_to(request.member).filter(agency_id=request.member.agency_id)
    given = given | ExtractHanding.objects.owed_by(request.member)
    received = Page(given.select_related("extract__agency"), ("-handed_at", "-pk"), request, parameter="given")
    context = {
        "page": page,
        "received": received,
        "may_make": request.member.may(Permission.MAKE_EXTRACT),
    }
    response = render(request, "disclosures/extract/extracts.html", context)
    consulted(request, reason="extract", event="extracts.listed", things=[*page.rows, *received.rows])
    return response


@require_http_methods(["GET", "POST"])
@permission(Permission.MAKE_EXTRACT)
def new_extract(request):
    """Ask for one of the panel's cases opened in a time."""
    panels = Panel.objects.visible_to(request.member).filter(pk__in=request.member.panels_with(Permission.MAKE_EXTRACT))
    return _ask(request, panels=panels, initial={"panel": panels.first()})


@require_http_methods(["GET", "POST"])
@permission(Permission.MAKE_EXTRACT)
def new_case_extract(request, pk):
    """Ask for one of a case, or of chosen entries of it."""
    case = find_or_404(request, Case.objects.visible_to(request.member).select_related("panel"), pk=pk)
    own = Entry.objects.visible_to(request.member).filter(
        case=case, agency_id=request.member.agency_id, kind=Entry.Kind.INFORMATION
    )
    return _ask(request, panels=Panel.objects.none(), case=case, entries=own.order_by("written_at", "pk"))


def _ask(request, *, case=None, **given):
    form = AskExtractForm(request.POST if request.method == "POST" else None, case=case, **given)
    if request.method == "POST" and form.is_valid():
        try:
            extract = verbs.ask_extract(by=request.member, **form.asked(case.panel if case else None))
        except ValidationError as error:
            place(form, error)
        else:
            return redirect("disclosures:extract", extract.pk)
    response = render(
        request,
        "disclosures/extract/new.html",
        {"form": form, "case": case},
        status=422 if form.errors else 200,
    )
    if case:
        consulted(request, case, reason="extract", case_id=case.pk, panel_id=case.panel_id)
    return response


@require_GET
@permission(Permission.MAKE_EXTRACT)
def extract(request, pk):
    """Where it stands: being gathered, to be read over, to be tested, handed over."""
    return extract_page(request, _find(request, pk))


def extract_page(request, found: Extract, *, status: int = 200, **forms):
    """The page of *found*; *forms* are those that were refused, by name (`text_ID`, `test`, `hand`, `recall`)."""
    context = _context(request, found, forms)
    part = request.headers.get("HX-Request") and found.is_underway and request.headers.get("HX-Target") == "_progress"
    response = render(request, f"disclosures/extract/{'_progress' if part else 'extract'}.html", context, status=status)
    things = [found.cases.first()] if context["is_reading"] and found.scope != Extract.Scope.CASES else []
    consulted(request, found, reason="extract", panel_id=found.panel_id, things=[t for t in things if t])
    return response


def _context(request, found: Extract, forms: dict) -> dict:
    member = request.member
    context = {
        "extract": found,
        "facts": documents.facts_of(found) if rules.may_see_content(member, found) else None,
        "is_reading": rules.may_read_over(member, found),
        "may_test": rules.may_test(member, found),
        "may_hand": rules.may_hand(member, found),
        "may_recall": rules.may_recall(member, found),
        "handings": list(found.handings.select_related("agency", "undertaken_by").order_by("handed_at", "pk")),
        "paper": getattr(found, "paper", None),
        "test_form": forms.get("test") or TestForm(initial={"version": found.version}, prefix="test"),
        "recall_form": forms.get("recall") or RecallForm(initial={"version": found.version}, prefix="recall"),
        "form": next(iter(forms.values()), None),
        "answers": [(words, found.test_answers.get(name)) for name, words in rules.QUESTIONS.items()],
    }
    if context["is_reading"]:
        context["texts"], context["compared"] = _to_read(member, found, forms)
    if context["may_hand"]:
        context["hand_form"] = forms.get("hand") or HandForm(agencies=_recipients(member, found), prefix="hand")
    return context


def _to_read(member, found: Extract, forms: dict):
    """Each text beside its original, and each person's particulars before and after."""
    people, entries = originals(member, found)
    texts = [
        {
            "text": text,
            "original": entries[text.entry_id].text if text.entry_id in entries else "",
            "form": forms.get(f"text_{text.pk}")
            or TextForm(
                initial={"words": text.words, "left_out": text.left_out, "version": text.version},
                prefix=f"text-{text.position}",
            ),
        }
        for text in ExtractText.objects.with_key().filter(extract=found).in_order()
    ]
    compared = []
    if found.scope != Extract.Scope.CASES:
        rows = found.content.get("rows", [])
        parties = [party for group in people.values() for party in rules.named(group)]
        compared = [
            {"party": party, "row": list(zip(documents.headings(), documents.shown_row(row), strict=True))}
            for party, row in zip(parties, rows, strict=False)
        ]
    return texts, compared


@require_POST
@permission(Permission.MAKE_EXTRACT)
def settle_text(request, pk):
    """Let words stand for an entry, or leave it out."""
    texts = ExtractText.objects.visible_to(request.member).select_related(
        "extract__key", "extract__panel", "extract__asked_by__agency", "extract__agency", "extract__tested_by__agency"
    )
    text = find_or_404(request, texts, pk=pk)
    if not rules.may_read_over(request.member, text.extract):
        raise PermissionDenied
    form = TextForm(request.POST, prefix=f"text-{text.position}")
    if form.is_valid():
        typed = form.cleaned_data
        try:
            verbs.settle_text(
                by=request.member,
                text=text,
                words=typed["words"],
                left_out=typed["left_out"],
                sure=typed["sure"],
                seen=typed["version"],
            )
        except StaleVersion as stale:
            form.offer_merge(ExtractText.objects.with_key().get(pk=text.pk))
            form.add_error(None, stale)
        except ValidationError as error:
            place(form, error)
        else:
            messages.success(request, _("The text is settled."))
            return redirect("disclosures:extract", text.extract_id)
    return extract_page(request, _find(request, text.extract_id), status=422, **{f"text_{text.pk}": form})


@require_POST
@permission(Permission.MAKE_EXTRACT)
def confirm_extract(request, pk):
    """Read over: it waits for its test."""
    found = _find(request, pk)
    seen = whole_number(request.POST.get("version"))
    done = _("It waits for its test by somebody else now.")
    pressed(request, done, verbs.confirm_extract, by=request.member, extract=found, seen=seen)
    return redirect("disclosures:extract", pk)


@require_POST
@permission(Permission.MAKE_EXTRACT)
def test_extract(request, pk):
    """Record the test."""
    found = _find(request, pk)
    if not rules.may_test(request.member, found):
        raise PermissionDenied
    form = TestForm(request.POST, prefix="test")
    return _settled(
        request, found, form, "test", lambda: verbs.test_extract(by=request.member, extract=found, **form.given())
    )


@require_POST
@permission(Permission.MAKE_EXTRACT)
def hand_extract(request, pk):
    """Hand it to agencies."""
    found = _find(request, pk)
    if not rules.may_hand(request.member, found):
        raise PermissionDenied
    form = HandForm(request.POST, agencies=_recipients(request.member, found), prefix="hand")
    return _settled(
        request,
        found,
        form,
        "hand",
        lambda: verbs.hand_over(by=request.member, extract=found, agencies=form.cleaned_data["agencies"]),
    )


@require_POST
@permission(Permission.MAKE_EXTRACT)
def recall_extract(request, pk):
    """Call it back."""
    found = _find(request, pk)
    if not rules.may_recall(request.member, found):
        raise PermissionDenied
    form = RecallForm(request.POST, prefix="recall")
    return _settled(
        request,
        found,
        form,
        "recall",
        lambda: verbs.recall_extract(
            by=request.member,
            extract=found,
            because=form.cleaned_data["because"],
            seen=form.cleaned_data["version"],
        ),
    )


@require_GET
@permission(Permission.MAKE_EXTRACT)
def extract_csv(request, pk):
    """Its people or tables as comma-separated values, once it has passed."""
    return csv_of(request, _passed(_find(request, pk)))


@require_GET
@permission(Permission.MAKE_EXTRACT)
def extract_pdf(request, pk):
    """The PDF, stamped for its reader."""
    return pdf_of(request, _passed(_find(request, pk)))


def csv_of(request, found: Extract) -> HttpResponse:
    """The file, recorded before it leaves."""
    response = HttpResponse("\ufeff" + documents.as_csv(found), content_type="text/csv; charset=utf-8")
    verbs.record_export(by=request.member, extract=found, kind="csv")
    response["Content-Disposition"] = f'attachment; filename="extract-{found.pk.hex[:8]}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def pdf_of(request, found: Extract) -> HttpResponse:
    """The printed extract, or back to where it is awaited."""
    paper = press.joined().filter(extract=found).first()
    if paper is None or paper.state != paper.State.READY:
        messages.error(request, _("The document is not ready."))
        return redirect("disclosures:extracts")
    response = HttpResponse(stamped(paper, request.member.name), content_type="application/pdf")
    verbs.record_export(by=request.member, extract=found, kind="pdf")
    response["Content-Disposition"] = f'attachment; filename="extract-{found.pk.hex[:8]}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _passed(found: Extract) -> Extract:
    if found.stage != Extract.Stage.PASSED:
        raise PermissionDenied
    return found


def _find(request, pk) -> Extract:
    found = Extract.objects.visible_to(request.member).select_related(
        "panel", "asked_by__agency", "agency", "tested_by__agency", "paper"
    )
    return find_or_404(request, found, pk=pk)


def _recipients(member, found: Extract):
    """Signatories of either tier that do not have it yet."""
    had = found.handings.values("agency")
    return Agency.objects.visible_to(member).signatories().exclude(pk__in=had).order_by("name")


def _settled(request, found: Extract, form, name: str, act):
    if form.is_valid():
        try:
            act()
        except StaleVersion:
            form.add_error(None, _stale())
        except ValidationError as error:
            place(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("disclosures:extract", found.pk)
    return extract_page(request, found, status=422, **{name: form})


def _stale() -> str:
    return _("Somebody else changed this while you were looking. Look at it again.")
