"""Notices about depersonalised extracts: that something waits, never what."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.notices import notify
from disclosures.models import Extract
from partnership.models import LiaisonPost, Member
from partnership.roles import Permission, roles_with
from partnership.rules import may_write_to


def tell_testers(extract) -> None:
    """To those of the panel who may test it, and see it: an extract waits."""
    members = Member.objects.holding(*roles_with(Permission.MAKE_EXTRACT), panel=extract.panel_id)
    members = members.exclude(pk=extract.asked_by_id).select_related("agency")
    notify(
        [member.email for member in members if Extract.objects.visible_to(member).filter(pk=extract.pk).exists()],
        subject=_("Confer: an extract waits to be tested"),
        body=_("A depersonalised extract has been read over by its maker and waits to be tested by somebody else."),
        path=reverse("disclosures:extract", args=[extract.pk]),
    )


def tell_maker(extract) -> None:
    """To its maker: the test has been recorded."""
    notify(
        [extract.asked_by.email],
        subject=_("Confer: an extract has been tested"),
        body=_("An extract that you made has been tested."),
        path=reverse("disclosures:extract", args=[extract.pk]),
    )


def tell_recipients(extract, agencies) -> None:
    """To the agencies' addresses for letters: an extract waits for their undertaking."""
    _to_agencies(
        agencies,
        subject=_("Confer: an extract is ready for your agency"),
        body=_("A depersonalised extract waits for your agency’s undertaking."),
    )


def tell_recall(extract, agencies) -> None:
    """To everyone who had it, and to the maker's data protection officer: it is recalled."""
    _to_agencies(
        agencies,
        subject=_("Confer: an extract has been recalled"),
        body=_("An extract that your agency was given has been recalled. Destroy every copy and confirm it."),
    )
    officers = LiaisonPost.objects.live().filter(agency=extract.agency_id, kind=LiaisonPost.Kind.DPO)
    notify(
        [post.address for post in officers.select_related("member")],
        subject=_("Confer: an extract has been recalled"),
        body=_("An extract that your agency made has been recalled."),
        path=reverse("disclosures:extract", args=[extract.pk]),
    )


def _to_agencies(agencies, *, subject: str, body: str) -> None:
    addresses = [agency.plan_address for agency in agencies if may_write_to(agency, agency.plan_address)]
    notify(addresses, subject=subject, body=body, path=reverse("disclosures:extracts"))
