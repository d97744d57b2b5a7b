"""Whether words that are to leave hold a confidential address of the case: then a second person looks before they go.

A copy for a court, or an export, that held the victim's address is how it has reached the perpetrator elsewhere (the
Information Commissioner's reprimands of 2023).  Compared in memory with what is sealed; nothing of it is shown or kept.
"""

import re

from django.utils.translation import gettext as _

from cases.models import Party
from disclosures.models import Answer, Decision, MatchedItem, Redaction

SHORTEST_POSTCODE = 5  # "M11AA", without blanks
SHORTEST_LINE = 6  # "1elmrd": the house with its street
SHORTEST_NUMBER = 9  # digits of a telephone number, without the country's code or the first nought


def holds_confidential(texts, cases) -> bool:
    """Whether one of *texts* holds house and street, postcode or telephone of somebody of *cases* (ids) who keeps their
    address confidential, however it is spaced, cut into lines or capitalised."""
    texts = [text for text in texts if text and text.strip()]
    if not texts or not cases:
        return False
    parties = Party.objects.with_key().filter(case__in=cases, address_confidential=True)
    words, numbers = set(), set()
    for party in parties:
        words |= _marks_of(party)
        numbers |= {_digits(number)[-SHORTEST_NUMBER:] for number in (party.phone, party.safe_number)}
    numbers = {number for number in numbers if len(number) == SHORTEST_NUMBER}
    return any(
        any(mark in _plain(text) for mark in words) or any(number in _digits(text) for number in numbers)
        for text in texts
    )


def is_in_decision(decision: Decision, items) -> bool:
    """Whether what leaves of *items* by *decision* holds one."""
    texts = [text for item in items if not item.withheld for text in (item.words, item.gaps)]
    return holds_confidential([*texts, decision.conditions_words], [decision.disclosure.case_id])


def is_looked_at(decision: Decision, items, recipients) -> bool:
    """Whether somebody looked at it since pieces and recipients were last chosen: each choosing makes them anew."""
    chosen = [row.created_at for row in (*items, *recipients)]
    return decision.address_by_id is not None and all(at <= decision.address_at for at in chosen)


def problems(decision: Decision, items, recipients) -> list[tuple[str, str]]:
    """That a second look is wanting, as (page, sentence)."""
    if not is_in_decision(decision, items) or is_looked_at(decision, items, recipients):
        return []
    words = _(
        "What leaves holds a confidential address, postcode or telephone number of somebody on this case. Take it out, "
        "or let another liaison officer of your agency look at it and say on this page that it may go."
    )
    return [("release", words)]


def is_in_answer(member, answer: Answer) -> bool:
    """Whether the words of *answer*, or what it gives of items, hold one of a case of which *member* may know.

    Nothing is looked for, nor any row read, in what neither confirms nor denies: it holds no words.
    """
    if answer.kind == Answer.Kind.NEITHER:
        return False
    rows = Redaction.objects.with_key().filter(answer=answer, outcome__in=["whole", "part"]).select_related("item")
    given = list(rows) if answer.kind == Answer.Kind.INFORMATION else []
    matched = MatchedItem.objects.of_request(member).filter(request=answer.request_id, case__isnull=False)
    cases = {item.case_id for item in matched}
    return holds_confidential([answer.words, *(row.words for row in given)], cases)


def _marks_of(party: Party) -> set[str]:
    postcode = _plain(party.postcode)
    found = {postcode} if len(postcode) >= SHORTEST_POSTCODE else set()
    for address in (party.address, party.current_address):
        first = re.split(r"[\n,]", address.strip())[0] if address else ""
        if len(_plain(first)) >= SHORTEST_LINE:
            found.add(_plain(first))
    return found


def _plain(text: str) -> str:
    return "".join(letter for letter in (text or "").casefold() if letter.isalnum())


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text or "")
