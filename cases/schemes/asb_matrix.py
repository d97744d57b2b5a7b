"""The risk matrix of an ASB panel: its questions, what each answer counts, and what the total advises."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.schemes.items import Item
from cases.schemes.tracks import SEEING, SheetKind

MATRIX = "1"
POINTS = {
    "frequency": {"once": 0, "monthly": 2, "weekly": 4, "daily": 6},
    "escalation": {"less": 0, "same": 1, "worse": 4},
    "severity": {"nuisance": 1, "distress": 3, "threats": 5, "violence": 7},
    "repeat_victim": {"no": 0, "before": 2, "targeted": 4},
    "vulnerability": {"none": 0, "some": 3, "high": 6},
    "effect": {"little": 0, "moderate": 3, "severe": 6},
    "support": {"good": 0, "some": 1, "none": 3},
    "hate": {"no": 0, "possibly": 2, "yes": 4},
}
HIGH, MEDIUM = 24, 12


def _question(code: str, label, choices, heading="") -> Item:
    return Item(code, label, "choice", choices, required=True, heading=heading, counted=True)


QUESTIONS = (
    _question(
        "frequency",
        _("How often does it happen?"),
        (
            ("once", _("Once or now and then")),
            ("monthly", _("Every month")),
            ("weekly", _("Every week")),
            ("daily", _("Most days")),
        ),
        _("The behaviour"),
    ),
    _question(
        "escalation",
        _("Is it getting worse?"),
        (("less", _("It is getting better")), ("same", _("It stays as it is")), ("worse", _("It is getting worse"))),
    ),
    _question(
        "severity",
        _("How bad is the worst of it?"),
        (
            ("nuisance", _("A nuisance")),
            ("distress", _("Alarm or distress")),
            ("threats", _("Threats, or damage meant to frighten")),
            ("violence", _("Violence")),
        ),
    ),
    _question(
        "hate",
        _("Is it because of who the victim is?"),
        (("no", _("No")), ("possibly", _("Possibly")), ("yes", _("Yes"))),
    ),
    _question(
        "repeat_victim",
        _("Has the victim been harmed before?"),
        (("no", _("No")), ("before", _("Yes, by others")), ("targeted", _("Yes, picked out by the same people"))),
        _("The harm to the victim"),
    ),
    _question(
        "vulnerability",
        _("Does anything make the victim easier to harm?"),
        (("none", _("Nothing that is known")), ("some", _("Something")), ("high", _("A great deal"))),
    ),
    _question(
        "effect",
        _("What does it do to the victim?"),
        (
            ("little", _("Little")),
            ("moderate", _("Daily life or sleep suffers")),
            ("severe", _("Health suffers, or the victim no longer feels safe at home")),
        ),
    ),
    _question(
        "support",
        _("Who supports the victim?"),
        (("good", _("People close by")), ("some", _("Somebody, now and then")), ("none", _("Nobody"))),
    ),
)
SCORE = (
    Item("score", _("Total"), "number", asked=False, counted=True),
    Item("model", _("Matrix"), asked=False),
)


def total(answers: dict) -> int:
    """What the *answers* to the matrix add up to; an answer that is not there counts nothing."""
    return sum(points.get(answers.get(code), 0) for code, points in POINTS.items())


def advice(answers: dict) -> str:
    """What the matrix advises, with the total, the most it could be, and that it is advice."""
    most = sum(max(points.values()) for points in POINTS.values())
    found = total(answers)
    level = gettext("high") if found >= HIGH else gettext("medium") if found >= MEDIUM else gettext("standard")
    words = gettext(
        "The risk matrix (version %(version)s) adds up to %(total)s of %(most)s: %(level)s. It advises; people decide."
    )
    return words % {"version": MATRIX, "total": found, "most": most, "level": level}


def _scored(data: dict) -> dict:
    return {"score": total(data), "model": MATRIX}


REASSESSED = SheetKind(
    "matrix",
    _("Risk matrix, filled in again"),
    (*QUESTIONS, Item("why", _("What has changed"), "long"), *SCORE),
    many=True,
    who=SEEING,
    adds=_scored,
    title=lambda data: advice(data),
)
