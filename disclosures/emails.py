"""Notices of this app: that something waits, with no word about whom, from whom or for what."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.notices import notify
from disclosures.rules.away import away_from
from partnership.models import LiaisonPost, Member
from partnership.roles import Role

Kind = LiaisonPost.Kind
DECIDING = (Kind.OFFICER, Kind.DEPUTY)


def tell_of_request(disclosure, originators) -> None:
    """Tell each originator's liaison officers that a request waits; at once the safeguarding lead where it is urgent
    for a child."""
    lead = disclosure.child_safeguarding and disclosure.urgency != disclosure.Urgency.ROUTINE
    subject = (
        _("Urgent: a request for information waits")
        if disclosure.urgency != disclosure.Urgency.ROUTINE
        else _("A request for information waits")
    )
    _tell(
        originators,
        watching=(Kind.SAFEGUARDING,) if lead else (),
        but=disclosure.requested_by_id,
        case=disclosure.case_id,
        subject=subject,
        body=_("A request for information that your agency holds waits for its liaison officer."),
    )


def tell_of_answer(disclosure) -> None:
    """Tell who asked, or who put a decision on the merits before the liaison officer, that an answer is there."""
    if not disclosure.requested_by_id or disclosure.requested_by.left_at is not None:
        return
    if disclosure.way == disclosure.Way.MERITS:
        notify(
            [disclosure.requested_by.email],
            subject=_("Your liaison officer has decided"),
            body=_("Your liaison officer has decided on what you put before them."),
            path=reverse("disclosures:case_requests", args=[disclosure.case_id]),
        )
    else:
        notify(
            [disclosure.requested_by.email],
            subject=_("A request for information has been answered"),
            body=_("An agency has answered a request for information that you made."),
            path=reverse("disclosures:request", args=[disclosure.pk]),
        )


def tell_of_merits(disclosure, agency) -> None:
    """Tell the liaison officers of *agency* that a decision on the merits waits for them."""
    _tell(
        [agency],
        but=disclosure.requested_by_id,
        case=disclosure.case_id,
        subject=_("A decision of your agency waits for you"),
        body=_("A colleague has decided that something is shared, and it waits for the liaison officer to confirm."),
    )


def tell_of_silence(agency, *, child: bool, but=None, case=None) -> None:
    """Tell an originator's deputy and data protection officer (for a child the safeguarding lead too) that nobody
    answered."""
    _tell(
        [agency],
        watching=(Kind.DPO, Kind.SAFEGUARDING) if child else (Kind.DPO,),
        but=but,
        case=case,
        subject=_("A request for information was not answered in time"),
        body=_(
            "A request for information that your agency holds was not answered in time. It counts as not shared until "
            "somebody decides."
        ),
    )


def tell_of_vacancy(agency, *, case=None) -> None:
    """Tell an originator's data protection officer and administrator that nobody can decide on what waits for it.

    An agency without an administrator of its own has the partnership's.
    """
    subject = _("Nobody can decide on a request for information")
    body = _(
        "A request for information waits, and no liaison officer of the agency that it went to can decide on it. Name "
        "another liaison officer or deputy; until then nothing is shared."
    )
    _tell([agency], watching=(Kind.DPO,), case=case, subject=subject, body=body)
    administrators = Member.objects.filter(agency__partnership=agency.partnership_id).holding(Role.ADMINISTRATOR)
    administrators = administrators.exclude(pk__in=away_from(case))
    own = administrators.filter(agency=agency)
    names = (own if own.exists() else administrators).order_by("email").values_list("email", flat=True)
    notify(list(names), subject=subject, body=body, path=reverse("partnership:agency", args=[agency.pk]))


def tell_of_emergency(agency, *, by, case=None) -> None:
    """Tell the liaison officers of *agency* that an emergency release waits for their review."""
    _tell(
        [agency],
        watching=(Kind.DPO,),
        but=by.pk,
        case=case,
        subject=_("An emergency release waits for your review"),
        body=_("Information of your agency was released in an emergency. Review it within one working day."),
    )


def tell_of_review_overdue(agency, *, case=None) -> None:
    """Tell the liaison officers and the data protection officer of *agency* that a review is overdue."""
    _tell(
        [agency],
        watching=(Kind.DPO,),
        case=case,
        subject=_("The review of an emergency release is overdue"),
        body=_("An emergency release of your agency has not been reviewed within one working day."),
    )


def tell_of_override(agency, *, case=None) -> None:
    """Tell the liaison officers of *agency* that the day has come to look at a decision of theirs again."""
    _tell(
        [agency],
        case=case,
        subject=_("A decision of your agency is to be looked at again today"),
        body=_(
            "A decision of your agency names today as the day on which it is looked at again. What it lets others have "
            "ends with today unless it is decided anew."
        ),
    )


def tell_of_review_day(agency, *, case=None) -> None:
    """Tell the liaison officers of *agency* that today is the day to look at a decision again; it stands until then."""
    _tell(
        [agency],
        case=case,
        subject=_("A decision of your agency is to be looked at again today"),
        body=_(
            "A decision of your agency names today as the day on which it is looked at again. It stands unless it is "
            "decided anew."
        ),
    )


def tell_of_dissent(agency, *, case=None) -> None:
    """Tell the liaison officers of *agency* that somebody disagrees with a decision of theirs."""
    _tell(
        [agency],
        watching=(Kind.DPO,),
        case=case,
        subject=_("An agency disagrees with a decision"),
        body=_("An agency disagrees with a decision of your agency about sharing information."),
    )


def ask_to_agree(decision) -> None:
    """Ask the reviewer whom *decision* names whether they agree; without a word of what it is about."""
    if decision.reviewer.left_at is None:
        notify(
            [decision.reviewer.email],
            subject=_("A decision waits for your review"),
            body=_(
                "A decision of your agency about sharing information names you as its reviewer. Read it and answer."
            ),
            path=reverse("disclosures:agree_detriment", args=[decision.pk]),
        )


def tell_of_disagreement(decision) -> None:
    """Tell the liaison officers that the reviewer whom they named does not agree."""
    _tell(
        [decision.originator_id],
        case=decision.disclosure.case_id,
        subject=_("A reviewer does not agree with a decision"),
        body=_("The reviewer whom a decision of your agency names does not agree with it. Decide otherwise."),
    )


def _tell(agencies, *, subject: str, body: str, watching=(), but=None, case=None) -> None:
    """Tell who decides for *agencies*, with a link to their desk, and who holds a post of *watching*.

    The latter are linked to what they may know; those outside Confer read whom to telephone.  Who is kept away from
    *case* is told nothing.
    """
    posts = LiaisonPost.objects.live().filter(agency__in=agencies, kind__in=[*DECIDING, *watching])
    posts, away = posts.select_related("member").order_by("kind", "since", "pk"), away_from(case)
    posts = [post for post in posts if _reaches(post, but, away)]
    deciding = [post for post in posts if post.kind in DECIDING]
    desk = {post.address for post in deciding}
    notify([post.address for post in deciding], subject=subject, body=body, path=reverse("disclosures:desk"))
    others = [post for post in posts if post.kind not in DECIDING and post.address not in desk]
    inside = [post.address for post in others if post.member_id]
    notify(inside, subject=subject, body=body, path=reverse("disclosures:escalated"))
    for post in others:
        if post.member_id is None:
            by_telephone = f"{body} {_telephone(post, deciding)}"
            closing = _("You need no account in Confer. This letter holds no details.")
            notify([post.address], subject=subject, body=by_telephone, path=reverse("home"), closing=closing)


def _telephone(post: LiaisonPost, deciding) -> str:
    own = [one for one in deciding if one.agency_id == post.agency_id]
    names = "; ".join(
        f"{one.holder}, {one.member.phone}" if one.member_id and one.member.phone else one.holder for one in own
    )
    if not names:
        return _("Telephone the liaison officer of your agency.")
    return _("Telephone the liaison officer of your agency: %(names)s.") % {"names": names}


def addresses(agencies, *kinds, but=None, away=frozenset()) -> list[str]:
    """The work addresses of who holds one of *kinds* of post at *agencies* now, without the member *but*.

    *away* are ids of members and agencies who are not told: their own pages show nothing of it.
    """
    posts = LiaisonPost.objects.live().filter(agency__in=agencies, kind__in=kinds).select_related("member")
    return [post.address for post in posts if _reaches(post, but, away)]


def _reaches(post: LiaisonPost, but, away) -> bool:
    """Whether *post* is held by somebody else than *but* and *away* who is still there; join `member` before asking."""
    if post.agency_id in away:
        return False
    member = post.member
    if member is None:
        return True
    return member.pk != but and member.left_at is None and member.is_active and not away & {member.pk, member.agency_id}
