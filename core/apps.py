"""Plumbing that knows no domain word."""

from django.apps import AppConfig
from django.db.models.signals import pre_save


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django_tasks_db.models import DBTaskResult

        from core import tasks

        pre_save.connect(tasks.keep_no_values, sender=DBTaskResult, dispatch_uid="core.tasks")
