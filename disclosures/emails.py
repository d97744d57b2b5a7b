"""Notices of this app: that something waits, with no word about whom, from whom or for what."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.notices import notify
from partnership.models import LiaisonPost

Kind = LiaisonPost.Kind
DECIDING = (Kind.OFFICER, Kind.DEPUTY)


def tell_of_request(disclosure, originators) -> None:
    """Tell each originator's liaison officers that a request waits; at once the safeguarding lead where it is urgent
    for a child."""
    lead = disclosure.child_safeguarding and disclosure.urgency != disclosure.Urgency.ROUTINE
    kinds = (*DECIDING, Kind.SAFEGUARDING) if lead else DECIDING
    subject = (
        _("Urgent: a request for information waits")
        if disclosure.urgency != disclosure.Urgency.ROUTINE
        else _("A request for information waits")
    )
    notify(
        addresses(originators, *kinds, but=disclosure.requested_by_id),
        subject=subject,
        body=_("A request for information that your agency holds waits for its liaison officer."),
        path=reverse("disclosures:desk"),
    )


def tell_of_answer(disclosure) -> None:
    """Tell who asked that an answer is there."""
    if disclosure.requested_by_id and disclosure.requested_by.left_at is None:
        notify(
            [disclosure.requested_by.email],
            subject=_("A request for information has been answered"),
            body=_("An agency has answered a request for information that you made."),
            path=reverse("disclosures:request", args=[disclosure.pk]),
        )


def tell_of_silence(agency, *, child: bool, but=None) -> None:
    """Tell an originator's deputy and data protection officer (for a child the safeguarding lead too) that nobody
    answered."""
    kinds = (*DECIDING, Kind.DPO, Kind.SAFEGUARDING) if child else (*DECIDING, Kind.DPO)
    notify(
        addresses([agency], *kinds, but=but),
        subject=_("A request for information was not answered in time"),
        body=_(
            "A request for information that your agency holds was not answered in time. It counts as not shared until "
            "somebody decides."
        ),
        path=reverse("disclosures:desk"),
    )


def tell_of_emergency(agency, *, by) -> None:
    """Tell the liaison officers of *agency* that an emergency release waits for their review."""
    notify(
        addresses([agency], *DECIDING, Kind.DPO, but=by.pk),
        subject=_("An emergency release waits for your review"),
        body=_("Information of your agency was released in an emergency. Review it within one working day."),
        path=reverse("disclosures:desk"),
    )


def tell_of_review_overdue(agency) -> None:
    """Tell the liaison officers and the data protection officer of *agency* that a review is overdue."""
    notify(
        addresses([agency], *DECIDING, Kind.DPO),
        subject=_("The review of an emergency release is overdue"),
        body=_("An emergency release of your agency has not been reviewed within one working day."),
        path=reverse("disclosures:desk"),
    )


def tell_of_dissent(agency) -> None:
    """Tell the liaison officers of *agency* that somebody disagrees with a decision of theirs."""
    notify(
        addresses([agency], *DECIDING, Kind.DPO),
        subject=_("An agency disagrees with a decision"),
        body=_("An agency disagrees with a decision of your agency about sharing information."),
        path=reverse("disclosures:desk"),
    )


def addresses(agencies, *kinds, but=None) -> list[str]:
    """The work addresses of who holds one of *kinds* of post at *agencies* now, without the member *but*."""
    posts = LiaisonPost.objects.live().filter(agency__in=agencies, kind__in=kinds).select_related("member")
    return [
        post.address
        for post in posts
        if not (post.member_id and (post.member_id == but or post.member.left_at or not post.member.is_active))
    ]
