"""The broker of one machine without Redis: kombu's folder of messages, made safe to read meanwhile.

Kombu creates a message's file first and fills it after, and a list of queues likewise; a worker
that looks between the two finds an empty file and ends. Here both appear whole or not at all.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Write beside, then rename; pass over what cannot be read."""

    # The two classes above this one differ in the name of the message.
    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        """Put *payload* onto *queue*; raises ChannelError when the folder cannot be written."""
        # The name kombu looks for: in the order of time, the queue after the first dot.
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        path = Path(self.data_folder_out, name)
        beside = path.with_name(f"{name}.part")
        try:
            beside.write_text(dumps(payload), encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise ChannelError(f"Cannot put a message into {path.parent}: {error}") from error

    def _get(self, queue: str, *_: Any) -> Any:
        """Take the oldest message; one that cannot be read is gone, the ticks make up for it."""
        try:
            return super()._get(queue)
        except ValueError as error:
            logger.warning("A message of queue %s cannot be read: %s", queue, error)
            raise Empty from error

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        """Bind a queue; the list it is written into begins as a whole one that is empty."""
        path: Path = self._exchange_file(exchange)  # type: ignore[attr-defined] # stubs are older
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f"{path.name}.{uuid.uuid4()}")
            beside.write_text("[]", encoding="utf-8")
            with contextlib.suppress(FileExistsError):
                os.link(beside, path)
            beside.unlink()
        super()._queue_bind(exchange, *binding)


class Transport(filesystem.Transport):
    """The transport that `CELERY_BROKER_TRANSPORT` names."""

    Channel = Channel

    @property
    def default_connection_params(self) -> dict[str, Any]:
        """None: a folder has no host that a warning could miss."""
        return {}
