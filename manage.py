#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Servers are in production unless told otherwise; a command line on a laptop is not, but one
    # that has been given a database is (docs/decisions/0008).
    if not {"DATABASE_URL", "DATABASE_URL_FILE"} & set(os.environ):
        os.environ.setdefault("ENVIRONMENT", "development")
    execute_from_command_line(sys.argv)
