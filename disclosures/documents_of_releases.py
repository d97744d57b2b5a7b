"""What the papers of disclosures say of what was released; the record of a decision is `documents_of_decisions`."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.confer import when
from disclosures.documents_of_decisions import condition_words, destroy_words, record_facts
from disclosures.models import Decision, DisclosurePaper, ReleaseItem
from disclosures.rules import release as rules
from disclosures.rules.resting import shut
from partnership.post.press import moment_words

Kind = DisclosurePaper.Kind
TEMPLATES = {
    Kind.RECORD: "disclosures/document/record.html",
    Kind.RELEASE: "disclosures/document/release.html",
}


def facts_of(paper) -> dict:
    """The facts of *paper* as plain values; `PermissionDenied` where whoever it is for may not have it any more."""
    if paper.kind == Kind.RELEASE:
        return release_facts(paper.release)
    if not Decision.objects.visible_to(paper.asked_by).filter(pk=paper.decision_id).exists():
        raise PermissionDenied
    return record_facts(paper.decision)


def title_of(paper) -> str:
    """A title without anybody's name: it stands in the file's metadata."""
    if paper.kind == Kind.RELEASE:
        return _("Released information %(number)s") % {"number": paper.release.number}
    return _("Record of a decision, %(number)s") % {"number": paper.decision.disclosure.number}


def handling(paper) -> str:
    """The handling text under the marking."""
    if paper.kind == Kind.RELEASE:
        return _("For the named recipient alone. Do not pass on; destroy by the day stated and confirm it.")
    return _("Confidential to the agency that decided.")


def release_facts(release) -> dict:
    """Exactly the approved pieces in the words that leave, the conditions, and by when they are destroyed."""
    if shut(release) or not rules.is_open_to(release.member, release):
        raise PermissionDenied
    decision = release.decision
    items = ReleaseItem.objects.visible_to(release.member).filter(release=release).in_order()
    return {
        "number": release.number,
        "recipient": release.member.name,
        "agency": release.agency.name,
        "originator": decision.originator.name,
        "released": moment_words(timezone.localtime(release.released_at)),
        "conditions": condition_words(decision),
        "destroy": destroy_words_of(release),
        "items": [item_words(item) for item in items],
    }


def destroy_words_of(release) -> str:
    """By when *release* is to be destroyed, as a reader takes it."""
    return destroy_words(release.destroy_on, release.decision)


def item_words(item) -> dict:
    """One released piece as the recipient reads it."""
    return {
        "words": item.words,
        "nature": str(item.get_nature_display()),
        "grade": str(item.get_grade_display()),
        "known_on": when(item.known_on) if item.known_on else "",
        "gaps": item.gaps,
    }
