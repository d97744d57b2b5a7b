"""Writing at an item: each part is saved by itself, and a stale save shows both texts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases import gates
from cases.models import Action, Bar, Entry, Party
from cases.schemes import scheme_of
from cases.workflow.action import agree_action, change_action
from cases.workflow.drafts import drop_draft
from cases.workflow.entry import write_entry
from core.records import StaleVersion
from meetings.forms.live import ActionForm, DecisionForm, NoteForm, SayForm, TellingForm, default_due
from meetings.models import ItemNote, ItemOutcome
from meetings.views.gate import find_item, signed, sitting
from meetings.views.live import back_to, show, show_part
from meetings.workflow import recording as verbs
from meetings.workflow.presence import item_changed
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def note(request, meeting, item, part):
    """Save one part of the record."""
    found = find_item(request, meeting, item)
    of = scheme_of(meeting.panel).note(part)
    if of is None:
        raise Http404
    form = NoteForm(request.POST, of=of)

    def save(typed):
        verbs.save_note(by=request.member, item=found, part=part, **typed)
        drop_draft(by=request.member, about=found.listing, part=f"note_{part}")

    def theirs():
        return (
            ItemNote.objects.visible_to(request.member).select_related("key", "written_by").get(item=found, part=part)
        )

    return _saved(request, meeting, found, f"note_{part}", form, save, theirs)


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def decision(request, meeting, item):
    """Save the decision."""
    found = find_item(request, meeting, item)
    form = DecisionForm(request.POST, meeting=meeting, prefix="decision")
    return _saved(
        request,
        meeting,
        found,
        "outcome",
        form,
        lambda typed: verbs.save_decision(by=request.member, item=found, **typed),
        lambda: _outcome(request, found),
    )


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def telling(request, meeting, item):
    """Save who tells the person whom the case is about."""
    found = find_item(request, meeting, item)
    if not scheme_of(meeting.panel).has("telling"):
        raise Http404
    form = TellingForm(request.POST, meeting=meeting, prefix="telling")
    return _saved(
        request,
        meeting,
        found,
        "telling",
        form,
        lambda typed: verbs.save_telling(by=request.member, item=found, **typed),
        lambda: _outcome(request, found),
    )


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def told(request, meeting, item):
    """Note that they were told."""
    found = find_item(request, meeting, item)
    outcome = find_or_404(
        request,
        ItemOutcome.objects.visible_to(request.member).select_related("key", "item__listing", "item__meeting"),
        item=found,
    )
    verbs.mark_told(by=request.member, outcome=outcome, seen=outcome.version)
    return _answer(request, meeting, found, "telling")


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def agree(request, meeting, item):
    """Agree an action."""
    found = find_item(request, meeting, item)
    verbs.require_recorder(request.member, found)
    form = ActionForm(request.POST, meeting=meeting, prefix="new")

    def save(typed):
        typed.pop("seen")
        agree_action(by=request.member, case=found.listing.case, listing=found.listing, **typed)
        item_changed(found)

    return _saved(request, meeting, found, "actions", form, save, key="action")


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def take_up(request, meeting, item, entry):
    """Make a proposal an action of the agency that proposed it, due in a week; “say only” is written anew."""
    found = find_item(request, meeting, item)
    verbs.require_recorder(request.member, found)
    proposal = find_or_404(
        request,
        Entry.objects.visible_to(request.member)
        .filter(
            listing=found.listing,
            kind=Entry.Kind.PROPOSAL,
            reach=Entry.Reach.MINUTE,
        )
        .exclude(pk__in=Bar.objects.live().filter(entry__isnull=False).values("entry"))
        .select_related("key", "agency", "party"),
        pk=entry,
    )
    if proposal.actions.exists():  # a second click, or a colleague was quicker
        return _answer(request, meeting, found, "actions")
    risk = _risk_of(meeting, proposal.party)
    try:
        agree_action(
            by=request.member,
            case=found.listing.case,
            listing=found.listing,
            agency=proposal.agency,
            text=proposal.text,
            due_on=default_due(),
            risk=risk,
            party=proposal.party,
            proposal=proposal,
        )
    except ValidationError as refused:
        for sentence in refused.messages:
            messages.error(request, sentence)
    else:
        item_changed(found)
    return _answer(request, meeting, found, "actions")


@require_POST
@permission(Permission.RECORD_MEETING)
@signed
@sitting
def change(request, meeting, item, action):
    """Change an action that was agreed here."""
    found = find_item(request, meeting, item)
    verbs.require_recorder(request.member, found)
    agreed = find_or_404(
        request,
        Action.objects.visible_to(request.member)
        .filter(listing=found.listing)
        .select_related("key", "case__panel", "listing", "agency", "member"),
        pk=action,
    )
    form = ActionForm(request.POST, meeting=meeting, prefix=f"a{agreed.number}")

    def save(typed):
        change_action(by=request.member, action=agreed, **typed)
        item_changed(found)

    def theirs():
        return Action.objects.visible_to(request.member).select_related("agency", "member").get(pk=agreed.pk)

    return _saved(request, meeting, found, "actions", form, save, theirs, key=f"action_{agreed.pk}")


@require_POST
@permission(Permission.RESEARCH)
@signed
@sitting
def say(request, meeting, item):
    """A representative says something for the own agency while the item is heard."""
    found = find_item(request, meeting, item)
    form = SayForm(request.POST, member=request.member, categories=gates.categories(meeting.panel))

    def save(typed):
        write_entry(by=request.member, listing=found.listing, **typed)
        drop_draft(by=request.member, about=found.listing, part="say")
        item_changed(found)

    return _saved(request, meeting, found, "say", form, save)


@require_GET
@permission(Permission.ATTEND)
def tellings(request):
    """Whom the member, or the member's agency, has to tell what was agreed; with what is safe to say, and how."""
    found = list(
        ItemOutcome.objects.to_tell(request.member)
        .filter(told_at__isnull=True)
        .select_related("key", "item__listing__case", "item__meeting__panel", "teller", "tell_agency")
        .order_by("tell_by", "pk")
    )
    cases = [outcome.item.listing.case_id for outcome in found]
    people, words = {}, {}
    for party in Party.objects.visible_to(request.member).filter(case__in=cases).current().in_order():
        people.setdefault((party.case_id, party.capacity), party)
    for action in Action.objects.with_key().filter(listing__in=[o.item.listing_id for o in found]).order_by("number"):
        if action.safe_words:
            words.setdefault(action.listing_id, []).append(action.safe_words)
    for outcome in found:
        outcome.scheme = scheme_of(outcome.item.meeting.panel)
        outcome.person = people.get((outcome.item.listing.case_id, outcome.scheme.principal))
        outcome.words = words.get(outcome.item.listing_id, [])
    titles = {str(outcome.scheme.words.tell_owed) for outcome in found}
    context = {"outcomes": found, "title": titles.pop() if len(titles) == 1 else _("Tell people what was agreed")}
    response = render(request, "meetings/live/tellings.html", context)
    consulted(request, None, event="tellings.listed", reason="own_action", things=[o.item.listing.case for o in found])
    return response


