"""A worker with one more job, which lasts until it is let go. See `test_jobs`."""

import os
import sys
import time
from pathlib import Path

from config import jobs
from config.celery import app


@app.task(name="slow")
def slow(folder: str) -> None:
    """Write what this worker has imported, wait to be let go, and say that it is done."""
    place = Path(folder)
    half = place / "half"
    half.write_text("\n".join([str(os.getpid()), *sys.modules]))
    half.rename(place / "begun")
    while not (place / "go").exists():
        time.sleep(0.05)
    (place / "done").touch()


if __name__ == "__main__":
    sys.exit(jobs.main(sys.argv[1:]))
