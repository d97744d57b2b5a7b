"""The code that an authenticator app scans, as the path of an inline SVG: no file, no style, no other origin."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import qrcode

ISSUER = "Confer"


@dataclass(frozen=True)
class QR:
    """*size* modules a side, quiet border included; *path* the dark ones as an SVG path of unit squares."""

    size: int
    path: str


def otpauth_uri(email: str, secret: str) -> str:
    """The address that authenticator apps understand: account, issuer and secret."""
    label = quote(f"{ISSUER}:{email}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def qr_path(text: str) -> QR:
    """*text* as a QR code."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return QR(size=len(rows), path="".join(squares))
