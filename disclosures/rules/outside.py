"""What may happen to a request from outside, from which of its states, by whom."""

import re

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.schemes import scheme_of
from disclosures.models import Answer, OutsideRequest
from disclosures.rules.clocks import clock_of, effect, may_extend_until
from partnership.models import Panel
from partnership.roles import Permission

S, Kind = OutsideRequest.State, OutsideRequest.Kind
OPEN = frozenset(S) - {S.CLOSED}
BEFORE_SENT = frozenset({S.RECEIVED, S.SEARCH, S.CONSULT, S.DRAFT, S.CHECK})

# act → the states from which it is done, and the state that it leads to (nothing: it stays)
ACTS: dict[str, tuple[frozenset, str]] = {
    "pause": (frozenset({S.RECEIVED, S.SEARCH, S.CONSULT, S.DRAFT}), S.CLARIFY),
    "resume": (frozenset({S.CLARIFY}), ""),  # to where it stood before
    "search": (frozenset({S.RECEIVED}), S.SEARCH),
    "consult": (frozenset({S.SEARCH}), S.CONSULT),
    "ask_agency": (frozenset({S.CONSULT, S.DRAFT, S.REVIEW}), ""),
    "search_again": (frozenset({S.CONSULT, S.DRAFT, S.REVIEW}), ""),
    "draft": (frozenset({S.CONSULT, S.DRAFT}), S.DRAFT),
    "offer": (frozenset({S.DRAFT}), S.CHECK),
    "send_back": (frozenset({S.CHECK}), S.DRAFT),
    "pass": (frozenset({S.CHECK}), ""),
    "send": (frozenset({S.CHECK}), S.SENT),
    "ask_review": (frozenset({S.SENT}), S.REVIEW),
    "answer_anew": (frozenset({S.REVIEW}), S.DRAFT),
    "extend": (BEFORE_SENT, ""),
    "acknowledge": (BEFORE_SENT | {S.CLARIFY}, ""),
    # while it is checked, or once it was sent, an answer speaks of the person as named then
    "change": (frozenset({S.RECEIVED, S.CLARIFY, S.SEARCH, S.CONSULT, S.DRAFT, S.REVIEW}), ""),
    "name": (OPEN, ""),
    "note_ico": (OPEN, ""),
    "close": (OPEN, S.CLOSED),
}
ABOUT_NOBODY = frozenset({Kind.FOI, Kind.EIR, Kind.COMPLAINT, Kind.COURT})
RIGHTS = frozenset({Kind.SUBJECT_ACCESS, Kind.SUBJECT_ACCESS_3, Kind.RECTIFICATION, Kind.ERASURE, Kind.OBJECTION})
ACCESS = frozenset({Kind.SUBJECT_ACCESS, Kind.SUBJECT_ACCESS_3})
ANSWERS = {
    Kind.FOI: (Answer.Kind.INFORMATION, Answer.Kind.REFUSAL, Answer.Kind.NEITHER),
    Kind.EIR: (Answer.Kind.INFORMATION, Answer.Kind.REFUSAL, Answer.Kind.NEITHER),
    Kind.SUBJECT_ACCESS: (Answer.Kind.INFORMATION, Answer.Kind.NEITHER),
    Kind.SUBJECT_ACCESS_3: (Answer.Kind.INFORMATION, Answer.Kind.NEITHER),
    Kind.COURT: (Answer.Kind.INFORMATION, Answer.Kind.REFUSAL, Answer.Kind.NEITHER),
    Kind.VICTIM: (Answer.Kind.INFORMATION, Answer.Kind.REFUSAL, Answer.Kind.NEITHER),
}
OTHERWISE = (Answer.Kind.OUTCOME, Answer.Kind.NEITHER)

# Words that would tell an outsider under which arrangement something is held.
SCHEME_WORDS = (
    "MARAC",
    "MAPPA",
    "MASH",
    "IOM",
    "PPO",
    "DASH",
    "ViSOR",
    "IDVA",
    "Channel panel",
    "risk assessment conference",
    "case conference",
    "covert",
)


def leads(request: OutsideRequest, act: str) -> bool:
    """Whether *act* is done from the state in which *request* is."""
    return request.state in ACTS[act][0]


