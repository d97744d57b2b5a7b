"""The yearly counts of ASB case reviews, as they are and as they are published (ASBCPA 2014, s. 104(9))."""

import datetime

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Step
from partnership.models import Panel
from partnership.roles import Permission

SCHEME = "asb_review"
FEWEST = 5  # a smaller count is published as “fewer than 5”
COUNTED = (
    # code, track kind, move, words
    ("applications", "review", "apply", gettext_lazy("Applications for a case review")),
    ("not_met", "review", "not_met", gettext_lazy("Times the threshold was not met")),
    ("met", "review", "meet", gettext_lazy("Times the threshold was met")),
    ("reviews", "review", "hear", gettext_lazy("Case reviews carried out")),
    ("with_recommendations", "review", "recommend", gettext_lazy("Case reviews that led to recommendations")),
    ("recommendations", "recommendation", "recommend", gettext_lazy("Recommendations made")),
    ("accepted", "recommendation", "accept", gettext_lazy("Recommendations accepted")),
    ("refused", "recommendation", "refuse", gettext_lazy("Recommendations refused")),
)


def panels_for(member) -> list[Panel]:
    """The panels of case reviews at whose desk *member* counts; asks nothing of the database."""
    return [
        grant.panel
        for grant in member.grants
        if grant.panel and grant.panel.scheme == SCHEME and member.may(Permission.KEEP_CASE, grant.panel)
    ]


def years(member) -> list[int]:
    """The years in which anything was counted, and this one; the latest first."""
    found = _steps(member).annotate(year=ExtractYear("effective_on")).values_list("year", flat=True).distinct()
    return sorted({*found.order_by(), timezone.localdate().year}, reverse=True)


def counts(member, year: int) -> list[tuple[str, str, int]]:
    """What *member*'s panels counted in *year*: code, words and number; one query."""
    days = (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    rows = _steps(member).filter(effective_on__range=days).order_by().values_list("track__kind", "move")
    found = {(kind, move): number for kind, move, number in rows.annotate(number=Count("pk"))}
    return [(code, str(words), found.get((kind, move), 0)) for code, kind, move, words in COUNTED]


def published(number: int) -> str:
    """*number* as it is published: a small one might tell who it was."""
    return _("fewer than %(fewest)s") % {"fewest": FEWEST} if number < FEWEST else str(number)


def _steps(member):
    panels = [panel.pk for panel in panels_for(member)]
    return Step.objects.visible_to(member).filter(track__case__panel__in=panels)
