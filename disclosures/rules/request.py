"""What may be asked, by whom, of whom: no “everything”, no template phrases, nobody outside the protocol."""

import re

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Bar
from disclosures.models import Disclosure
from disclosures.rules.away import away_from
from partnership.models import Agency, Attendee, LiaisonPost, Member, Protocol, Signatory
from partnership.roles import Permission

SHORTEST_PURPOSE = 40
SHORTEST_QUESTION = 20
FEWEST_OWN_WORDS = 5

_KEPT = r"(?:information|info|records?|data|files?|notes?|details|documents?|history|intelligence)"
EVERYTHING = re.compile(
    r"\beverything\b|\banything (?:and everything|at all|you (?:hold|have)|relevant)\b"
    rf"|\ball (?:the |of the |of your |your |other )?(?:available |relevant |known )?{_KEPT}\b"
    rf"|\bany (?:and all|(?:other )?{_KEPT} (?:that |which )?(?:you|is|are|may be|they) (?:hold|have|held|know))\b"
    rf"|\b(?:full|whole|entire|complete) {_KEPT}\b|\bfull disclosure\b|\ball you (?:hold|have|know)\b",
    re.IGNORECASE,
)
TEMPLATES = (
    "prevention and detection of crime",
    "preventing and detecting crime",
    "prevention or detection of crime",
    "crime and disorder act",
    "crime prevention",
    "section 115",
    "multi agency working",
    "multi agency risk assessment conference",
    "partnership working",
    "safeguarding purposes",
    "safeguarding concerns",
    "safeguarding",
    "public protection",
    "risk assessment",
    "risk management",
    "information sharing protocol",
    "information sharing agreement",
    "information sharing",
    "information gathering",
    "as per protocol",
    "as discussed",
    "see referral",
    "see above",
    "for information",
    "to be confirmed",
    "on a need to know basis",
    "need to know",
    "in line with the protocol",
    "data protection act",
    "legitimate purpose",
    "marac",
    "vulnerable adult",
    "vulnerable child",
)
FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "of",
        "on",
        "or",
        "our",
        "please",
        "purpose",
        "purposes",
        "reason",
        "reasons",
        "required",
        "needed",
        "need",
        "request",
        "requested",
        "that",
        "the",
        "their",
        "them",
        "these",
        "this",
        "those",
        "to",
        "us",
        "use",
        "used",
        "we",
        "with",
        "within",
        "your",
        "you",
        "not",
        "applicable",
        "tbc",
        "case",
        "meeting",
        "order",
        "under",
        "act",
        "1998",
        "2018",
    ]
)


def own_words(text: str) -> int:
    """How many different words of *text* say something that no template phrase says for every request."""
    plain = " ".join(re.findall(r"[\w’']+", text.lower()))
    for phrase in TEMPLATES:
        plain = re.sub(rf"\b{phrase}\b", " ", plain)
    return len({word for word in plain.split() if len(word) > 1 and word not in FILLERS})


def purpose_problems(text: str) -> list[str]:
    """What keeps *text* from being a purpose: too short, or what could stand under any request."""
    text = text.strip()
    if EVERYTHING.search(text):
        return [_("Say what you will do with it, not that you want everything.")]
    if own_words(text) < FEWEST_OWN_WORDS:
        return [_("Say in your own words what is to be done for whom. A phrase that fits every request is no purpose.")]
    if len(text) < SHORTEST_PURPOSE:
        return [_("Say more: what is to be decided or done, and for whom?")]
    return []


def question_problems(text: str, purpose: str = "") -> list[str]:
    """What keeps *text* from being a question that an answer could settle."""
    text = text.strip()
    if EVERYTHING.search(text):
        return [_("Ask one question that an answer can settle, not for everything.")]
    if len(text) < SHORTEST_QUESTION or own_words(text) < FEWEST_OWN_WORDS - 1:
        return [_("Ask a question that an answer can settle, such as “has he been seen at the address since June?”")]
    if text.lower() == purpose.strip().lower():
        return [_("Ask the question itself; the purpose is above.")]
    return []


def wanted_problems(text: str) -> list[str]:
    """What keeps *text* from saying what is asked for."""
    if EVERYTHING.search(text):
        return [_("“Everything” cannot be asked for. Name what you need; you can ask again.")]
    return []


