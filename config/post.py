"""The embedded post office of `./dev up`: takes every letter and keeps it as a file. Sends nothing.

python -m config.post SOCKET FOLDER

SOCKET is the number of an open socket that listens on this machine alone.
"""

import asyncio
import itertools
import os
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_BYTES = 20_000_000
MOST_LETTERS = 2000  # older ones go, so that a machine left alone never fills up


class Pigeonholes:
    """A folder with one file for each letter; its name sorts by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # letters hold links that open doors

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter as it came; a half-written file never has a letter's name."""
        name = f"{time.time_ns()}-{next(self.numbers):06d}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(bytes(envelope.original_content or b""))
        draft.rename(self.folder / name)
        for old in sorted(self.folder.glob("*.eml"))[:-MOST_LETTERS]:
            old.unlink(missing_ok=True)
        return "250 OK"


async def serve(door: socket.socket, folder: Path) -> None:
    """Take what comes through the *door* until told to end."""
    holes, loop, stopped = Pigeonholes(folder), asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(
        lambda: SMTP(holes, data_size_limit=MOST_BYTES, hostname="localhost", loop=loop),
        sock=door,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    os.umask(0o077)
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
