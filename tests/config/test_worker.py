"""A worker imports what its jobs need, and no page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from config.celery import app
app.loader.import_default_modules()
assert "notifications.tasks.deliver_due" in app.tasks
print([name for name in sys.modules if ".views" in name or name in ("config.urls", "openpyxl")])
"""


def test_worker_starts_without_pages():
    started = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ENVIRONMENT": "test"},
    )

    assert started.stderr == ""
    ours = ("config", "goals", "booking", "workshops", "notifications", "openpyxl")
    assert [name for name in eval(started.stdout) if name.startswith(ours)] == []
