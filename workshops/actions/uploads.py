"""Files on their way in: kept for an hour, shown for what they change, applied as shown."""

import contextlib
import datetime
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.actions.outcomes import Outcome, WrongUse
from workshops.actions.turns import take_turn
from workshops.cpr import hide_cpr
from workshops.folding import nfc
from workshops.models import Batch, Upload, User

LIFETIME = datetime.timedelta(hours=1)
MOST_FILES = 6
GONE = _("These files have been imported already, or are no longer kept.")


@dataclass(frozen=True, slots=True)
class File:
    """One file as it came: its name, which nobody trusts, and its bytes."""

    name: str
    content: bytes


class Importer(Protocol):
    """What an upload is for: says what it would do, or with *apply* does it."""

    def __call__(self, upload: Upload, /, *, by: User, apply: bool) -> Outcome: ...


def keep(
    kind: Batch.Kind,
    files: Sequence[File],
    *,
    options: Mapping[str, Any],
    by: User,
    now: datetime.datetime | None = None,
) -> Upload:
    """Keep files for LIFETIME; the person's earlier ones of this kind go.

    Refuses with ``upload_missing``, ``too_many_files`` and ``upload_too_large``.
    """
    now = now or timezone.now()
    if not files:
        message = _("File is missing. Choose the file to import.")
        raise ValidationError(message, code="upload_missing")
    if len(files) > MOST_FILES:
        message = _("At most %(most)s files are read at a time.")
        raise ValidationError(message, code="too_many_files", params={"most": MOST_FILES})
    content = b"".join(file.content for file in files)
    if len(content) > settings.IMPORT_MAX_BYTES:
        message = _("The files have %(size)s bytes, and no more than %(most)s are read.")
        params = {"size": len(content), "most": settings.IMPORT_MAX_BYTES}
        raise ValidationError(message, code="upload_too_large", params=params)
    with transaction.atomic():
        Upload.objects.filter(kind=kind, by=by).delete()
        return Upload.objects.create(
            kind=kind,
            by=by,
            files=[[name_of(file.name), len(file.content)] for file in files],
            content=content,
            digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
            options=dict(options),
            created_at=now,
            expires_at=now + LIFETIME,
        )


def name_of(name: str) -> str:
    """Return a name that can stand in a folder and in messages: no path, signs that can be seen."""
    last = nfc(name).replace("\\", "/").rpartition("/")[2]
    seen = hide_cpr("".join(sign for sign in last if sign.isprintable())).strip(" .")
    path = Path(seen or "fil")
    return f"{path.stem[:50]}{path.suffix[:10]}"


@contextlib.contextmanager
def unpacked(upload: Upload) -> Iterator[Path]:
    """Lay the files of an upload into a folder of their own while they are read."""
    with tempfile.TemporaryDirectory(prefix="upload-") as parent:
        folder = Path(parent) / "upload"
        folder.mkdir()
        rest = bytes(upload.content)
        for name, size in upload.files:
            (folder / name).write_bytes(rest[:size])
            rest = rest[size:]
        yield folder


def ran(upload: Upload, run: Callable[..., Outcome], **options: Any) -> Outcome:
    """Run an import over the one file of an upload, or over the folder of several."""
    with unpacked(upload) as folder:
        path = folder if len(upload.files) > 1 else next(folder.iterdir())
        try:
            return run(path, **options)
        except WrongUse as fault:
            return Outcome(refusal=str(fault))


def confirm(upload: Upload, *, shown: str, sure: bool = False, run: Importer, by: User) -> Batch:
    """Apply an upload exactly as it was shown, and throw it away. One transaction.

    Waits for its turn among the imports, asks again what the upload would do and compares that
    with what was *shown* (its fingerprint); applies it; returns the batch.

    Refuses with ``upload_gone``, with ``difference_changed`` when it would do anything else than
    what was shown, or has faults, and with ``warnings_not_confirmed`` where there are warnings
    and nobody has said to be *sure*.
    """
    with transaction.atomic():
        take_turn()
        current = Upload.objects.select_for_update().filter(pk=upload.pk, by=by).first()
        if current is None:
            raise ValidationError(GONE, code="upload_gone")
        outcome = run(current, by=by, apply=False)
        if not outcome.can_apply or outcome.fingerprint != shown:
            message = _(
                "Something else has changed since you looked, so nothing was imported. Look at the"
                " changes below again."
            )
            raise ValidationError(message, code="difference_changed")
        if outcome.warnings and not sure:
            message = _("There are warnings. Tick that you have looked at them, and import again.")
            raise ValidationError(message, code="warnings_not_confirmed")
        run(current, by=by, apply=True)
        current.delete()
        return Batch.objects.latest("pk")


def drop_expired(*, now: datetime.datetime | None = None) -> int:
    """Delete the uploads that nobody confirmed in time; return how many there were."""
    deleted, _by_model = Upload.objects.expired(now or timezone.now()).delete()
    return deleted
