"""Proof, at every start and before every deployment, that the audit's triggers exist."""

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from audit import triggers

SENTENCE = (
    "The audit is not guarded: its triggers ({names}) are missing in the database. "
    "Run manage.py migrate, and find out who removed them."
)


@checks.register(checks.Tags.database)
def audit_is_append_only(app_configs, databases=None, **kwargs):
    """Error `audit.E001` where a trigger is missing from a database that has the tables."""
    errors = []
    for alias in databases or []:
        connection = connections[alias]
        if set(triggers.TABLES) <= set(connection.introspection.table_names()):
            absent = triggers.missing(connection)
            if absent:
                errors.append(checks.Error(SENTENCE.format(names=", ".join(absent)), id="audit.E001"))
    return errors


def refuse_unguarded(alias: str = "default") -> None:
    """Called at start: `ImproperlyConfigured` where a trigger is missing."""
    absent = triggers.missing(connections[alias])
    if absent:
        raise ImproperlyConfigured(SENTENCE.format(names=", ".join(absent)))
