"""The broker of one machine: whoever looks while somebody writes finds nothing half done."""

import contextlib
import fcntl
import logging
import sys
import threading
from pathlib import Path
from queue import Empty
from types import FrameType
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.transport import filesystem

from config import broker

MESSAGES = 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the messages lie."""
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path / "queue"


def channel_at(folder: Path, transport: type = broker.Transport) -> Any:
    """Return a channel of *transport* on *folder*."""
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder.parent / "control"),
    }
    connection = Connection("filesystem://", transport=transport, transport_options=options)
    return connection.channel()


def looked_at_every_line(transport: type, folder: Path, name: str, *arguments: Any) -> list[str]:
    """Call a method of the channel; before each of its lines another one reads all there is.

    Return what could not be read.
    """
    writer, reader, faults = channel_at(folder, transport), channel_at(folder, transport), []

    def look(frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code.co_name != name:
            return None
        sys.settrace(None)
        try:
            reader.get_table("letters")
            reader._get("mail")
        except (Empty, ChannelError):  # nothing there, or locked at this moment
            pass
        except ValueError as error:
            faults.append(f"{event} {frame.f_lineno}: {error}")
        sys.settrace(look)
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        getattr(writer, name)(*arguments)
    finally:
        sys.settrace(before)
    return faults


@pytest.fixture
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who looks is the one who writes: waiting for the lock would be for ever."""
    monkeypatch.setattr(
        filesystem, "lock", lambda file, flags: fcntl.flock(file, flags | fcntl.LOCK_NB)
    )


WRITES = [("_put", "mail", {"body": "x"}), ("_queue_bind", "letters", "", "", "mail")]


@pytest.mark.usefixtures("nobody_waits")
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write[0])
def test_what_is_written_appears_whole(folder: Path, write: tuple[Any, ...]) -> None:
    assert looked_at_every_line(broker.Transport, folder, *write) == []


@pytest.mark.usefixtures("nobody_waits")
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write[0])
def test_kombus_own_folder_shows_it_half_written(folder: Path, write: tuple[Any, ...]) -> None:
    """The fault the test above should catch, seen in the part that ours replaces."""
    assert looked_at_every_line(filesystem.Transport, folder, *write)


def test_nothing_is_lost_between_one_who_puts_and_one_who_gets(folder: Path) -> None:
    writer, reader = channel_at(folder), channel_at(folder)
    thread = threading.Thread(target=lambda: [writer._put("mail", n) for n in range(MESSAGES)])
    thread.start()
    got = []
    while thread.is_alive() or any(folder.iterdir()):
        with contextlib.suppress(Empty):
            got.append(reader._get("mail"))
    thread.join()
    assert sorted(got) == list(range(MESSAGES))


@pytest.mark.parametrize("text", ["", '{"body": "ha'])
def test_a_message_nobody_can_read_is_passed_over(
    folder: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    channel = channel_at(folder)
    (folder / "0_odd.mail.msg").write_text(text)
    channel._put("mail", {"body": "next"})

    with caplog.at_level(logging.WARNING), pytest.raises(Empty):
        channel._get("mail")

    assert "queue mail cannot be read" in caplog.text
    assert channel._get("mail") == {"body": "next"}
    assert list(folder.iterdir()) == []


def test_messages_come_in_the_order_they_went(folder: Path) -> None:
    channel = channel_at(folder)
    for number in range(20):
        channel._put("mail", number)
        channel._put("rollup", -number)

    assert channel._size("mail") == 20
    assert sorted(channel._get("mail") for _ in range(20)) == list(range(20))
    assert channel._purge("rollup") == 20


def test_a_folder_that_is_gone_is_told_by_name(folder: Path) -> None:
    channel = channel_at(folder)
    folder.rmdir()

    with pytest.raises(ChannelError, match="queue"):
        channel._put("mail", {})


def test_a_list_of_queues_is_never_empty_nor_half(folder: Path) -> None:
    """Sixteen bind at once while others read; every queue is in the list at the end."""
    faults: list[Exception] = []
    start = threading.Barrier(16)

    def bind(number: int) -> None:
        channel = channel_at(folder)
        start.wait()
        try:
            channel.get_table("letters")
            channel._queue_bind("letters", "", "", f"queue{number}")
            channel.get_table("letters")
        except (ValueError, ChannelError) as error:
            faults.append(error)

    threads = [threading.Thread(target=bind, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    bound = {row.queue for row in channel_at(folder).get_table("letters")}
    assert bound == {f"queue{number}" for number in range(16)}
    assert [path.name for path in (folder.parent / "control").iterdir()] == ["letters.exchange"]


def test_nobody_is_warned_of_a_missing_host(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    channel_at(folder, filesystem.Transport).connection.client.info()
    assert "No hostname" in caplog.text, "kombu warns no more: leave the property out"
    caplog.clear()

    channel_at(folder).connection.client.info()

    assert caplog.text == ""
