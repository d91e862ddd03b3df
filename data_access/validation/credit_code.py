"""The unified social credit code of an organisation: eighteen characters, the last one checks.

GB 32100-2015: 31 characters (digits and capitals without I, O, S, V and Z), weights 3^(i-1) modulo
31, check value 31 minus the weighted sum modulo 31.
"""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, len(ALPHABET)) for position in range(LENGTH - 1))


def check_character(first: str) -> str:
    """The eighteenth character for the first seventeen; KeyError for one outside the alphabet."""
    total = sum(_VALUES[one] * weight for one, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def is_valid(code: str) -> bool:
    """Whether this is a well-formed code with the right check character; capitals only."""
    if len(code) != LENGTH or any(character not in _VALUES for character in code):
        return False
    return check_character(code[:-1]) == code[-1]
