"""Text is text: what may be written, and where it is refused. Stored plain, escaped at output."""

import re
import unicodedata

from deskchat.domain.errors import Invalid

LONGEST_TEXT = 10_000
LONGEST_NAME = 80
LONGEST_EMAIL = 254

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# A name that turns the writing direction round can pass itself off as another name.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]+@[^@\s<>\"(),:;\\\[\]]+\.[^@\s<>\"(),:;\\\[\]]+")


def clean_text(text: str) -> str:
    """A message's text as it is kept: 1 to 10,000 characters, newlines as `\\n`, no other controls but tabs."""
    text = text.replace("\r\n", "\n").strip()
    _refuse_controls(text, "A message")
    if not _is_visible(text):
        raise Invalid("A message needs some text.")
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"A message has at most {LONGEST_TEXT:,} characters; this one has {len(text):,}.")
    return text


def clean_name(name: str) -> str:
    """A person's or room's name as it is kept: one line of 1 to 80 visible characters, single spaces, composed."""
    _refuse_controls(name, "A name")
    if _BIDI.search(name):
        raise Invalid("A name cannot hold marks that turn the writing direction.")
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not _is_visible(name):
        raise Invalid("A name is needed.")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} characters.")
    return name


def clean_email(email: str) -> str:
    """An e-mail address as it is kept and compared: lower case, no spaces around."""
    email = email.strip().lower()
    _refuse_controls(email, "An email")
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid("This is not an email address.")
    return email


def _refuse_controls(text: str, what: str) -> None:
    if _CONTROLS.search(text):
        raise Invalid(f"{what} cannot hold control characters.")
    if _SURROGATES.search(text):
        raise Invalid(f"{what} cannot hold half a character.")


def _is_visible(text: str) -> bool:
    """Whether anything would be seen: format characters, marks without a letter and spaces are not enough."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)