@require_POST
@permission(Permission.ATTEND)
def tell(request, outcome):
    """The member told the person whom the case is about."""
    found = find_or_404(
        request,
        ItemOutcome.objects.to_tell(request.member).select_related("key", "item__listing", "item__meeting__panel"),
        pk=outcome,
    )
    noted = scheme_of(found.item.meeting.panel).words.tell_noted
    pressed(request, noted, verbs.mark_told, by=request.member, outcome=found, seen=found.version)
    return redirect("meetings:tellings")


def _risk_of(meeting, party) -> str:
    """Whose risk an action about *party* (or nobody named) addresses, among those of the scheme."""
    scheme = scheme_of(meeting.panel)
    codes = {"child": "children", "other": "others"}
    code = codes.get(party.capacity, party.capacity) if party else ""
    return code if code in dict(scheme.risks) else scheme.risks[0][0]


def _outcome(request, item):
    return (
        ItemOutcome.objects.visible_to(request.member)
        .select_related("key", "deferred_to", "teller", "tell_agency", "decided_by")
        .get(item=item)
    )


def _saved(request, meeting, item, name, form, save, theirs=None, key: str = ""):
    """Save a bound *form* by *save*; refused, it comes back with everything typed, and what somebody else wrote."""
    if form.is_valid():
        try:
            save(dict(form.cleaned_data))
            return _answer(request, meeting, item, name)
        except StaleVersion:
            return _compare(request, meeting, item, name, form, theirs(), key or name)
        except ValidationError as refused:
            _refuse(form, refused)
    return _refused(request, meeting, item, name, {key or name: form}, status=422)


def _compare(request, meeting, item, name, form, theirs, key):
    """Both texts: the writer's own in the form, over the version that now stands, and the other's beside it."""
    data = form.data.copy()
    data[form.add_prefix("seen")] = str(theirs.version)
    if "given_by" in form.fields and not data.get("given_by"):
        data["given_by"] = theirs.given_by
    form.data = data
    form.add_error(
        None, _("Somebody else saved this while you were writing. Your text is kept: compare, and save again.")
    )
    return _refused(request, meeting, item, name, {key: form, "theirs": theirs}, status=409)


def _answer(request, meeting, item, name):
    if request.htmx:
        return show_part(request, meeting, item, name)
    return redirect(back_to(meeting, item, name))


def _refused(request, meeting, item, name, forms, status):
    if request.htmx:
        return show_part(request, meeting, item, name, forms=forms, status=status)
    return show(request, meeting, item, follows=False, forms=forms, status=status)


def _refuse(form, refused: ValidationError) -> None:
    """The verb's sentences, at the fields that the form has."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)
