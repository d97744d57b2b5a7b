"""An agency's standing: joining and the authorities' answers, ending and renewing, guests, destroying or returning."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.templatetags.confer import when
from partnership import rules
from partnership.access import permission
from partnership.finding import found_or_404
from partnership.forms.register import (
    ConsentForm,
    EndForm,
    ExitForm,
    GuestForm,
    JoiningForm,
    RenewForm,
    SignForm,
)
from partnership.models import Agency, ExitTask, Joining, LiaisonPost, Signatory
from partnership.roles import Permission
from partnership.views.doing import done, pressed, typed
from partnership.views.register import _shown
from partnership.workflow import standing as verbs

FORMS = ["GET", "HEAD", "POST"]
ENDS = gettext_lazy(
    "From this moment no case, release or extract is open to the agency, and an item that is being heard leaves its "
    "screens. What it holds is to be destroyed or returned. Only a suspended agency can be taken up again as before."
)


def _agency(request, pk) -> Agency:
    return found_or_404(request, Agency.objects.visible_to(request.member), pk=pk)


def _signatory(request, pk) -> Signatory:
    return found_or_404(request, Signatory.objects.visible_to(request.member).select_related("agency"), pk=pk)


def _joining(request, pk) -> Joining:
    return found_or_404(request, Joining.objects.visible_to(request.member).select_related("agency"), pk=pk)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def open_joining(request, pk):
    """Ask the responsible authorities whether an agency joins, or moves to tier 1."""
    agency = _agency(request, pk)
    form = JoiningForm(typed(request))
    if form.is_valid() and done(form, verbs.open_joining, agency, by=request.member, tier=form.cleaned_data["tier"]):
        messages.success(request, _("Every responsible authority is asked."))
        return redirect("partnership:joining", pk=agency.joinings.open().get().pk)
    return _shown(request, form, _("Join the protocol"), "partnership:agency", pk, caption=agency.name)


@require_safe
@permission(Permission.KEEP_REGISTER)
def joining(request, pk):
    """Which responsible authority has answered what, and the signature once all agree."""
    found = _joining(request, pk)
    answers = {each.authority_id: each for each in found.consents.select_related("authority", "answered_by")}
    rows = [(authority, answers.get(authority.pk)) for authority in rules.authorities_asked(found)]
    missing = [authority for authority, answer in rows if answer is None or not answer.agrees]
    return render(request, "partnership/joining.html", {"found": found, "rows": rows, "missing": missing})


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def record_consent(request, pk, authority):
    """An authority's answer, from the document in which it gave it."""
    found, asked = _joining(request, pk), _agency(request, authority)
    form = ConsentForm(typed(request), own=False, authority=asked)
    if form.is_valid() and done(
        form, verbs.answer_joining, found, by=request.member, authority=asked, **form.cleaned_data
    ):
        messages.success(request, _("The answer is recorded."))
        return redirect("partnership:joining", pk=pk)
    return _shown(request, form, _("Answer of a responsible authority"), "partnership:joining", pk, caption=asked.name)


@require_http_methods(FORMS)
@permission(Permission.DECIDE_DISCLOSURE)
def answer_joining(request, pk):
    """A liaison officer answers for their own authority."""
    found = _joining(request, pk)
    own = request.member.agency
    if own not in rules.authorities_asked(found) or not rules.may_decide(request.member, own):
        raise PermissionDenied
    form = ConsentForm(typed(request), own=True, authority=own)
    if form.is_valid() and done(
        form, verbs.answer_joining, found, by=request.member, authority=own, agrees=form.cleaned_data["agrees"]
    ):
        messages.success(request, _("Your answer is recorded."))
        return redirect("home")
    title = _("A new partner") if found.tier == Signatory.Tier.DEPERSONALISED else _("A new partner on tier 1")
    return _shown(request, form, title, "home", caption=found.agency.name)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def sign_joining(request, pk):
    """The signature, once every responsible authority has agreed."""
    found = _joining(request, pk)
    form = SignForm(typed(request))
    if form.is_valid() and done(form, verbs.sign_joining, found, by=request.member, **form.cleaned_data):
        messages.success(request, _("%(agency)s is a signatory from now on.") % {"agency": found.agency.name})
        return redirect("partnership:agency", pk=found.agency_id)
    return _shown(request, form, _("Signature of the protocol"), "partnership:joining", pk, caption=found.agency.name)


