"""Creating the tables of an app in one operation of its first migration.

Django renders every related model anew after each operation; with some two hundred related tables that made a first
start half a minute longer.
"""

from django.db.migrations.operations.base import Operation, OperationCategory


class CreateTables(Operation):
    """Create all of *models* (`CreateModel` operations, which may refer to one another in rings) at once."""

    category = OperationCategory.ADDITION
    serialization_expand_args = ["models"]

    def __init__(self, models):
        self.models = models

    def deconstruct(self):
        return self.__class__.__qualname__, [], {"models": self.models}

    def state_forwards(self, app_label, state):
        """Add all models before any is rendered."""
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} tables"

    @property
    def migration_name_fragment(self):
        return "tables"
