"""Partnership, agencies, signatories and panels as their administrator keeps them."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import smime
from core.identity import signing_certificate
from partnership.access import permission
from partnership.finding import found_or_404
from partnership.forms.organisation import AgencyForm, CertificateForm, PanelForm, PartnershipForm, SignatoryForm
from partnership.kinds import kinds
from partnership.models import Agency, Panel, Signatory
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed
from partnership.workflow import organisation as verbs
from partnership.workflow.standing import standing_of


def _agency(request, pk) -> Agency:
    return found_or_404(request, Agency.objects.visible_to(request.member), pk=pk)


@require_safe
@permission(Permission.KEEP_SETTINGS)
def partnership(request):
    """The partnership and its panels."""
    panels = list(Panel.objects.visible_to(request.member).order_by("name"))
    known = kinds()
    for panel in panels:
        panel.more_url = reverse(known[panel.scheme].more, args=[panel.pk]) if _has_more(known, panel) else ""
    context = {
        "found": request.member.agency.partnership,
        "panels": panels,
        "signing": signing_certificate(settings.CONFER_KEYS),
        "signing_is_ending": verbs.ending_signing_certificate() is not None,
    }
    return render(request, "partnership/partnership.html", context)


def _has_more(known, panel) -> bool:
    return panel.scheme in known and bool(known[panel.scheme].more)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_SETTINGS)
def change_partnership(request):
    """The partnership's names."""
    form = PartnershipForm(typed(request), instance=request.member.agency.partnership)
    if form.is_valid() and done(form, verbs.change_partnership, form.instance, by=request.member, seen=form.seen):
        messages.success(request, _("Saved."))
        return redirect("partnership:partnership")
    return shown(request, "partnership/change_partnership.html", {"form": form})


@require_safe
@permission(Permission.KEEP_SETTINGS)
def agencies(request):
    """Every agency: whether it is a signatory, and how its certificate stands."""
    live = Prefetch("signatures", queryset=Signatory.objects.live(), to_attr="live_signatures")
    found = Agency.objects.visible_to(request.member).prefetch_related(live).order_by("name")
    return render(request, "partnership/agencies.html", {"agencies": found})


@require_safe
@permission(Permission.KEEP_SETTINGS)
def agency(request, pk):
    """One agency with its signatures and certificate."""
    found = _agency(request, pk)
    certificate = None
    if found.certificate:
        certificate = smime.read_certificate(found.certificate)
    signatures = found.signatures.order_by("-since")
    posts = found.posts.live().select_related("member")
    context = {"found": found, "signatures": signatures, "certificate": certificate, "posts": posts}
    context |= {
        "standing": standing_of(found),
        "joining": found.joinings.open().first(),
        "exits": found.exit_tasks.open(),
    }
    return render(request, "partnership/agency.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_SETTINGS)
def add_agency(request):
    """A new agency."""
    form = AgencyForm(typed(request), instance=Agency(partnership=request.member.agency.partnership))
    if form.is_valid() and done(form, verbs.save_agency, form.instance, by=request.member):
        messages.success(request, _("The agency is added. Ask the responsible authorities whether it joins."))
        return redirect("partnership:agency", pk=form.instance.pk)
    return shown(request, "partnership/change_agency.html", {"form": form, "is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_SETTINGS)
def change_agency(request, pk):
    """An agency's names, registration and mail domains."""
    form = AgencyForm(typed(request), instance=_agency(request, pk))
    if form.is_valid() and done(form, verbs.save_agency, form.instance, by=request.member, seen=form.seen):
        messages.success(request, _("Saved."))
        return redirect("partnership:agency", pk=pk)
    return shown(request, "partnership/change_agency.html", {"form": form, "found_pk": pk})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_SETTINGS)
def certificate(request, pk):
    """Paste a certificate, or take it away."""
    found = _agency(request, pk)
    initial = {"certificate": found.certificate, "version": found.version}
    form = CertificateForm(typed(request), initial=initial)
    if form.is_valid() and done(
        form,
        verbs.set_certificate,
        found,
        by=request.member,
        pem=form.cleaned_data["certificate"],
        seen=form.cleaned_data["version"],
    ):
        messages.success(request, _("Saved."))
        return redirect("partnership:agency", pk=pk)
    return shown(request, "partnership/certificate.html", {"form": form, "found_pk": pk})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_REGISTER)
def change_signatory(request, pk):
    """From when until when, and who signed: a correction; standings end, go on and move by acts of their own."""
    signatory = found_or_404(request, Signatory.objects.visible_to(request.member).select_related("agency"), pk=pk)
    form = SignatoryForm(typed(request), instance=signatory)
    if form.is_valid() and done(form, verbs.save_signatory, signatory, by=request.member, seen=form.seen):
        messages.success(request, _("Saved."))
        return redirect("partnership:agency", pk=signatory.agency_id)
    return shown(request, "partnership/change_signatory.html", {"form": form, "found": signatory.agency})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_SETTINGS)
def add_panel(request):
    """A new panel."""
    form = PanelForm(typed(request), instance=Panel(partnership=request.member.agency.partnership), by=request.member)
    if form.is_valid() and done(form, verbs.save_panel, form.instance, by=request.member, **_chosen(form)):
        messages.success(request, _("The panel is added."))
        return redirect("partnership:partnership")
    return shown(request, "partnership/change_panel.html", {"form": form, "is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_SETTINGS)
def change_panel(request, pk):
    """Every setting of a panel."""
    panel = found_or_404(request, Panel.objects.visible_to(request.member), pk=pk)
    form = PanelForm(typed(request), instance=panel, by=request.member)
    if form.is_valid() and done(form, verbs.save_panel, panel, by=request.member, seen=form.seen, **_chosen(form)):
        messages.success(request, _("Saved."))
        return redirect("partnership:partnership")
    return shown(request, "partnership/change_panel.html", {"form": form})


def _chosen(form) -> dict:
    return {name: form.cleaned_data[name] for name in ("agencies", "told_at_once")}