def has_standing(agency: Agency, case, at=None) -> bool:
    """Whether *agency* may give and get personal information about *case* (an id) at *at* (default now).

    A live tier-1 signatory may, and an out-of-area guest in its one case (guidance 2.2.4).
    """
    return agency.signatures.reaching(case, at).exists()


def may_tell(member, case) -> bool:
    """Whether *member*, who sees *case*, may put forward or release what their agency knows of it now."""
    return member.may(Permission.ASK_DISCLOSURE, case.panel_id) and has_standing(member.agency, case.pk)


def may_ask(member, case) -> bool:
    """Whether *member*, who sees *case*, may ask for information about it now: also trained, declared and vetted."""
    return may_tell(member, case) and is_prepared(member, case.panel_id)


def is_prepared(member, panel) -> bool:
    """Whether *member* was trained, declared and vetted for *panel* (an id), or holds a liaison post of their agency.

    Field 2 of the decision record: the person who asks, and who receives, is active, vetted and trained.  Who may
    decide for an agency was designated by it, and attends no panel.
    """
    return prepared(Member.objects.filter(pk=member.pk), panel).exists()


def prepared(members, panel):
    """Those of *members* (a queryset) who are so for *panel*."""
    attending = Attendee.objects.authorised().filter(panel=panel)
    posts = LiaisonPost.objects.deciding().filter(member__isnull=False)
    return members.filter(Q(pk__in=attending.values("member")) | Q(pk__in=posts.values("member")))


def recurrence_problems(recurrence: str, words: str, schedule) -> dict:
    """What keeps a request from recurring, by field: no schedule of the protocol provides for it, or no interval."""
    if recurrence != Disclosure.Recurrence.RECURRING:
        return {}
    if schedule is None:
        sentence = _("The protocol has no schedule for this panel: ask once, and again when you need it again.")
        return {"recurrence": sentence}
    return {} if words.strip() else {"recurrence_words": _("Say when it recurs.")}


def may_write(member, disclosure: Disclosure) -> bool:
    """Whether the request is still *member*'s own draft."""
    return disclosure.state == Disclosure.State.DRAFT and disclosure.requested_by_id == member.pk


def may_withdraw(member, disclosure: Disclosure) -> bool:
    """Whether *member* is of the side that asked, and it is not answered."""
    return (
        disclosure.state in (Disclosure.State.DRAFT, Disclosure.State.ASKED)
        and disclosure.agency_id == member.agency_id
        and member.may(Permission.ASK_DISCLOSURE, disclosure.panel_id)
    )


def originators_for(member, case):
    """The agencies that *member* may ask about *case* now: signatories, its guests; not the own, not barred."""
    fit = Signatory.objects.reaching(case.pk).values("agency")
    on_case = Q(case=case) | Q(referral__case=case) | Q(listing__case=case)
    barred = Bar.objects.live().filter(on_case, agency__isnull=False).values("agency")
    return (
        Agency.objects.visible_to(member)
        .filter(pk__in=fit)
        .exclude(pk=member.agency_id)
        .exclude(pk__in=barred)
        .order_by("name")
    )


def without_officer(agencies, requester, case) -> list[Agency]:
    """Those of *agencies* for which nobody can decide on *case*: none but *requester* (ids), or who is kept away."""
    away = away_from(case)
    posts = LiaisonPost.objects.deciding().filter(agency__in=agencies, member__isnull=False)
    posts = posts.filter(member__is_active=True, member__left_at__isnull=True)
    posts = posts.exclude(member=requester).exclude(member__in=away).exclude(member__agency__in=away)
    manned = set(posts.values_list("agency_id", flat=True))
    return [agency for agency in agencies if agency.pk not in manned]


def protocol_for(panel, on=None) -> Protocol | None:
    """The version of the panel's protocol that rules on *on* (default today), or None."""
    return Protocol.objects.filter(partnership=panel.partnership_id).in_force(on).first()


def schedule_for(panel, on=None):
    """The schedule of the protocol in force (on *on*, default today) for the panel's scheme, or None."""
    protocol = protocol_for(panel, on)
    if protocol is None:
        return None
    schedule = protocol.schedules.filter(scheme=panel.scheme).first()
    if schedule is not None:
        schedule.protocol = protocol
    return schedule
