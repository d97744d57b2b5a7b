"""What a consent still lacks before somebody signs it, and whether a signature is of what stands in it now."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import Consent, ConsentAgency, ConsentAnswer, Signature
from consent.rules.ends import ADULT, age_on
from core.pdf import content_digest

Side, Kind, Whose = ConsentAgency.Side, ConsentAnswer.Kind, Signature.Whose
GILLICK_UNTIL = 16  # Mental Capacity Act 2005 s.2(5): below it the question is Gillick competence


def age_of(consent: Consent, on=None) -> int | None:
    """Whole years of the person on the day *on* (default today); join the party's key before asking."""
    return age_on(consent.party.birth_date if consent.party else None, on or timezone.localdate())


def is_child(consent: Consent) -> bool:
    age = age_of(consent)
    return age is not None and age < ADULT


def competence_words(consent: Consent) -> str:
    """What is asked about the person's ability to decide, by their age."""
    age = age_of(consent)
    if age is not None and age < GILLICK_UNTIL:
        return _("Is the child competent to decide this (Gillick)?")
    return _("Does the person have capacity to decide this (Mental Capacity Act 2005)?")


def lacks(consent: Consent) -> list[str]:
    """Everything that is missing before *consent* can be signed, one sentence each; empty where nothing is."""
    return [sentence for _title, lacking in SECTIONS.values() for sentence in lacking(consent)]


def lacks_of_person(consent: Consent) -> list[str]:
    """What is missing about who decides."""
    found = []
    if not consent.able:
        found.append(_("Say whether the person is able to decide this."))
    elif not consent.able_words:
        found.append(_("Say how you know whether the person is able to decide this."))
    if not consent.format:
        found.append(_("Say how the form was given."))
    if consent.interpreter is None:
        found.append(_("Say whether an interpreter was there."))
    elif consent.interpreter and not consent.language:
        found.append(_("Say into which language the interpreter put it."))
    return [*found, *(_lacks_of_parent(consent) if is_child(consent) else [])]


def _lacks_of_parent(consent: Consent) -> list[str]:
    if not consent.parent_answer:
        return [_("Say whether somebody with parental responsibility was asked.")]
    if consent.parent_answer == Consent.Parent.NOT_ASKED:
        return [] if consent.parent_words else [_("Say why nobody with parental responsibility was asked.")]
    return [] if consent.parent_name else [_("Name who has parental responsibility.")]


def lacks_of_sharing(consent: Consent) -> list[str]:
    """What is missing about agencies and information."""
    sides = {row.side for row in consent.agencies.all()}
    found = []
    if Side.GIVES not in sides:
        found.append(_("Name at least one agency that may give."))
    if Side.RECEIVES not in sides:
        found.append(_("Name at least one agency that may receive."))
    return [*found, *_unanswered(consent, Kind.CATEGORY)]


def lacks_of_purposes(consent: Consent) -> list[str]:
    return _unanswered(consent, Kind.PURPOSE)


def _unanswered(consent: Consent, kind: str) -> list[str]:
    answered = {row.code for row in consent.answers.all() if row.kind == kind}
    open_ones = [question.label for question in consent.form.questions(kind) if question.code not in answered]
    return [_("Answer yes or no: %(what)s.") % {"what": label} for label in open_ones]


def lacks_of_rights(consent: Consent) -> list[str]:
    """What was not explained yet."""
    names = ("limits_explained", "without_explained", "withdrawing_explained", "rights_explained")
    return [
        _("Explain, and tick: %(what)s.") % {"what": Consent._meta.get_field(name).verbose_name}
        for name in names
        if not getattr(consent, name)
    ]


SECTIONS = {
    "person": (gettext_lazy("Person and capacity"), lacks_of_person),
    "sharing": (gettext_lazy("Agencies and information"), lacks_of_sharing),
    "purposes": (gettext_lazy("Purposes"), lacks_of_purposes),
    "rights": (gettext_lazy("Limits and rights"), lacks_of_rights),
}


def content_of(consent: Consent) -> str:
    """The digest of what somebody signs: the form's words, the agencies, every answer, what was explained."""
    explained = [consent.limits_explained, consent.without_explained, consent.withdrawing_explained]
    return content_digest(
        {
            "form": consent.form.digest,
            "able": consent.able,
            "agencies": sorted(f"{row.side} {row.agency_id}" for row in consent.agencies.all()),
            "answers": sorted(f"{row.kind} {row.code} {row.agreed}" for row in consent.answers.all()),
            "explained": [*explained, consent.rights_explained],
            "until": consent.chosen_end_on,
        }
    )


def signed_by(consent: Consent) -> dict[str, Signature]:
    """The signatures that stand, by whose; one under answers that were changed later does not."""
    digest = content_of(consent)
    return {each.whose: each for each in consent.signatures.all() if each.digest == digest}


def lacks_of_signatures(consent: Consent, *needed: str) -> list[str]:
    """Which of the signatures *needed* (`Signature.Whose`) are missing or were outdone."""
    standing = signed_by(consent)
    taken = {each.whose for each in consent.signatures.all()}
    missing = [_("%(who)s has not signed.") % {"who": Whose(whose).label} for whose in needed if whose not in taken]
    changed = [
        _("%(who)s signed before something was changed: sign again.") % {"who": Whose(whose).label}
        for whose in needed
        if whose in taken and whose not in standing
    ]
    return missing + changed
