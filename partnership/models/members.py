"""Members and their roles.  Names and work addresses stay in clear: sign-in and audit need them."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, VersionedRecord
from partnership.models.organisation import Agency, Panel
from partnership.roles import DESK_ROLES, PARTNERSHIP_WIDE, ROLES, Permission, Role, roles_with


class MemberQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Colleagues of the partnership: their names and work addresses are known to all who work in it."""
        return self.filter(agency__partnership_id=member.agency.partnership_id)

    def active(self):
        return self.filter(is_active=True, left_at__isnull=True)

    def holding(self, *roles: Role, panel=None, at=None):
        """Active members who hold one of *roles* (on *panel*, where given) at *at*."""
        at = at or timezone.now()
        grants = RoleGrant.objects.live(at).filter(role__in=[str(role) for role in roles])
        if panel is not None:
            grants = grants.filter(Q(panel=panel) | Q(panel__isnull=True))
        return self.active().filter(pk__in=grants.values("member"))


class MemberManager(BaseUserManager.from_queryset(MemberQuerySet)):
    def get_by_natural_key(self, email):
        return self.select_related("agency").get(email=self.normalise(email))

    @staticmethod
    def normalise(email: str) -> str:
        """An address as it is kept: trimmed, lower case."""
        return (email or "").strip().lower()


class Member(Record, VersionedRecord, AbstractBaseUser):
    """A person who signs in.  One agency, several roles."""

    email = models.EmailField(_("work e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("work telephone"), max_length=30, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="members")
    is_active = models.BooleanField(default=False)
    enrolled_at = models.DateTimeField(null=True, blank=True, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    last_login = None  # the sessions know; a stamp per sign-in would fill the history

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    history = History(excluded_fields=["password"])
    objects = MemberManager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def state(self) -> str:
        """ "left", "invited" (cannot sign in yet), "enrolling" (no recovery codes yet) or "active"."""
        if self.left_at:
            return "left"
        if not self.is_active:
            return "invited"
        return "active" if self.enrolled_at else "enrolling"

    @cached_property
    def grants(self) -> list["RoleGrant"]:
        """The member's live role grants, read once per request."""
        return list(self.role_grants.live().select_related("panel"))

    def roles_on(self, panel) -> set[Role]:
        """The member's live roles on *panel*, partnership-wide ones included."""
        panel_id = getattr(panel, "pk", panel)
        return {Role(g.role) for g in self.grants if g.panel_id in (None, panel_id)}

    def may(self, permission: Permission, panel=None) -> bool:
        """Whether a live role carries *permission* (on *panel*, where given); one's own account is everybody's."""
        if permission == Permission.OWN_ACCOUNT:
            return True
        carrying = roles_with(permission)
        panel_id = getattr(panel, "pk", panel)
        return any(
            Role(g.role) in carrying and (panel_id is None or g.panel_id in (None, panel_id)) for g in self.grants
        )

    def panels_with(self, permission: Permission) -> list:
        """Ids of the panels on which the member carries *permission*."""
        carrying = roles_with(permission)
        return [g.panel_id for g in self.grants if g.panel_id and Role(g.role) in carrying]

    def desk_panels(self) -> list:
        """Ids of the panels whose desk (coordinator, chair) the member belongs to."""
        return [g.panel_id for g in self.grants if g.panel_id and Role(g.role) in DESK_ROLES]

    def role_names(self) -> list[str]:
        return sorted({str(ROLES[Role(g.role)].name) for g in self.grants})


class RoleGrantQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The role grants of the member's partnership, past ones included."""
        return self.filter(member__agency__partnership_id=member.agency.partnership_id)


class RoleGrant(Record, VersionedRecord):
    """That a member holds a role on a panel (or partnership-wide), since when, until when, by whom."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, null=True, blank=True, related_name="role_grants")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_on_a_panel_or_wide",
                condition=Q(panel__isnull=False) | Q(role__in=sorted(str(role) for role in PARTNERSHIP_WIDE)),
            ),
            models.UniqueConstraint(
                fields=["member", "role", "panel"], condition=Q(until__isnull=True), name="one_live_grant"
            ),
        ]
        indexes = [models.Index(fields=["member", "until"])]

    def __str__(self):
        return f"{self.role_name} ({self.panel})" if self.panel_id else str(self.role_name)

    @property
    def role_name(self):
        return ROLES[Role(self.role)].name
