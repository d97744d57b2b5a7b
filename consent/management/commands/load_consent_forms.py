"""Publish the consent forms of a reference file: the one that comes with Confer, or your own.

What the file replaces is retired; nothing is deleted, and no published form changes.
"""

from consent.editions import FILE, read
from consent.models import ConsentForm
from consent.workflow.forms import load_consent_forms
from core.loading import LoadCommand


class Command(LoadCommand):
    help = __doc__
    model, file, rows = ConsentForm, FILE, "consent forms"
    read, loaded = staticmethod(read), staticmethod(load_consent_forms)
