"""Which static files are collected for production: what a page of ours asks for."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OurStaticFilesConfig(StaticFilesConfig):
    """Leaves out what packages bring and no page shows.

    They are a third of all files; compressing them is most of the time that `collectstatic` takes.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "rest_framework",  # of its browsable pages, which we do not serve
        *("htmax-*", "htmx-2*", "htmx-4.js", "ext"),  # other builds than the one in use
    ]
