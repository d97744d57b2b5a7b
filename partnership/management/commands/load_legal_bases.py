"""Bring the table of lawful bases to what a reference file says: the one that comes with Confer, or your own."""

from core.loading import LoadCommand
from partnership.lawful.reference import FILE, read
from partnership.models import LegalBasis
from partnership.workflow.lawful import load_legal_bases


class Command(LoadCommand):
    help = __doc__
    model, file, rows = LegalBasis, FILE, "lawful bases"
    read, loaded = staticmethod(read), staticmethod(load_legal_bases)
