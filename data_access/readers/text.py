"""How text from files is compared and how it is shown in messages."""

import re
import unicodedata
from functools import lru_cache

from data_access.readers import identity

_NOT_SEEN = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)$")
SHOWN_CHARACTERS = 60


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """The form in which names, codes and headers are compared.

    Full width becomes half width (NFKC), letters become small, white space and characters
    that are not seen go.
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    return _NOT_SEEN.sub("", unicodedata.normalize("NFKC", text)).lower()


def fold_header(text: str) -> str:
    """A folded header without a unit in brackets at its end."""
    return _IN_BRACKETS.sub("", fold(text))


def narrow(text: str) -> str:
    """Full width to half width without touching letters: for student numbers and names."""
    if text.isascii():
        return text
    return _NOT_SEEN.sub("", unicodedata.normalize("NFKC", text))


def shown(text: str) -> str:
    """A value for a message: identity numbers masked, long values cut."""
    masked = identity.mask_all(text)
    return masked if len(masked) <= SHOWN_CHARACTERS else masked[: SHOWN_CHARACTERS - 1] + "…"
