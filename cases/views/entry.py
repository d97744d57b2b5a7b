"""Writing, changing and withdrawing what the own agency knows."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases import gates
from cases.forms.entry import EntryForm
from cases.forms.person import TakeOverForm
from cases.models import Entry, Listing, Party
from cases.rules import entry as rules
from cases.schemes import scheme_of
from cases.views.writing import Writing, open_form, save_form, unchecked
from cases.workflow import entry as verbs
from core.records import StaleVersion
from partnership.access import permission
from partnership.roles import Permission

PART = "entry"
MOST_OTHERS = 50


@permission(Permission.RESEARCH)
def write_entry(request, pk):
    """Say something new for a listing."""
    listing = find_or_404(request, Listing.objects.visible_to(request.member).select_related("case__panel"), pk=pk)
    if not rules.may_write(request.member, listing):
        raise PermissionDenied
    make = form_maker(request, listing)
    if "check" in request.POST:
        return _check(request, listing, make, None)
    if request.method == "POST":
        writing = save_form(
            request,
            make,
            lambda form: verbs.write_entry(by=request.member, listing=listing, **form.said()),
            about=listing,
            part=PART,
        )
        if writing.saved:
            messages.success(request, _("Saved. It is seen by: %(who)s.") % {"who": _audience(request, writing.saved)})
            return _go_on(request, listing)
    else:
        writing = open_form(request, make, about=listing, part=PART)
    return _page(request, listing, writing, make.audience, None)


@permission(Permission.RESEARCH)
@require_http_methods(["GET", "POST"])
def take_over(request, pk):
    """Say for a listing what one's agency said in another case, and why."""
    listing = find_or_404(request, Listing.objects.visible_to(request.member).select_related("case__panel"), pk=pk)
    if not rules.may_write(request.member, listing):
        raise PermissionDenied
    others = rules.others_of(request.member, listing).select_related("case")
    entries = list(others.order_by("-written_at")[:MOST_OTHERS])
    form = TakeOverForm(request.POST if request.method == "POST" else None, entries=entries)
    if request.method == "POST" and form.is_valid():
        entry = next(entry for entry in entries if str(entry.pk) == form.cleaned_data["entry"])
        try:
            verbs.take_over_entry(by=request.member, entry=entry, listing=listing, why=form.cleaned_data["why"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Said for this case. You can change it there."))
            return redirect("cases:case_entries", listing.case_id)
    context = {"listing": listing, "form": form, "entries": entries}
    response = render(request, "cases/entry/take_over.html", context, status=422 if form.is_bound else 200)
    consulted(request, listing, reason="research", case_id=listing.case_id, things=entries)
    return response


@permission(Permission.RESEARCH)
def change_entry(request, pk):
    """Change one's agency's entry; a colleague's words saved meanwhile stand beside one's own."""
    entry = _find_own(request, pk)
    kept_from = rules.left_out([entry])[entry.pk]
    make = form_maker(request, entry.listing, initial=EntryForm.of(entry, kept_from))
    if "check" in request.POST:
        return _check(request, entry.listing, make, entry)
    if request.method == "POST":
        writing = save_form(
            request,
            make,
            lambda form: verbs.change_entry(
                by=request.member, entry=entry, seen=form.cleaned_data["version"] or 0, **form.said()
            ),
            about=entry,
            part=PART,
        )
        if writing.saved:
            messages.success(request, _("Saved. It is seen by: %(who)s.") % {"who": _audience(request, writing.saved)})
            return _go_on(request, entry.listing)
    else:
        writing = open_form(request, make, about=entry, part=PART)
    return _page(request, entry.listing, writing, make.audience, entry)


@require_POST
@permission(Permission.RESEARCH)
def withdraw_entry(request, pk):
    """Take one's agency's entry back."""
    entry = _find_own(request, pk)
    seen = request.POST.get("version", "")
    try:
        verbs.withdraw_entry(
            by=request.member, entry=entry, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else entry.version
        )
    except StaleVersion:
        messages.error(request, _("A colleague changed this entry while you were looking. Read it again first."))
    else:
        messages.success(request, _("The entry was withdrawn."))
    return _go_on(request, entry.listing)


def form_maker(request, listing, **given):
    """What makes the entry form of *listing* from form data, as `cases.views.writing` wants it."""
    parties = list(
        Party.objects.visible_to(request.member).filter(case=listing.case_id).current().spoken_of().in_order()
    )
    scheme = scheme_of(listing.case.panel)
    audience = rules.audiences(listing.case.panel, [listing])[listing.pk]
    others, kinds = audience.others(request.member.agency), gates.categories(listing.case.panel)

    def make(data=None, **more):
        more = {"initial": {**given.get("initial", {}), **more.get("initial", {})}}
        return EntryForm(data, scheme=scheme, parties=parties, others=others, categories=kinds, **more)

    make.audience = audience
    return make


def sight_of(member, listing, audience, form) -> dict:
    """Who would see the entry as it stands in *form*: in one sentence, and by agency where it rests on consent."""
    if not form.asks_category:
        return {"who_sees": audience.sentence(member.agency, form.ticked())}
    party, category = form.typed_about()
    basis = str(form["basis"].value() or "")
    resting = basis == "consent" or not basis and category in gates.gated(listing.case.panel, member.agency)
    reached, closed = [], set()
    if category and resting:
        others = [agency for agency in audience.others(member.agency) if agency.pk not in form.ticked()]
        reached = gates.reach(by=member, listing=listing, party=party, category=category, agencies=others)
        closed = {each.agency.pk for each in reached if not each.is_open}
    sentence = audience.sentence(member.agency, form.ticked() | closed, on_consent=bool(category and resting))
    return {"who_sees": sentence, "reached": [each for each in reached if not each.is_open]}


def _check(request, listing, make, entry):
    """Who will see the entry with the boxes as they are ticked; nothing is saved.  To htmx the sentence alone."""
    form = unchecked(make(request.POST))
    if request.htmx:
        seen = sight_of(request.member, listing, make.audience, form)
        return render(request, "cases/entry/_who_sees.html", seen)
    return _page(request, listing, Writing(form, PART, entry or listing), make.audience, entry)


def _page(request, listing, writing, audience, entry):
    back = _next(request) or ""
    context = {
        "listing": listing,
        "entry": entry,
        "writing": writing,
        "form": writing.form,
        "next": back,
        **sight_of(request.member, listing, audience, writing.form),
    }
    response = render(request, "cases/entry/entry.html", context, status=writing.status)
    consulted(request, listing.case, reason="research", case_id=listing.case_id, things=[entry] if entry else [])
    return response


def _find_own(request, pk) -> Entry:
    entries = Entry.objects.visible_to(request.member).select_related(
        "key", "listing__key", "listing__case__panel", "party__key"
    )
    entry = find_or_404(request, entries, pk=pk)
    if not rules.may_change(request.member, entry):
        raise PermissionDenied
    return entry


def _audience(request, entry) -> str:
    audience = rules.audiences(entry.listing.case.panel, [entry.listing])[entry.listing_id]
    return audience.sentence(request.member.agency, rules.closed_to([entry])[entry.pk], on_consent=entry.on_consent)


def _next(request) -> str:
    there = request.POST.get("next") or request.GET.get("next") or ""
    return there if url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/") else ""


def _go_on(request, listing):
    return redirect(_next(request) or "cases:case_entries", *([] if _next(request) else [listing.case_id]))
