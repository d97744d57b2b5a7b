"""What is known of the installation's signing identity without using it: its certificate, to show and to warn of.

`core.smime.signing_identity` makes it, proves it and signs with it.
"""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from core import smime


def signing_certificate(folder: Path) -> smime.Certificate | None:
    """The facts of the certificate beside the signing key in *folder*; None where there is none yet or none that reads.

    The key is not looked at.  One that cannot be read says so at the first letter that it should have signed.
    """
    try:
        found = x509.load_pem_x509_certificate((Path(folder) / smime.IDENTITY_FILE).read_bytes())
        return smime.read_certificate(found.public_bytes(serialization.Encoding.PEM))
    except OSError:
        return None
    except smime.UNREADABLE:
        return None
