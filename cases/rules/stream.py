"""Who decides that something of one stream is told in another, and to whom it may be told."""

from cases.models import Track
from cases.schemes import scheme_of
from cases.schemes.tracks import TrackKind
from partnership.models import Agency, LiaisonPost, Signatory
from partnership.roles import Permission

PASS_ON, INFORMED = "pass_on", "informed"  # the moves of a stream by which words leave and reach it


def passable(member, tracks) -> set:
    """The ids of those *tracks*, which *member* sees, of which the member may pass something on.

    A liaison officer (or deputy) of the member's agency decides, or a member of the panel's desk whose agency is named
    for the stream.  One query, and none where no track is such a stream.
    """
    streams = [track for track in tracks if track.is_running and track.kind_of.move(PASS_ON)]
    if not streams:
        return set()
    posts = LiaisonPost.objects.deciding().filter(member=member.pk, agency=member.agency_id)
    desks, is_officer = member.desk_panels(), posts.exists()
    return {
        track.pk
        for track in streams
        if member.may(Permission.VIEW_CASE, track.case.panel_id) and (is_officer or track.case.panel_id in desks)
    }


def may_pass_on(member, track: Track) -> bool:
    """Whether *member* may, of the one *track*."""
    return track.pk in passable(member, [track])


def streams_from(track: Track) -> list[TrackKind]:
    """The kinds of streams to which something of *track* may be passed on."""
    kinds = scheme_of(track.case.panel).tracks
    return [kind for kind in kinds if kind.move(INFORMED) and kind.code != track.kind]


def receivers(kind: TrackKind, panel):
    """The agencies that can take up what is passed on to *kind*; that some have such a stream already tells nothing."""
    kinds = {code for move in kind.moves_from(INFORMED) for code in move.kinds}
    standing = Signatory.objects.central().values("agency")
    return Agency.objects.filter(partnership=panel.partnership_id, kind__in=kinds, pk__in=standing)
