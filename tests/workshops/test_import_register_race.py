from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from tests.registers import applied, closings, register_of, schools
from workshops.actions import closings as derived
from workshops.models import Batch


def test_two_files_at_once_leave_the_closings_of_both(own_database, tmp_path):
    both = register_of(tmp_path, *schools("101001", "101002"), name="both.csv")
    one = register_of(tmp_path, *schools("101001"), name="one.csv")
    files = [(both, "2024-01-01"), (one, "2024-03-01"), (both, "2024-06-01"), (one, "2024-09-01")]

    def work(job):
        try:
            return applied(*job, "--complete")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, files))

    assert closings() == [
        ("101002", "2024-03-01", "2024-06-01"),
        ("101002", "2024-09-01", None),
    ]
    assert derived.differences() == []
    assert Batch.objects.count() == 4
