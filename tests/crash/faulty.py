"""The fault that the crash proof must catch: marks are taken before the figures are asked for.

A worker started as `python -m tests.crash.faulty worker …` commits the deletion of the marks first, so that a
kill in between loses them.
"""

import sys

from django.db import transaction
from django.utils import timezone

from config import jobs
from config.celery import app


@app.on_after_finalize.connect
def plant(**_: object) -> None:
    """Put the faulty order in the place of the right one."""
    from goals.actions import aggregation

    def aggregate_marked(*, now=None):
        with transaction.atomic():
            marks = aggregation._take_marks(limit=aggregation.MARKS_AT_A_TIME)
            aggregation._drop_marks([pk for pk, _session in marks])
        if not marks:
            return aggregation.Aggregated(0, 0, 0)
        with transaction.atomic():
            touched = aggregation.touched_by(session for _pk, session in marks)
            done = aggregation._aggregate(touched, now or timezone.now())
            return aggregation.Aggregated(done.versions, done.snapshots, len(marks))

    aggregation.aggregate_marked = aggregate_marked


if __name__ == "__main__":
    sys.exit(jobs.main(sys.argv[1:]))
