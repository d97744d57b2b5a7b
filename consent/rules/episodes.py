"""How consent stands in an episode of care, for the agency that treats: asked at its beginning, looked at each year."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.gates import Standing
from cases.models import Track
from consent.models import Consent
from consent.rules.ends import phase, phase_words
from consent.rules.missing import ANSWERED
from core.templatetags.confer import when
from partnership.roles import Permission

SHOWN = 500


def treats(member, track) -> bool:
    """Whether *member* keeps consents for an agency that treats people in episodes like *track*."""
    naming = track.kind_of.naming
    return (
        bool(naming) and member.agency.kind in naming.kinds and member.may(Permission.KEEP_CONSENT, track.case.panel_id)
    )


def in_episodes(*, by, tracks) -> dict:
    """By the id of each of *tracks* in which the agency of *by* treats: how consent stands there, by its own record.

    One query, and none where there is no such track.
    """
    own = [track for track in tracks if track.is_running and treats(by, track)]
    found: dict = {}
    if own:
        held = Consent.objects.visible_to(by).filter(agency=by.agency_id, track__in=own).select_related("track")
        for consent in held.order_by("created_at", "pk"):
            found[consent.track_id] = consent
    return {track.pk: _standing(track, found.get(track.pk)) for track in own}


def without(member) -> list[Track]:
    """The running episodes in which the agency of *member* treats and has no answer that holds, the oldest first.

    Of the first `SHOWN` streams that are kept apart.  Two queries.
    """
    panels = member.panels_with(Permission.KEEP_CONSENT)
    running = Track.objects.visible_to(member).running().filter(case__panel__in=panels, apart=True)
    running = running.select_related("case__panel").order_by("opened_at", "pk")[:SHOWN]
    own = [track for track in running if treats(member, track)]
    held = Consent.objects.visible_to(member).filter(agency=member.agency_id, track__in=own).select_related("track")
    answered = {consent.track_id for consent in held if phase(consent) in ANSWERED}
    return [track for track in own if track.pk not in answered]


def _standing(track, consent: Consent | None) -> Standing:
    if consent is None:
        words = _("Your agency has recorded no consent in this episode.")
        return Standing(words, reverse("consent:case_consents", args=[track.case_id]))
    words = _("Consent in this episode: %(state)s.") % {"state": phase_words(consent).lower()}
    if consent.holds:
        words = _("Consent in this episode: %(state)s, to be reviewed by %(day)s.") % {
            "state": phase_words(consent).lower(),
            "day": when(consent.ends_on),
        }
    return Standing(words, reverse("consent:consent", args=[consent.pk]))
