"""Signing in for tests: the real session that password and code would open, without the time that hashing takes."""

from django.test import Client
from django.utils import timezone

from partnership.models import Authenticator
from partnership.sign_in import backend


def enrol(member) -> Authenticator:
    """*member*’s confirmed authenticator, made if there is none; `code_at()` gives its code."""
    device = Authenticator.objects.confirmed_of(member)
    if device is None:
        device = Authenticator.objects.begin(member)
        Authenticator.objects.filter(pk=device.pk).update(confirmed=True)
    return device


def sign_in(client: Client, member) -> Client:
    """*client*, signed in as *member* by password and code."""
    client.force_login(member, backend=backend.PATH)
    session = client.session
    session["verified_at"] = timezone.now().isoformat()
    session.save()
    return client
