"""The treatment group: agencies that manage treatment together, of people who agreed to it in writing.

Consent is asked at the beginning of each episode and reviewed yearly; where it is refused each case is looked at by
itself, and the decision is a form of the episode.  Information Sharing for Community Safety (2010) §3.1.1.1.
"""

import datetime
from dataclasses import replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.schemes.dip import SCHEME as DIP
from cases.schemes.dip_parts import TOLD, TREATING, telling
from cases.schemes.dip_streams import EPISODE, RECORD
from cases.schemes.items import Item
from cases.schemes.tracks import Facts, Move, SheetKind

WHERE_SHARED = _("Needed where it is shared.")
OUTCOMES = (("shared", _("Share what is named below")), ("not_shared", _("Do not share")))


def on_its_merits(facts: Facts) -> list[str]:
    """Shared without consent only where not sharing would probably hinder the police or the courts, and it is said how.

    A day on which it is looked at again is at most a year ahead.
    """
    said, found = facts.details, telling(facts)
    if said.get("outcome") == "shared" and said.get("chance") != "yes":
        found.append(gettext("Without consent it is shared only where not sharing would probably hinder them."))
    if said.get("outcome") == "shared" and not (said.get("what") and said.get("how") and said.get("with_whom")):
        found.append(gettext("Say what is shared, with whom, and how not sharing would hinder them."))
    return found + within_a_year(facts)


MERITS = SheetKind(
    "merits",
    _("Decision on the merits, without consent"),
    (
        Item(
            "chance",
            _(
                "Is there a substantial chance that not sharing would prejudice preventing or detecting crime, or "
                "catching an offender?"
            ),
            "yes_no",
            required=True,
        ),
        Item("how", _("How it would"), "long", hint=WHERE_SHARED),
        Item("outcome", _("Decision"), "choice", OUTCOMES, required=True),
        Item("what", _("What is shared, and nothing else"), "long", hint=WHERE_SHARED),
        Item("with_whom", _("With whom"), "agency", hint=WHERE_SHARED),
        Item("decided_by", _("Who decides"), required=True),
        *TOLD,
        Item("review_on", _("Look at it again on"), "date", required=True, when="future"),
    ),
    many=True,
    track="episode",
    kinds=TREATING,
    due="review_on",
    hint=_(
        "Only where there is no consent: refused, taken back, or the person cannot give it. That somebody refuses is "
        "held against nobody. It opens nothing by itself: put it before your liaison officer, under “Requests” of this "
        "case, who confirms it or does not."
    ),
    stops=on_its_merits,
)

LOOKED_AT = Item(
    "review_on",
    _("Look at treatment and consent again on"),
    "date",
    required=True,
    when="future",
    hint=_("Within a year: consent is for one episode and twelve months."),
)


def within_a_year(facts: Facts) -> list[str]:
    """Treatment, and consent to tell the group of it, are looked at again within a year (guidance 3.1.1.1)."""
    latest = facts.on + datetime.timedelta(days=366)
    if datetime.date.fromisoformat(facts.details["review_on"]) <= latest:
        return []
    return [gettext("Look at it again within a year.")]


def _yearly(move: Move) -> Move:
    """*move* with the day on which the group looks at the case again, which is then due."""
    return replace(move, items=(*move.items, LOOKED_AT), due="review_on", stops=within_a_year)


GROUP = replace(
    EPISODE,
    moves=tuple(_yearly(move) if move.code in ("treat", "review") else move for move in EPISODE.moves),
    hint=_("With written consent, asked at the beginning and looked at each year."),
)

SCHEME = TREATMENT = replace(
    DIP,
    code="treatment",
    name=_("Treatment group"),
    features=DIP.features | {"written_consent"},
    tracks=(GROUP,),
    sheets=(RECORD, MERITS),
    statement=DIP.statement,
)
