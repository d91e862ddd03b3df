"""What an operator can set, read once from the environment (``QUXIANG_*``) at start.

One table describes every setting. Reading reports all errors at once: each with its name and
what is allowed. There is no global settings object; the value is passed to whoever needs it.
"""

import difflib
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from dashboard.i18n import LANGUAGES

PREFIX = "QUXIANG_"
SHORTEST_KEY = 32  # characters
LONGEST_LINE = 100  # characters
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of one server; ``docs/settings.md`` tells operators the same."""

    home: Path
    database_url: str = field(repr=False)
    analytics_url: str | None = field(repr=False)
    host: str
    port: int
    secret_key: str = field(repr=False)
    workers: int
    threads: int
    proxies: int
    cookie_secure: bool
    session_hours: int
    language: str
    minimum_n: int
    map_folder: Path | None
    map_approval: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises ``SettingsError`` with every problem; without a key makes ``var/secret-key``."""
        problems = _unknown(environ)
        values: dict[str, Any] = {}
        for spec in SPECS:
            raw = environ.get(spec.variable, "").strip() or spec.default
            try:
                values[spec.name] = spec.read(raw)
            except ValueError:
                problems.append(Problem(spec.variable, spec.allowed))
        if problems:
            raise SettingsError(problems)
        home: Path = values["home"]
        values["database_url"] = _under(home, values["database_url"])
        values["secret_key"] = values["secret_key"] or _kept_key(home / "var" / "secret-key")
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot be used; the value is left out because it may be a secret."""

    variable: str
    allowed: str


class SettingsError(Exception):
    """The server cannot start; ``problems`` has every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.variable}: {p.allowed}" for p in problems))


@dataclass(frozen=True, slots=True)
class Spec:
    """How one setting is read: a reader of its text (ValueError if not allowed) and its default."""

    name: str
    default: str
    allowed: str
    read: Callable[[str], Any]

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError
        return int(text)

    return read


def _one_of(*allowed: str) -> Callable[[str], str]:
    return lambda text: allowed[allowed.index(text)]


def _yes_or_no(text: str) -> bool:
    answer = text.lower()
    if answer not in (*_YES, *_NO):
        raise ValueError
    return answer in _YES


def _home(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise ValueError
    return path


def _folder_or_none(text: str) -> Path | None:
    return _home(text) if text else None


def _line(text: str) -> str:
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise ValueError
    return text


def _url(*backends: str) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if not text:
            return None
        try:
            backend = make_url(text).get_backend_name()
        except ArgumentError:
            raise ValueError from None
        if backend not in backends:
            raise ValueError
        return text

    return read


def _host(text: str) -> str:
    if any(character.isspace() or character in "/@" for character in text):
        raise ValueError
    return text


def _key(text: str) -> str:
    if text and len(text) < SHORTEST_KEY:
        raise ValueError
    return text


def _number(name: str, default: int, least: int, most: int) -> Spec:
    return Spec(name, str(default), f"a whole number, {least} to {most}", _whole(least, most))


SPECS = (
    Spec("home", ".", "a folder that exists", _home),
    Spec(
        "database_url",
        "sqlite:///var/quxiang.db",
        "a SQLAlchemy URL of sqlite or postgresql",
        _url("sqlite", "postgresql"),
    ),
    Spec(
        "analytics_url",
        "",
        "empty (DuckDB in each process), or a SQLAlchemy URL of postgresql",
        _url("postgresql"),
    ),
    Spec("host", "127.0.0.1", "a host name or an address, without scheme or path", _host),
    _number("port", 8050, 1, 65535),
    Spec("secret_key", "", f"empty, or at least {SHORTEST_KEY} characters", _key),
    _number("workers", 1, 1, 64),
    _number("threads", 8, 1, 256),
    _number("proxies", 0, 0, 5),
    Spec("cookie_secure", "no", "yes or no (also 1/0, true/false)", _yes_or_no),
    _number("session_hours", 8, 1, 24),
    Spec("language", LANGUAGES[0], " or ".join(LANGUAGES), _one_of(*LANGUAGES)),
    _number("minimum_n", 30, 1, 10_000),
    Spec("map_folder", "", "empty (the shipped map), or a folder that exists", _folder_or_none),
    Spec("map_approval", "", f"empty, or a line of at most {LONGEST_LINE} characters", _line),
)


def _unknown(environ: Mapping[str, str]) -> list[Problem]:
    """A misspelt setting would silently keep its default, so it stops the start instead."""
    known = [spec.variable for spec in SPECS]
    strays = sorted(k for k in environ if k.startswith(PREFIX) and k not in known)
    return [
        Problem(stray, "not a setting" + "".join(f"; did you mean {near}?" for near in nearest))
        for stray in strays
        for nearest in [difflib.get_close_matches(stray, known, n=1)]
    ]


def _under(home: Path, url: str) -> str:
    """The URL with a relative SQLite file placed under home."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return url
    return parsed.set(database=str(home / str(parsed.database))).render_as_string(
        hide_password=False
    )


def _kept_key(path: Path) -> str:
    """The key in the file, made once (mode 0600) by whichever process comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            draft.unlink()
    key = path.read_text(encoding="utf-8", errors="replace").strip()
    if len(key) < SHORTEST_KEY or stat.S_IMODE(path.stat().st_mode) & 0o077:
        allowed = f"{path} must hold at least {SHORTEST_KEY} characters, for its owner only (0600)"
        raise SettingsError([Problem(f"{PREFIX}SECRET_KEY", allowed)])
    return key
