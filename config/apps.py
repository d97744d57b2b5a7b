"""The frame around the apps: settings, URLs, middleware and the clock."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
