"""The folder of the embedded post office (`./dev up`): letters as they left, links and all."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

HEAD = 4096  # the Message-ID stands in there


@dataclass(frozen=True, slots=True)
class Sent:
    """The two bodies of a letter that has left."""

    text: str
    html: str


def find(folder: Path | None, message_id: str) -> Sent | None:
    """Return the letter with this Message-ID, the latest copy; None where nobody keeps letters."""
    if folder is None or not folder.is_dir():
        return None
    wanted = message_id.encode()
    for file in sorted(folder.glob("*.eml"), reverse=True):
        with file.open("rb") as letter:
            if wanted in letter.read(HEAD):
                return _bodies(file.read_bytes())
    return None


def _bodies(content: bytes) -> Sent:
    letter = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
    return Sent(text=_body(letter, "plain"), html=_body(letter, "html"))


def _body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""
