"""Starts a worker, or the beat, by Celery's library: its command line would stay in memory.

python -m config.jobs worker [--queues Q,…] [--pool P] [--concurrency N] [--hostname H]
                             [--without-gossip] [--without-mingle] [--without-heartbeat]
                             [--loglevel L]
python -m config.jobs beat [--schedule FILE] [--loglevel L]

The options are those of `celery worker` and `celery beat`, and mean the same. SIGTERM ends a worker
once it has finished what it does.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import sys
from collections.abc import Sequence

from celery import signals
from celery.utils.nodenames import default_nodename, host_format

from config.celery import app

OURS = "config.jobs"


def understood(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what is to be started and its options; wrong use ends with 2."""
    parser = argparse.ArgumentParser(prog=OURS, usage=__doc__, allow_abbrev=False)
    programs = parser.add_subparsers(dest="program", required=True)
    worker = programs.add_parser("worker", allow_abbrev=False)
    worker.add_argument("-Q", "--queues")
    worker.add_argument("-P", "--pool", dest="pool_cls", default="prefork")
    worker.add_argument("-c", "--concurrency", type=int)
    worker.add_argument("-n", "--hostname")
    for feature in ("gossip", "mingle", "heartbeat"):
        worker.add_argument(f"--without-{feature}", action="store_true")
    beat = programs.add_parser("beat", allow_abbrev=False)
    beat.add_argument("-s", "--schedule")
    for program in (worker, beat):
        program.add_argument("-l", "--loglevel", default="WARNING")
    return parser.parse_args(arguments)


@signals.worker_ready.connect
def hand_back(**_: object) -> None:
    """Give the memory that importing has left behind back to the system, where C can do that."""
    with contextlib.suppress(AttributeError):  # only glibc can
        ctypes.CDLL(None).malloc_trim(0)


def main(arguments: Sequence[str]) -> int:
    """Run it to its end; return the exit code."""
    options = vars(understood(arguments))
    if options.pop("program") == "beat":
        app.Beat(quiet=True, **options).run()
        return 0
    name = host_format(default_nodename(options.pop("hostname")))
    worker = app.Worker(hostname=name, quiet=True, **options)
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    # By these Celery names the process, and starts it again on SIGHUP.
    sys.argv[:1] = ["-m", OURS]
    sys.exit(main(sys.argv[2:]))