def may_handle(member, request: OutsideRequest) -> bool:
    """Whether *member* works on *request*: its handler alone, while the agency complained about is not theirs."""
    return (
        request.handler_id == member.pk
        and member.may(Permission.HANDLE_OUTSIDE_REQUESTS)
        and request.about_agency_id != member.agency_id
    )


def may(member, request: OutsideRequest, act: str) -> bool:
    """Whether *member*, as handler, does *act* to *request* now."""
    if not (may_handle(member, request) and leads(request, act)):
        return False
    match act:
        case "acknowledge":
            return bool(clock_of(request).acknowledge_days) and request.acknowledged_on is None
        case "pause":
            return bool(clock_of(request).stops)
        case "ask_review":
            return request.kind not in (Kind.COURT, Kind.VICTIM)
    return True


def may_extend(member, request: OutsideRequest, pauses, on=None) -> bool:
    """Whether more time may still be taken: once, with a reason, before the first time is over."""
    last = may_extend_until(request, pauses)
    return may(member, request, "extend") and last is not None and (on or timezone.localdate()) <= last


def may_check(member, request: OutsideRequest, answer: Answer) -> bool:
    """Whether *member* is the second person: named on the request, and not who drafted the answer or any of it."""
    waits = answer.offered_at is not None and answer.checked_at is None and answer.returned_at is None
    return waits and leads(request, "pass") and _handles(member) and not answer.was_written_by(member)


def pauses_offered(request: OutsideRequest) -> list:
    """The reasons for which the clock of *request* stops, with what that does."""
    return [(why, effect(request.kind, why)) for why, _effect in clock_of(request).stops]


def answers_offered(request: OutsideRequest) -> tuple:
    """The kinds of answer that a request of this kind has."""
    return ANSWERS.get(Kind(request.kind), OTHERWISE)


def gaps_before_search(request: OutsideRequest, tests=None) -> list:
    """Everything that is still wanting before anything is searched, in plain words; none when it may begin."""
    wanting = []
    if request.kind in RIGHTS and not request.identity_check:
        wanting.append(_("Say how the requester’s identity was checked."))
    if request.kind == Kind.VICTIM:
        wanting += _wanting_of_victim(tests)
    return wanting


def _wanting_of_victim(tests) -> list:
    """Police, Crime, Sentencing and Courts Act 2022 Part 2 Chapter 3A; Victim Information Requests Code of Practice."""
    if tests is None:
        return [_("Record the three tests and the notice to the victim.")]
    wanting = []
    if not (tests.relevant and tests.necessary and tests.proportionate):
        wanting.append(
            _(
                "All three tests must be met: relevant to a reasonable line of enquiry, necessary with no less "
                "intrusive way, and proportionate. Where one is not, refuse the request."
            )
        )
    if not tests.reasons.strip():
        wanting.append(_("Say how the three tests are met."))
    if tests.counselling and not tests.probative.strip():
        wanting.append(
            _(
                "Counselling notes are presumed not to be needed: say why they are likely to have substantial "
                "probative value, or leave them out."
            )
        )
    if tests.notice in (tests.Notice.GIVEN, tests.Notice.REPRESENTATIVE):
        if tests.notice_on is None:
            wanting.append(_("Say on which day the notice to the victim was given."))
    elif not tests.notice_words.strip():
        wanting.append(_("Say why the victim was given no notice."))
    return wanting


def telling_words(words: str, panels=()) -> list[str]:
    """What in *words* would tell under which arrangement, or as which case, something is held.

    Names of schemes and of the *panels* whose partnership answers, and case references, as they stand in *words*.
    """
    names = [*SCHEME_WORDS, *(panel.name for panel in panels), *(str(scheme_of(panel).name) for panel in panels)]
    found = [name for name in dict.fromkeys(names) if re.search(rf"\b{re.escape(name)}\b", words, re.IGNORECASE)]
    prefixes = {re.escape(panel.reference_prefix) for panel in panels if panel.reference_prefix}
    for prefix in sorted(prefixes):
        found += re.findall(rf"\b(?:R-)?{prefix}-\d{{4}}-\d+\b", words)
    return found


def panels_of(request: OutsideRequest):
    """The panels whose names an answer to *request* must not tell."""
    return Panel.objects.filter(partnership=request.partnership_id)


def _handles(member) -> bool:
    return member.may(Permission.HANDLE_OUTSIDE_REQUESTS)
