"""How to get into the demonstration: published on purpose, and never answered in real use."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from partnership.models import Authenticator, RoleGrant
from partnership.roles import Role

from .cast import PASSWORD


@dataclass(frozen=True)
class Account:
    """One member in one role, with what signs them in."""

    email: str
    password: str
    totp_secret: str
    role: str
    agency: str
    panel: str
    code: str
    role_name: str

    def shown(self) -> dict[str, str]:
        """What `manage.py demo --accounts` prints."""
        names = ("email", "password", "totp_secret", "role", "agency", "panel")
        return {name: getattr(self, name) for name in names}


def accounts() -> list[Account]:
    """Every member of the demonstration and role, in the order of the roles; `ImproperlyConfigured` in real use."""
    if not settings.DEMONSTRATION:
        raise ImproperlyConfigured("Only a demonstration has published accounts.")
    return _with_devices(_grants())


def first_of_each_role() -> list[Account]:
    """One account for each role: whom the sign-in page names."""
    found: dict[str, RoleGrant] = {}
    for grant in _grants():
        found.setdefault(grant.role, grant)
    return _with_devices(list(found.values()))


def _grants() -> list[RoleGrant]:
    order = {str(role): place for place, role in enumerate(Role)}
    grants = RoleGrant.objects.live().select_related("member__agency", "panel").filter(member__is_active=True)
    place = lambda grant: (order[grant.role], grant.member.created_at, grant.member.email, grant.created_at)  # noqa: E731
    return sorted(grants, key=place)


def _with_devices(grants: list[RoleGrant]) -> list[Account]:
    found = Authenticator.objects.with_key().filter(confirmed=True, user__in=[grant.member_id for grant in grants])
    devices = {device.user_id: device for device in found}
    return [_account(grant, devices[grant.member_id]) for grant in grants if grant.member_id in devices]


def _account(grant: RoleGrant, device: Authenticator) -> Account:
    return Account(
        email=grant.member.email,
        password=PASSWORD,
        totp_secret=device.secret_base32,
        role=grant.role,
        agency=grant.member.agency.name,
        panel=grant.panel.name if grant.panel_id else "",
        code=device.code_at(),
        role_name=str(grant.role_name),
    )
