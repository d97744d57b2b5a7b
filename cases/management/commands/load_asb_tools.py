"""Bring the table of tools against anti-social behaviour to what a file says: Confer’s, or your own."""

from cases.models.tool import Tool
from cases.rules.tool_file import FILE, read
from cases.workflow.tool import load_tools
from core.loading import LoadCommand


class Command(LoadCommand):
    help = __doc__
    model, file, rows = Tool, FILE, "tools"
    read, loaded = staticmethod(read), staticmethod(load_tools)
