"""What the site looks like for one municipality: its colours and its telephone, checked."""

import hashlib
import re

from django.core.exceptions import ImproperlyConfigured, ValidationError

from workshops import telephones

READABLE = 4.5  # WCAG 2.1, 1.4.3: text against its ground
_WHITE, _INK = (255, 255, 255), (26, 26, 26)
_SHADES = {"brand": 1.0, "brand-dark": 0.72, "brand-darker": 0.42}
Colour = tuple[int, int, int]


def readable(name: str, value: str, *, on_dark_text: bool = False) -> str:
    """Return the colour *value* of the setting *name*, or refuse one that nobody can read.

    White text stands on the brand's colour, dark text on its accent.
    """
    colour = parse(name, value)
    ground, words = (_INK, "dark text") if on_dark_text else (_WHITE, "white")
    ratio = contrast(colour, ground)
    if ratio < READABLE:
        message = (
            f"{name}={value} has a contrast of {ratio:.1f} to {words}:"
            f" choose a {'lighter' if on_dark_text else 'darker'} colour, with {READABLE} or more."
        )
        raise ImproperlyConfigured(message)
    return value


def telephone(name: str, value: str) -> str:
    """Return the setting *name* as people write it, or refuse a number that nobody can call."""
    try:
        return telephones.shown(telephones.understood(value, name=name))
    except ValidationError as error:
        message = f"{name}={value!r} is no telephone number in use: write it as +45 33 66 33 66."
        raise ImproperlyConfigured(message) from error


def parse(name: str, value: str) -> Colour:
    """Read #rrggbb."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        message = f"{name}={value!r} is not a colour: write it as #0b5c6b."
        raise ImproperlyConfigured(message)
    red, green, blue = (int(value[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Return how much two colours differ, from 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def sheet(colour: str, accent: str) -> str:
    """Write the style sheet: the colour, two darker shades of it, and the accent."""
    red, green, blue = parse("BRAND_COLOUR", colour)
    shades = "".join(
        f"--{name}:#{round(red * part):02x}{round(green * part):02x}{round(blue * part):02x};"
        for name, part in _SHADES.items()
    )
    return f":root{{{shades}--accent:{accent}}}"


def fingerprint(text: str) -> str:
    """Return a short name of exactly this text, for its address."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
