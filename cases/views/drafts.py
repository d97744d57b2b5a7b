"""Keeping and dropping what a member has typed and not saved, for every form that says so (`data-draft-url`)."""

from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.workflow import drafts
from partnership.access import permission
from partnership.roles import Permission


@permission(Permission.OWN_ACCOUNT)
@require_POST
def keep(request, kind, about, part):
    """Keep the posted form as the member's draft; answers ``{"said": "Draft saved 14:32"}``, also to a refusal."""
    row = _about(request, kind, about)
    seen = request.POST.get("version", "")
    try:
        draft = drafts.keep_draft(
            by=request.member,
            about=row,
            part=part,
            typed=request.POST,
            seen_version=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        )
    except ValidationError as error:
        return JsonResponse({"said": " ".join(error.messages)}, status=422)
    time = date_format(timezone.localtime(draft.updated_at), "H:i")
    return JsonResponse({"said": _("Draft saved %(time)s") % {"time": time}})


@permission(Permission.OWN_ACCOUNT)
@require_POST
def drop(request, kind, about, part):
    """Drop the member's draft and go back to the form, which then shows what is saved."""
    row = _about(request, kind, about)
    drafts.drop_draft(by=request.member, about=row, part=part)
    then = request.POST.get("then", "")
    is_here = then.startswith("/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return redirect(then if is_here else "home")


def _about(request, kind, about):
    row = drafts.find_about(request.member, kind, about)
    if row is None:
        raise Http404
    return row
