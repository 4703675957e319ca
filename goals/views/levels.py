"""Who may see the figures, and the levels they are shown at."""

from django.contrib.auth.decorators import permission_required

from goals.models import Snapshot

LEVELS = dict(Snapshot.Level.choices)
may_see = permission_required("goals.view_report", raise_exception=True)
