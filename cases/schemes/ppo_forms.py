"""The forms kept of a PPO / IOM case: profile, scores, intelligence, licence conditions asked for.

The profile is that of Information Sharing for Community Safety (2010) §3.1.1.1 with the minimum dataset of §3.2.7.
What identifies the person (name, birth date, gender, ethnicity, address) stands with the person, not here.
"""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.schemes.items import Item
from cases.schemes.tracks import SheetKind
from partnership.models import Agency

PROFILE = SheetKind(
    "profile",
    _("Offender profile"),
    (
        Item("reference", _("Offender reference number")),
        Item("offences", _("Offences committed"), "long", heading=_("Criminal history")),
        Item("last_conviction", _("The last conviction: offence, day, sentence"), "long"),
        Item("recent_offences", _("The most recent offences"), "long"),
        Item("sentences", _("Custody, community orders and supervision before"), "long"),
        Item("assessment", _("Assessment by probation (OASys) or youth justice (AssetPlus)"), "long"),
        Item("substances", _("Drug and alcohol use"), "long", heading=_("Needs and progress")),
        Item(
            "treatment",
            _("Drug and alcohol treatment that is being provided"),
            "long",
            hint=_("Only what the person’s consent covers. That there is none tells nobody why."),
            consent="treatment",
        ),
        Item("housing", _("Housing now"), "long"),
        Item("education_work", _("Progress in education and work"), "long"),
        Item("occupation", _("Occupation")),
        Item("sentence", _("Length of the present sentence"), heading=_("Custody and place")),
        Item("easting", _("Easting of the home address"), "number", most=700_000),
        Item("northing", _("Northing of the home address"), "number", most=1_300_000),
        Item(
            "as_listed",
            _("As listed"),
            "long",
            heading=_("From the lists of the police"),
            hint=_("What the last list says that is asked nowhere else, in words. No list changes a status."),
        ),
    ),
)


def _score_title(data: dict) -> str:
    said = {"score": data.get("score", ""), "model": data.get("model", ""), "version": data.get("model_version", "")}
    return gettext("%(model)s, version %(version)s: %(score)s (advice)") % said


SCORE = SheetKind(
    "score",
    _("Risk scores (advice)"),
    (
        Item("model", _("Name of the model"), required=True, hint=_("For example OGRS")),
        Item("model_version", _("Version of the model"), required=True),
        Item("score", _("Score"), "number", required=True, most=1000),
        Item("scored_on", _("Scored on"), "date", required=True, when="past"),
        Item("doubts", _("What the score does not know"), "long"),
    ),
    many=True,
    hint=_("A score advises. Nobody is adopted, coloured or targeted by it: a person decides, and says why."),
    title=_score_title,
)

# Grades as police write them (3x5x2): who says it, and how it is known.
SOURCES = (("1", _("1: reliable")), ("2", _("2: untested")), ("3", _("3: not reliable")))
KNOWN = (
    ("a", _("A: known directly")),
    ("b", _("B: known indirectly, but corroborated")),
    ("c", _("C: known indirectly")),
    ("d", _("D: not known")),
    ("e", _("E: suspected to be false")),
)


def standing_of(data: dict) -> dict:
    """How the intelligence is announced wherever it stands: unverified (or corroborated), from whom, of which day."""
    agency = Agency.objects.filter(pk=data.get("source")).values_list("name", flat=True).first() or ""
    known = data.get("known_on")
    day = date_format(datetime.date.fromisoformat(known), "j F Y") if known else ""
    words = gettext("Corroborated, from %(agency)s, %(day)s")
    if data.get("assessment") != "b" or data.get("reliability") == "3":
        words = gettext("Unverified, from %(agency)s, %(day)s")
    return {"standing": words % {"agency": agency, "day": day}}


INTELLIGENCE = SheetKind(
    "intelligence",
    _("Intelligence"),
    (
        Item("standing", _("Standing"), asked=False),
        Item("text", _("What is said"), "long", required=True),
        Item("source", _("Which agency says so"), "agency", required=True),
        Item("known_on", _("Of which day"), "date", required=True, when="past"),
        Item("reliability", _("Source"), "choice", SOURCES, required=True),
        Item("assessment", _("How it is known"), "choice", KNOWN, required=True),
        Item(
            "handling",
            _("Handling"),
            "choice",
            (("p", _("P: may be shared in the panel")), ("c", _("C: with conditions"))),
            required=True,
        ),
        Item("conditions", _("Conditions"), "long"),
    ),
    many=True,
    hint=_("Intelligence is no fact: it is shown with its grade, its source and its day."),
    title=lambda data: data.get("standing", ""),
    adds=standing_of,
)

LICENCE = SheetKind(
    "licence",
    _("Licence conditions asked for"),
    (
        Item("condition", _("Condition"), "long", required=True),
        Item("why", _("Why it is necessary and proportionate"), "long", required=True),
        Item("asked_on", _("Asked on"), "date", required=True, when="past"),
        Item("answer_by", _("Answer needed by"), "date"),
        Item(
            "answer",
            _("Answer"),
            "choice",
            (("waiting", _("Waiting")), ("granted", _("Granted")), ("refused", _("Refused"))),
            required=True,
            counted=True,
        ),
    ),
    many=True,
    due="answer_by",
    title=lambda data: (data.get("condition") or "")[:80],
)
