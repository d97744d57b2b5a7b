"""A partnership of two agencies, with an auditor and a representative."""

from types import SimpleNamespace

import pytest

from partnership.models import Agency, Member, Panel, Partnership, RoleGrant
from partnership.roles import Role
from tests.audit.stage import MIDDLEWARE, Asker


@pytest.fixture
def cast(db):
    """Enough people for the audit's own tests: an auditor (council), a representative (police) and their panel."""
    partnership = Partnership.objects.create(name="Wexcombe", place="Wexcombe", protocol_name="Wexcombe protocol")
    council, police = (
        Agency.objects.create(partnership=partnership, name=name, short_name=name, kind=kind)
        for name, kind in [("Wexcombe Council", "council"), ("Wexcombe Police", "police")]
    )
    panel = Panel.objects.create(partnership=partnership, name="Wexcombe MARAC")
    return SimpleNamespace(
        partnership=partnership,
        council=council,
        police=police,
        panel=panel,
        auditor=_member("Ada Quill", council, Role.AUDITOR),
        representative=_member("Ravi Stone", police, Role.REPRESENTATIVE, panel),
    )


def _member(name, agency, role, panel=None):
    member = Member.objects.create(
        email=f"{name.split()[0].lower()}@confer.example", name=name, agency=agency, is_active=True
    )
    RoleGrant.objects.create(member=member, role=role, panel=panel)
    return member


@pytest.fixture(autouse=True)
def publication(settings, tmp_path):
    """Each test publishes into a folder of its own."""
    settings.AUDIT_PUBLICATION = tmp_path / "published"
    return settings.AUDIT_PUBLICATION


@pytest.fixture
def asker(client, cast, settings):
    """``asker(member)``: that member at a browser of their own, on the audit's stage."""
    settings.ROOT_URLCONF = "tests.audit.stage"
    settings.MIDDLEWARE = MIDDLEWARE
    return lambda member: Asker(client, member)
