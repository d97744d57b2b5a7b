"""Members as their administrator keeps them; never case content."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnership import rules
from partnership.access import permission
from partnership.finding import found_or_404
from partnership.forms.members import InvitationForm, MemberForm, RoleForm
from partnership.models import Invitation, Member, MemberSession, RoleGrant
from partnership.roles import PERMISSION_WORDS, ROLES, Permission, Role
from partnership.sign_in import lockout
from partnership.views.doing import done, shown, typed
from partnership.workflow import members as verbs
from partnership.workflow.sign_in import end_all_sessions


def _members(request):
    return Member.objects.visible_to(request.member).select_related("agency")


def _member(request, pk) -> Member:
    return found_or_404(request, _members(request), pk=pk)


@require_safe
@permission(Permission.KEEP_MEMBERS)
def members(request):
    """Everybody who is or was a member of the partnership, by agency."""
    live = RoleGrant.objects.live().select_related("panel").order_by("role")
    found = _members(request).prefetch_related(Prefetch("role_grants", queryset=live, to_attr="live_grants"))
    found = list(found.order_by("agency__name", "name"))
    locked = lockout.locked_accounts()
    for member in found:
        member.is_locked_out = member.email in locked
    context = {
        "present": [member for member in found if not member.left_at],
        "left": [member for member in found if member.left_at],
    }
    return render(request, "partnership/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_MEMBERS)
def invite(request):
    """A new member and their first role; the letter leaves when it is saved."""
    form = InvitationForm(typed(request), instance=Member(), by=request.member)
    if form.is_valid() and done(form, verbs.invite, by=request.member, roles=form.roles, **form.changes):
        messages.success(request, _("The invitation is on its way. Its link works once, for three days."))
        return redirect("partnership:members")
    return shown(request, "partnership/invite.html", {"form": form})


@require_safe
@permission(Permission.KEEP_MEMBERS)
def member(request, pk):
    """One member: state, roles, invitation, locks, open sessions by number."""
    found = _member(request, pk)
    grants = list(found.role_grants.select_related("panel", "member__agency", "granted_by").order_by("-since"))
    is_last = rules.is_last_administrator(found)
    for grant in grants:
        grant.is_live = grant.until is None
        grant.may_end = grant.is_live and not (is_last and grant.role == Role.ADMINISTRATOR)
    context = {
        "found": found,
        "grants": grants,
        "invitation": Invitation.objects.filter(member=found).order_by("-created_at").first(),
        "locks": lockout.locks_of(found.email),
        "sessions": MemberSession.objects.of(found).open().count(),
        "may_invite_again": rules.may_invite_again(found),
        "may_mark_left": found.left_at is None and found.pk != request.member.pk and not is_last,
        "may_reset": rules.may_reset_sign_in(found, by=request.member),
    }
    return render(request, "partnership/member.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_MEMBERS)
def change(request, pk):
    """Name, address, agency."""
    found = _member(request, pk)
    form = MemberForm(typed(request), instance=found, by=request.member)
    if form.is_valid() and done(form, verbs.change_member, found, by=request.member, seen=form.seen, **form.changes):
        messages.success(request, _("Saved."))
        return redirect("partnership:member", pk=pk)
    return shown(request, "partnership/change_member.html", {"form": form, "found_pk": pk})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_MEMBERS)
def grant_role(request, pk):
    """One more role."""
    found = _member(request, pk)
    form = RoleForm(typed(request), by=request.member)
    if form.is_valid() and done(form, verbs.grant_role, found, by=request.member, **form.cleaned_data):
        messages.success(request, _("The role is given."))
        return redirect("partnership:member", pk=pk)
    return shown(request, "partnership/grant_role.html", {"form": form, "found": found})


@require_POST
@permission(Permission.KEEP_MEMBERS)
def end_role(request, pk, grant_pk):
    """End a role now."""
    grants = RoleGrant.objects.visible_to(request.member).live().select_related("member__agency", "panel")
    grant = found_or_404(request, grants, pk=grant_pk, member=pk)
    return _answer(request, pk, _("The role has ended."), verbs.end_role, grant)


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_MEMBERS)
def mark_left(request, pk):
    """Ask once, then end everything that lets the member in."""
    found = _member(request, pk)
    if request.method == "POST":
        return _answer(request, pk, _("The member has left: their sessions have ended."), verbs.mark_left, found)
    return render(request, "partnership/mark_left.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@permission(Permission.KEEP_MEMBERS)
def reset_sign_in(request, pk):
    """Ask once, then destroy what the member signs in with and invite them anew."""
    found = _member(request, pk)
    if request.method == "POST":
        return _answer(
            request, pk, _("The sign-in is reset and a new invitation is on its way."), verbs.reset_sign_in, found
        )
    return render(request, "partnership/reset_sign_in.html", {"found": found})


@require_POST
@permission(Permission.KEEP_MEMBERS)
def invite_again(request, pk):
    """A new link; the earlier one no longer works."""
    return _answer(request, pk, _("A new invitation is on its way."), verbs.invite_again, _member(request, pk))


@require_POST
@permission(Permission.KEEP_MEMBERS)
def unlock(request, pk):
    """Forget the wrong attempts."""
    return _answer(request, pk, _("The account is unlocked."), verbs.unlock, _member(request, pk))


@require_POST
@permission(Permission.KEEP_MEMBERS)
def end_sessions(request, pk):
    """End every session of the member."""
    why = MemberSession.Ended.BY_ADMINISTRATOR
    return _answer(request, pk, _("Their sessions have ended."), end_all_sessions, _member(request, pk), why=why)


def _answer(request, pk, success: str, verb, *args, **kwargs):
    """Do it, and go back to the member's page with what came of it."""
    try:
        verb(*args, by=request.member, **kwargs)
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, success)
    return redirect("partnership:member", pk=pk)


@require_safe
@permission(Permission.OWN_ACCOUNT)
def roles(request):
    """The whole matrix: what each role may do."""
    rows = [
        {"words": words, "cells": [{"role": card.name, "may": needed in card.permissions} for card in ROLES.values()]}
        for needed, words in PERMISSION_WORDS.items()
    ]
    mine = {Role(grant.role) for grant in request.member.grants}
    cards = [{"card": card, "is_mine": role in mine} for role, card in ROLES.items()]
    return render(request, "partnership/roles.html", {"rows": rows, "cards": cards})
