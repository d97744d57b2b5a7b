"""Letters and notices about releases: that something waits or is due, with no word about whom, from whom or of what."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.notices import notify
from disclosures.emails import DECIDING, addresses
from disclosures.models import ReleaseLetter
from disclosures.rules.away import away_from


def words_of(letter) -> tuple[str, str]:
    """Subject and body of the letter that carries what was released, without a name, a reference or a sender."""
    link = settings.PUBLIC_URL + reverse("disclosures:release", args=[letter.release_id])
    body = {
        ReleaseLetter.Way.SMIME: _("Information for you is attached. This message is encrypted to your agency."),
        ReleaseLetter.Way.PDF: _(
            "Information for you is attached as an encrypted PDF. Sign in to Confer for its passphrase; nobody will "
            "send it to you or ask you for it."
        ),
        ReleaseLetter.Way.NOTICE: _("Information for you is ready in Confer."),
    }[letter.way]
    note = _("You accepted conditions for it. Handle it as they say, and confirm in Confer that you destroyed it.")
    return _("Confer: information for you"), f"{body}\n\n{link}\n\n{note}\n"


def tell_recipient(release) -> None:
    """Tell the recipient that something waits for them."""
    _tell(release, _("Something is ready for you in Confer"), _("Something was released to you, on conditions."))


def tell_of_extension(release) -> None:
    """Tell the recipient that it may be kept longer."""
    _tell(
        release,
        _("A date has changed in Confer"),
        _("The day by which you destroy something that was released to you has changed."),
    )


def tell_of_wish(release) -> None:
    """Tell the originator's liaison officers that a recipient asks to keep something longer."""
    notify(
        addresses([release.decision.originator_id], *DECIDING, but=release.member_id),
        subject=_("A recipient asks for more time"),
        body=_("Somebody asks to keep longer what your agency released to them. Grant it or refuse it."),
        path=reverse("disclosures:extend_release", args=[release.pk]),
    )


def tell_of_refused_wish(release) -> None:
    """Tell the recipient that the day stands."""
    _tell(
        release,
        _("Your request for more time in Confer was refused"),
        _("The day by which you destroy something that was released to you stands."),
    )


def tell_of_own_basis(release) -> None:
    """Tell the originator's liaison officers that a recipient keeps something on a lawful basis of their own agency."""
    notify(
        addresses([release.decision.originator_id], *DECIDING, but=release.member_id),
        subject=_("A recipient keeps something on another lawful basis"),
        body=_("Somebody was told to destroy what your agency released, and recorded another lawful basis to keep it."),
        path=reverse("disclosures:release", args=[release.pk]),
    )


def tell_of_lapse(release) -> None:
    """Tell the recipient that what waited for them is closed."""
    _tell(
        release,
        _("Something that waited for you in Confer is closed"),
        _("Something was released to you, and you did not accept its conditions in time. If you need it, ask again."),
    )


def tell_of_stop(release) -> None:
    """Tell the recipient, and the originator's liaison officers, that what waited is closed: not why, and of whom."""
    _tell(
        release,
        _("Something that waited for you in Confer is closed"),
        _("Something was released to you and cannot be opened any more. If you need it, ask again."),
    )
    notify(
        addresses([release.decision.originator_id], *DECIDING, but=release.member_id),
        subject=_("A release of your agency was stopped"),
        body=_("Something that your agency released, and that nobody had opened, is closed."),
        path=reverse("disclosures:releases"),
    )


def tell_of_part(decision) -> None:
    """Tell the originator's liaison officers that a part of what was released is closed: not which, and of whom."""
    notify(
        addresses([decision.originator_id], *DECIDING, away=away_from(decision.disclosure.case_id)),
        subject=_("A part of a release of your agency was stopped"),
        body=_("A part of something that your agency released is closed; the rest of it stands."),
        path=reverse("disclosures:releases"),
    )


def remind_of_destruction(release, *, overdue: bool) -> None:
    """Remind the recipient of the day by which to destroy and confirm."""
    if overdue:
        _tell(
            release,
            _("A confirmation in Confer is overdue"),
            _("The day by which you were to destroy something that was released to you has passed. Confirm it."),
        )
    else:
        _tell(
            release,
            _("A confirmation in Confer falls due"),
            _("The day by which you destroy something that was released to you is near. Confirm it when it is done."),
        )


def tell_of_minutes(addresses_of_holders) -> None:
    """Tell members who heard, or received until the minutes, that their own copies and notes are to go now."""
    notify(
        addresses_of_holders,
        subject=_("Notes of a meeting are to be destroyed"),
        body=_(
            "The minutes of a meeting are approved. Destroy what you hold of what was said or released to you for it: "
            "your own notes, and every copy. Confirm in Confer what it asks you to confirm."
        ),
        path=reverse("home"),
    )


def tell_of_notice(receipt) -> None:
    """Tell whoever received that something about it is ready to be read."""
    _notify_receipt(receipt, _("Something is ready for you in Confer"))


def remind_of_notice(receipt) -> None:
    """Remind whoever has not acknowledged a notice."""
    _notify_receipt(receipt, _("Something still waits for you in Confer"))


def tell_of_overdue(release) -> None:
    """Tell the liaison officers of both sides that a confirmation is a week overdue."""
    notify(
        addresses(
            [release.agency_id, release.decision.originator_id],
            *DECIDING,
            but=release.member_id,
            away=away_from(release.decision.disclosure.case_id),
        ),
        subject=_("A confirmation of destruction is overdue"),
        body=_("Something that was released has not been confirmed as destroyed, a week after its day."),
        path=reverse("disclosures:releases") + "?show=overdue",
    )


def _notify_receipt(receipt, subject: str) -> None:
    if receipt.release.member.left_at is None:
        notify(
            [receipt.release.member.email],
            subject=subject,
            body=_("There is a notice about something that was released to you. Read it now and acknowledge it."),
            path=reverse("disclosures:notice", args=[receipt.pk]),
        )


def _tell(release, subject: str, body: str) -> None:
    if release.member.left_at is None:
        path = reverse("disclosures:release", args=[release.pk])
        notify([release.member.email], subject=subject, body=body, path=path)
