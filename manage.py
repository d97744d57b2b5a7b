#!/usr/bin/env python
"""Django's command line for Confer."""

import os
import sys


def main() -> None:
    """Run one command; migrations run as the owner of the tables where the installation names one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["migrate"]:
        os.environ.setdefault("CONFER_DATABASE_ROLE", "owner")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Confer does not start: {error}")


if __name__ == "__main__":
    main()
