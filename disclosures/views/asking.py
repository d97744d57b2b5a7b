"""Making the form of each page of the seven questions, and saving what it says."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import gates
from disclosures.forms.questions import FORMS, PieceFormSet
from disclosures.models import Decision, DecisionItem, DecisionRecipient, DisclosurePerson
from disclosures.rules import lawful as law
from disclosures.rules.decision import is_about_child
from disclosures.rules.receiving import receivers_of
from disclosures.workflow import decision as verbs
from partnership import lawful
from partnership.models import Agency, LiaisonPost, Member


def form_maker(member, decision: Decision, step: str):
    """What makes the form of *step* from form data, as `cases.views.writing` wants it."""
    special = {"nature": _for_nature, "caldicott": _for_caldicott, "law": _for_law}
    special |= {"release": _for_release, "record": _for_record}
    more = special[step](member, decision) if step in special else {}

    def make(data=None, **given):
        form = FORMS[step](data, decision=decision, **more, **given)
        if step == "release":
            form.pieces = pieces_of(decision, data)
        return form

    return make


@transaction.atomic
def save(member, decision: Decision, step: str, form) -> Decision:
    """Hand what *form* says to the verbs; all of it or nothing."""
    if step == "release":
        _save_release(member, decision, form)
    return verbs.answer(by=member, decision=decision, step=step, seen=form.seen, **form.said())


def _save_release(member, decision: Decision, form) -> None:
    if not form.pieces.is_valid():
        raise ValidationError(_("Look at the pieces of information again: something is missing."))
    Decision.objects.select_for_update().filter(pk=decision.pk).exists()
    now = _mark(decision)
    if form.cleaned_data["pieces_seen"] not in ("", now):
        form.data = form.data.copy()
        form.data["pieces_seen"] = now
        raise ValidationError(
            _(
                "A colleague changed the pieces while you were writing. Yours are below; open this page in another "
                "tab to see theirs. Saving again puts yours in their place."
            )
        )
    said = [piece for piece in (each.said() for each in form.pieces if each.has_changed() or each.initial) if piece]
    verbs.choose_pieces(by=member, decision=decision, pieces=said)
    verbs.choose_recipients(by=member, decision=decision, recipients=form.receivers())


def _mark(decision: Decision) -> str:
    """What tells the pieces of *decision* from any others: each choosing makes them anew."""
    ids = DecisionItem.objects.filter(decision=decision).order_by("pk").values_list("pk", flat=True)
    return hashlib.sha256(",".join(str(pk) for pk in ids).encode()).hexdigest()[:16]


def pieces_of(decision: Decision, data=None):
    """The pieces of *decision* as forms: its own entries first, then what was typed, then one empty."""
    items = DecisionItem.objects.with_key().filter(decision=decision).in_order()
    initial = [
        {
            "share": not item.withheld,
            "entry": item.entry_id,
            "original": item.original,
            "words": item.words,
            "nature": item.nature,
            "grade": item.grade,
            "source": item.source,
            "known_on": item.known_on,
            "gaps": item.gaps,
            "category": item.category,
        }
        for item in items
    ]
    kinds = gates.categories(decision.disclosure.panel)
    return PieceFormSet(data, initial=initial, prefix="piece", form_kwargs={"categories": kinds})


def facts_for(decision: Decision, agencies=None):
    """The facts of *decision* as they stand; its people and, by default, its recipients are read."""
    people = list(DisclosurePerson.objects.with_key().filter(disclosure=decision.disclosure_id))
    if agencies is None:
        recipients = DecisionRecipient.objects.filter(decision=decision, agency__isnull=False).select_related("agency")
        agencies = list({recipient.agency_id: recipient.agency for recipient in recipients}.values())
    return law.facts_of(decision, recipients=agencies, people=people)


def _for_nature(member, decision):
    """Whose information it may be: every other agency of the register."""
    return {"agencies": Agency.objects.visible_to(member).exclude(pk=decision.originator_id).order_by("name")}


def _for_caldicott(member, decision):
    """Who the register names as the originator's Caldicott Guardian."""
    posts = LiaisonPost.objects.live().filter(agency=decision.originator_id, kind=LiaisonPost.Kind.CALDICOTT)
    post = posts.select_related("member").order_by("since", "pk").first()
    return {"guardian": (post.member.name if post.member_id else post.name) if post else ""}


def _for_law(member, decision):
    facts = facts_for(decision)
    offered = lawful.offered(facts)
    return {"offered": offered, "usual": law.usual_bases(facts, offered)}


def _for_release(member, decision):
    rows = DecisionRecipient.objects.with_key().filter(decision=decision)
    chosen = {row.member_id: row.need for row in rows if row.member_id}
    return {"members": receivers_of(decision.disclosure), "chosen": chosen, "mark": _mark(decision)}


def _for_record(member, decision):
    posts = LiaisonPost.objects.live().filter(agency=decision.originator_id, member__isnull=False)
    reviewers = Member.objects.active().filter(agency=decision.originator_id, pk__in=posts.values("member"))
    reviewers = reviewers.exclude(pk__in=[member.pk, decision.requested_by_id or member.pk]).order_by("name")
    people = DisclosurePerson.objects.with_key().filter(disclosure=decision.disclosure_id)
    return {"reviewers": reviewers, "about_child": is_about_child(decision, people)}
