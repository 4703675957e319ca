"""`python -m tests.benching WHAT …`: the town, in the project's environment; see town.py."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.benching import town

    town.main(sys.argv[1:])
