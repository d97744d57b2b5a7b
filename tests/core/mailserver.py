"""A mail server for tests: TLS, sign-in, and the ways in which real ones fail."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.core.certificates import pem, private_pem, rsa_key, server_certificate

USER, PASSWORD = "confer", "correct horse"


class Server:
    """Collects what it accepts; *answers* maps a command to the answer given in place of the usual one."""

    def __init__(
        self, folder: Path, *, implicit_tls: bool = False, offers_tls: bool = True, address: str = "127.0.0.1"
    ) -> None:
        certificate = server_certificate(address)
        self.authority = folder / "authority.pem"
        self.authority.write_text(pem(certificate))
        chain = folder / "server.pem"
        chain.write_text(private_pem(rsa_key()) + pem(certificate))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain)
        self.answers: dict[str, str] = {}
        self.breaks_at = ""
        self.silent = False
        self.commands: list[str] = []
        self.letters: list[tuple[str, list[str], bytes]] = []
        secure: dict[str, Any] = {"ssl_context": context} if implicit_tls else {}
        if offers_tls and not implicit_tls:
            secure = {"tls_context": context, "require_starttls": True}
        self.controller = _Controller(
            self,
            hostname="127.0.0.1",
            port=0,
            authenticator=self._sign_in,
            auth_required=offers_tls and not implicit_tls,
            auth_require_tls=not implicit_tls,
            **secure,
        )

    @property
    def port(self) -> int:
        return self.controller.port

    def _sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        self.commands.append("AUTH")
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    async def handle_MAIL(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        return self._answer("MAIL", server, lambda: setattr(envelope, "mail_from", address))

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        return self._answer("RCPT", server, lambda: envelope.rcpt_tos.append(address))

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        def keep() -> None:
            self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))

        return self._answer("message", server, keep)

    def _answer(self, command: str, server: Any, keep: Callable[[], None]) -> str:
        self.commands.append(command)
        if command in self.answers:
            return self.answers[command]
        keep()
        if self.breaks_at == command:
            server.transport.abort()
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self) -> SMTP:
        return _Talker(self.handler, **self.SMTP_kwargs)


class _Talker(SMTP):
    async def push(self, status: Any) -> None:
        """Say *status*, unless this is where the line breaks or the server falls silent."""
        text = status if isinstance(status, str) else status.decode()
        server: Server = self.event_handler
        if text.startswith("354"):
            server.commands.append("DATA")
            if "DATA" in server.answers:
                text = server.answers["DATA"]
        if server.silent and server.commands[-1:] == ["message"]:
            return
        await super().push(text)
        if text.startswith("354") and server.breaks_at == "DATA":
            self.transport.abort()
