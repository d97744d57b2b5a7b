"""Who a session or a password belongs to; the agency is joined, since every `visible_to` asks for it."""

from django.contrib.auth.backends import BaseBackend, ModelBackend

from partnership.models import Member

PATH = "partnership.sign_in.backend.MemberBackend"


class MemberBackend(ModelBackend):
    """Password by work e-mail; only active members who have not left.  Django's own permissions are not used."""

    def user_can_authenticate(self, user) -> bool:
        return user.is_active and user.left_at is None

    def get_user(self, user_id):
        return Member.objects.active().select_related("agency__partnership").filter(pk=user_id).first()

    get_user_permissions = BaseBackend.get_user_permissions
    get_group_permissions = BaseBackend.get_group_permissions
    has_perm = BaseBackend.has_perm
