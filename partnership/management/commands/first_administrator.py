"""The way in to a new installation: partnership, agency and first administrator, and the link by which they enrol."""

import sys

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.history import noting
from core.mail import normal_address
from core.recording import SystemActor, record
from partnership.emails import invitation_link
from partnership.models import Agency, Member, Partnership
from partnership.roles import Role
from partnership.workflow.members import grant_role, make_invitation

INSTALLER = SystemActor("first administrator")


def _name_in(email: str) -> str:
    return email.partition("@")[0].replace(".", " ").replace("_", " ").title()[:120]


class Command(BaseCommand):
    help = "Print the invitation link of the first administrator; makes the partnership and their agency if none exist."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", help="the administrator's name")
        parser.add_argument("--partnership", help="the partnership's name, if there is none yet")
        parser.add_argument("--place", help="the area it is for, as the confidentiality statement names it")
        parser.add_argument("--protocol", help="the name of its information sharing protocol")
        parser.add_argument("--agency", help="the administrator's agency")

    def handle(self, *args, email, **options):
        if settings.DEMONSTRATION:
            raise CommandError("This is a demonstration: give SECRET_KEY and CONFER_KEYS for real use.")
        address = (normal_address(email.strip()) or "").lower()
        if not address:
            raise CommandError("This is not an e-mail address.")
        try:
            with transaction.atomic():
                token = make_invitation(self._member(address, options), by=INSTALLER)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(invitation_link(token))

    def _member(self, email: str, options) -> Member:
        known = Member.objects.select_related("agency").filter(email=email).first()
        if known is not None:
            if known.is_active or known.left_at:
                raise CommandError("This member has enrolled or left: another administrator can reset their sign-in.")
            return known
        if Member.objects.holding(Role.ADMINISTRATOR).exists():
            raise CommandError("There is an administrator already, who can invite others on the page “Members”.")
        name = self._asked(options, "name", "Your name", _name_in(email))
        member = Member(email=email, name=name, agency=self._agency(email, options))
        member.set_unusable_password()
        noting(member, by=INSTALLER, reason="member.invited").save(force_insert=True)
        grant_role(member, by=INSTALLER, role=Role.ADMINISTRATOR)
        return member

    def _agency(self, email: str, options) -> Agency:
        partnership = Partnership.objects.first() or self._partnership(options)
        name = self._asked(options, "agency", "Your agency", email.rpartition("@")[2])
        found = Agency.objects.filter(partnership=partnership, name=name).first()
        if found is not None:
            return found
        agency = Agency(
            partnership=partnership,
            name=name,
            short_name=name[:30],
            kind=Agency.Kind.COUNCIL,
            secure_domains=[email.rpartition("@")[2]],
        )
        noting(agency, by=INSTALLER, reason="agency.added").save(force_insert=True)
        record("agency.added", by=INSTALLER, thing=agency)
        return agency

    def _partnership(self, options) -> Partnership:
        name = self._asked(options, "partnership", "Name of the partnership", "Community Safety Partnership")
        partnership = Partnership(
            name=name,
            place=options["place"] or name,
            protocol_name=options["protocol"] or "Information sharing protocol",
        )
        noting(partnership, by=INSTALLER, reason="partnership.added").save(force_insert=True)
        record("partnership.changed", by=INSTALLER, thing=partnership)
        return partnership

    def _asked(self, options, name: str, question: str, otherwise: str) -> str:
        """The option, or what is typed, or *otherwise*: all of it can be changed on the pages afterwards."""
        given = options[name] or (input(f"{question} [{otherwise}]: ") if sys.stdin.isatty() else "")
        return given.strip() or otherwise
