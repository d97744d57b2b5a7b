"""Notices about requests from outside: that something waits; of what kind, about whom and from whom is said nowhere."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.notices import notify
from disclosures.emails import DECIDING, addresses
from disclosures.rules.handlers import answerers


def tell_handler(request, *, again: bool = False) -> None:
    """Tell the handler that a request from outside is theirs, or wants attention."""
    if request.handler.left_at is None:
        notify(
            [request.handler.email],
            subject=_("A request from outside needs your attention") if again else _("A request from outside is yours"),
            body=_("A request from outside that you handle waits in Confer."),
            path=reverse("disclosures:outside", args=[request.pk]),
        )


def tell_checkers(request, *, but) -> None:
    """Tell the members named on a request, save the one *but*, that an answer waits for its second check."""
    named = request.knowers.live().select_related("member")
    notify(
        [row.member.email for row in named if row.member_id != but and row.member.left_at is None],
        subject=_("An answer waits for a second check"),
        body=_("The answer to a request from outside on which you are named waits for its second check."),
        path=reverse("disclosures:outside", args=[request.pk]),
    )


def tell_of_consultation(consultation, *, again: bool = False) -> None:
    """Tell the liaison officers of the agency asked that a consultation waits, or still waits."""
    notify(
        addresses([consultation.agency_id], *DECIDING, away=answerers(consultation)[1]),
        subject=_("A consultation still waits for your agency") if again else _("A consultation waits for your agency"),
        body=_("A consultation waits for the liaison officer of your agency. It names the day by which to answer."),
        path=reverse("disclosures:consultation", args=[consultation.pk]),
    )


def tell_of_view(request) -> None:
    """Tell the handler that an agency has answered."""
    if request.handler.left_at is None:
        notify(
            [request.handler.email],
            subject=_("An agency has answered a consultation"),
            body=_("An agency has answered a consultation on a request from outside that you handle."),
            path=reverse("disclosures:outside", args=[request.pk]),
        )