@require_POST
@permission(Permission.KEEP_REGISTER)
def drop_joining(request, pk):
    """Ask no longer."""
    pressed(request, _("Nobody is asked any more."), verbs.close_joining, _joining(request, pk), by=request.member)
    return redirect("partnership:register")


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def end_standing(request, pk):
    """Suspend, withdraw or let lapse, from this instant."""
    signatory = _signatory(request, pk)
    form = EndForm(typed(request), initial={"version": signatory.version})
    if form.is_valid() and done(
        form,
        verbs.end_standing,
        signatory,
        by=request.member,
        ended=form.cleaned_data["ended"],
        seen=form.cleaned_data["version"],
    ):
        messages.success(request, _("The standing has ended: nothing of any case is open to the agency any more."))
        return redirect("partnership:agency", pk=signatory.agency_id)
    words = {"caption": signatory.agency.name, "notice": ENDS}
    return _shown(request, form, _("End the standing"), "partnership:agency", signatory.agency_id, **words)


@require_POST
@permission(Permission.KEEP_REGISTER)
def resume_standing(request, pk):
    """A suspended agency is a signatory again."""
    signatory = _signatory(request, pk)
    pressed(request, _("The agency is a signatory again."), verbs.resume_standing, signatory, by=request.member)
    return redirect("partnership:agency", pk=signatory.agency_id)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def renew_standing(request, pk):
    """Until the next review."""
    signatory = _signatory(request, pk)
    form = RenewForm(typed(request), initial={"version": signatory.version})
    if form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("signed_on", "review_on")}
        seen = form.cleaned_data["version"]
        if done(form, verbs.renew_standing, signatory, by=request.member, seen=seen, **days):
            messages.success(request, _("The standing is renewed."))
            return redirect("partnership:agency", pk=signatory.agency_id)
    back = signatory.agency_id
    return _shown(request, form, _("Renew the standing"), "partnership:agency", back, caption=signatory.agency.name)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def admit_guest(request, pk):
    """An agency of another area, for one case and a time."""
    agency = _agency(request, pk)
    form = GuestForm(typed(request))
    if form.is_valid() and done(form, verbs.admit_guest, agency, by=request.member, **form.cleaned_data):
        messages.success(request, _("%(agency)s is a guest for this case.") % {"agency": agency.name})
        return redirect("partnership:agency", pk=pk)
    return _shown(request, form, _("Guest from another area"), "partnership:agency", pk, caption=agency.name)


@require_http_methods(FORMS)
@permission(Permission.OWN_ACCOUNT)
def confirm_exit(request, pk):
    """What an agency held is destroyed or returned: its liaison officer says so, or the register's keeper for it."""
    tasks = ExitTask.objects.visible_to(request.member).select_related("agency", "signatory")
    task = found_or_404(request, tasks, pk=pk)
    keeper = request.member.may(Permission.KEEP_REGISTER)
    if not keeper and not LiaisonPost.objects.deciding().filter(member=request.member, agency=task.agency).exists():
        raise PermissionDenied
    form = ExitForm(typed(request), initial={"version": task.version})
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("how", "done_on")}
        if done(form, verbs.confirm_exit, task, by=request.member, seen=form.cleaned_data["version"], **said):
            messages.success(request, _("Confirmed."))
            return redirect("partnership:register" if keeper else "home")
    back = "partnership:register" if keeper else "home"
    notice = _(
        "All that was shared with the agency under the protocol, by %(day)s: paper, files, mail with its attachments, "
        "and notes."
    ) % {"day": when(task.due_on)}
    return _shown(request, form, _("Destroy or return"), back, caption=task.agency.name, notice=notice)
