"""Django's session engine over `MemberSession`: the cookie holds the key, the database only its hash.

A session that ended stays as a row without content, so that its member sees it among "where you are signed in".
"""

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone


class SessionStore(SessionBase):
    """`row` is the stored session, known once the content was read; None for nobody's."""

    row = None

    @staticmethod
    def _rows():
        from partnership.models import MemberSession

        return MemberSession.objects

    @staticmethod
    def _digest(key: str) -> str:
        from partnership.models.sign_in import digest_of

        return digest_of(key)

    def load(self) -> dict:
        self.row = self._rows().open().filter(digest=self._digest(self.session_key)).first()
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.data)

    def exists(self, session_key) -> bool:
        return self._rows().filter(digest=self._digest(session_key)).exists()

    def create(self) -> None:
        self.row = None
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create=False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)
        columns = {
            "data": self.encode(data),
            "expires_at": self.get_expiry_date(),
            "member_id": data.get("_auth_user_id"),
        }
        digest = self._digest(self.session_key)
        if must_create:
            try:
                with transaction.atomic():
                    self.row = self._rows().create(digest=digest, **columns)
            except IntegrityError as error:
                raise CreateError from error
        elif not self._rows().filter(digest=digest, ended_at__isnull=True).update(**columns):
            raise UpdateError

    def get_expiry_date(self, **kwargs):
        """`SESSION_HOURS` after the session began, however often it is saved."""
        if self.row is not None and not kwargs:
            return self.row.expires_at
        return super().get_expiry_date(**kwargs)

    def cycle_key(self) -> None:
        """A new key for the same session, so that a key known before signing in opens nothing after it."""
        data = self._session
        if self.row is None:
            self.create()
        else:
            self._session_key = self._get_new_session_key()
            self._rows().filter(pk=self.row.pk).update(digest=self._digest(self._session_key))
        self._session_cache = data
        self.modified = True

    def flush(self) -> None:
        super().flush()
        self.row = None

    def delete(self, session_key=None) -> None:
        """End the session; nobody's is forgotten."""
        from partnership.models import MemberSession

        key = session_key or self.session_key
        if key is None:
            return
        rows = self._rows().filter(digest=self._digest(key))
        rows.filter(member__isnull=True).delete()
        rows.end(why=MemberSession.Ended.SIGNED_OUT)

    @classmethod
    def clear_expired(cls) -> None:
        """Forget nobody's old sessions and empty those of members, which stay listed."""
        past = cls._rows().filter(expires_at__lte=timezone.now())
        past.filter(member__isnull=True).delete()
        past.exclude(data="").update(data="")
