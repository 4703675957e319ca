"""What is said to who asked for something."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

if TYPE_CHECKING:  # text, or text that is translated when it is shown
    from django.utils.functional import _StrOrPromise as Text


def attempt(request: HttpRequest, act: Callable[[], object], *, done: "Text") -> None:
    """Do *act*; say *done* on the next page, or why it was refused."""
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
