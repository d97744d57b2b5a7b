"""The sections of a referral that is being written, and the people who are repeat rows in it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.consulting import consulted
from audit.finding import find_or_404, missed
from cases.forms.referral import form_for
from cases.models import Checklist, Party, Referral
from cases.rules import referral as rules
from cases.schemes import scheme_of
from cases.views.writing import open_form, save_form
from cases.workflow import drafts
from cases.workflow.referral import add_party, remove_party, save_part
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def section(request, pk, code):
    """One section: a form over the referral, the person it is about or its checklist, or the list of its people."""
    referral = editable(request, pk)
    chosen = _section(referral, code)
    if chosen.of == "people":
        return _people(request, referral, chosen)
    row = _row(request, referral, chosen)

    def make(data=None, initial=None):
        return form_for(chosen)(data, instance=row, initial=initial, referral=referral, member=request.member)

    def save(form):
        return save_part(by=request.member, referral=referral, row=row, typed=form.typed, seen=form.seen)

    return _write(
        request,
        referral,
        chosen,
        make,
        save,
        part=chosen.code,
        template="cases/referral/checklist.html" if chosen.of == "checklist" else "cases/referral/section.html",
    )


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def add_person(request, pk, code):
    """One more person of this section."""
    referral = editable(request, pk)
    chosen = _people_section(referral, code)

    def make(data=None, initial=None):
        return form_for(chosen)(data, initial=initial, referral=referral, member=request.member)

    def save(form):
        return add_party(by=request.member, referral=referral, capacity=chosen.capacity, typed=form.typed)

    return _write(request, referral, chosen, make, save, part=f"{code}:new", template="cases/referral/person.html")


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def change_person(request, pk, code, party):
    """One person of this section."""
    referral = editable(request, pk)
    chosen = _people_section(referral, code)
    row = _person(request, referral, chosen, party)

    def make(data=None, initial=None):
        return form_for(chosen)(data, instance=row, initial=initial, referral=referral, member=request.member)

    def save(form):
        return save_part(by=request.member, referral=referral, row=row, typed=form.typed, seen=form.seen)

    return _write(
        request, referral, chosen, make, save, part=f"{code}:{row.pk}", row=row, template="cases/referral/person.html"
    )


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def remove_person(request, pk, code, party):
    """Ask, then take the person off the referral."""
    referral = editable(request, pk)
    chosen = _people_section(referral, code)
    row = _person(request, referral, chosen, party)
    if request.method == "POST":
        remove_party(by=request.member, referral=referral, party=row)
        drafts.drop_draft(by=request.member, about=referral, part=f"{code}:{row.pk}")
        messages.success(request, _("Removed."))
        return redirect("cases:referral_section", pk, code)
    response = render(request, "cases/referral/remove.html", {"referral": referral, "section": chosen, "party": row})
    consulted(request, referral, reason="own_referral", case_id=referral.case_id, panel_id=referral.panel_id)
    return response


def editable(request, pk) -> Referral:
    """The referral, where the member may write it; 404 to strangers, and to colleagues once it is sent."""
    scoped = Referral.objects.visible_to(request.member).select_related("panel", "agency", "written_by")
    referral = find_or_404(request, scoped, pk=pk)
    if not rules.may_write(request.member, referral):
        raise Http404
    return referral


def _write(request, referral, chosen, make, save, *, part, template, row=None):
    if request.method == "POST":
        writing = save_form(request, make, save, about=referral, part=part)
        if writing.saved is not None:
            return _onwards(request, referral, chosen)
    else:
        writing = open_form(request, make, about=referral, part=part)
    context = {
        "referral": referral,
        "section": chosen,
        "writing": writing,
        "form": writing.form,
        "party": row,
        "following": _following(referral, chosen),
        "wide_fields": chosen.fields,
    }
    response = render(request, template, context, status=writing.status)
    consulted(request, referral, reason="own_referral", case_id=referral.case_id, panel_id=referral.panel_id)
    return response


def _onwards(request, referral, chosen):
    if not Referral.objects.visible_to(request.member).filter(pk=referral.pk).exists():
        messages.warning(
            request, _("Saved. Somebody in this referral works for your agency: only its author sees it now.")
        )
        return redirect("cases:referrals")
    if chosen.of == "people":
        return redirect("cases:referral_section", referral.pk, chosen.code)
    following = _following(referral, chosen)
    if "onwards" in request.POST and following:
        return redirect("cases:referral_section", referral.pk, following.code)
    return redirect("cases:referral", referral.pk)


def _people(request, referral, chosen):
    people = (
        Party.objects.visible_to(request.member)
        .current()
        .in_order()
        .filter(referral=referral, capacity=chosen.capacity)
    )
    unsaved = drafts.parts_with_drafts(request.member, referral)
    rows = [{"party": party, "unsaved": f"{chosen.code}:{party.pk}" in unsaved} for party in people]
    context = {
        "referral": referral,
        "section": chosen,
        "people": rows,
        "following": _following(referral, chosen),
        "unsaved_new": f"{chosen.code}:new" in unsaved,
    }
    response = render(request, "cases/referral/people.html", context)
    consulted(request, referral, reason="own_referral", case_id=referral.case_id, panel_id=referral.panel_id)
    return response


def _section(referral, code):
    found = scheme_of(referral.panel).section(referral.panel, code)
    if found is None:
        raise Http404
    return found


def _people_section(referral, code):
    found = _section(referral, code)
    if found.of != "people":
        raise Http404
    return found


def _following(referral, chosen):
    sections = scheme_of(referral.panel).sections_for(referral.panel)
    place = sections.index(chosen) + 1
    return sections[place] if place < len(sections) else None


def _row(request, referral, chosen):
    if chosen.of in ("referral", "details"):
        return referral
    if chosen.of == "checklist":
        return find_or_404(request, Checklist.objects.visible_to(request.member), referral=referral)
    scoped = Party.objects.visible_to(request.member).current()
    return find_or_404(request, scoped, referral=referral, capacity=scheme_of(referral.panel).principal)


def _person(request, referral, chosen, party):
    scoped = Party.objects.visible_to(request.member).current().filter(referral=referral, capacity=chosen.capacity)
    try:
        return scoped.get(pk=party)
    except Party.DoesNotExist:
        raise missed(request, Party, party) from None
