"""The network fence: a process that put it up reaches this machine and nothing else.

An audit hook sees every connection, datagram and name look-up that Python code asks for, in any
library and thread, and cannot be taken down again. A refusal raises, and is also remembered, so
that code which swallows the error is found out. Tests put it up in `conftest.py`, servers started
by tests in `tests/fenced/sitecustomize.py`. Connections made inside C libraries (libpq) are not
seen; those are given loopback addresses only.
"""

from __future__ import annotations

import ipaddress
import sys

REFUSED: list[str] = []
"""What was refused in this process, in order. The test that caused it empties the list."""


class OutsideConnection(RuntimeError):
    """Code asked for an address that is not on this machine."""


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)


def is_loopback(host: object) -> bool:
    """Whether a host (name, address, bytes) is this machine and can be reached from it alone."""
    name = _text(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_local(host: object) -> bool:
    """Whether a connection to this host stays here; none and "any" mean this machine."""
    return host is None or _text(host) in ("", "0.0.0.0", "::") or is_loopback(host)


def _refuse(what: str, host: object) -> None:
    message = f"{what} {host!r}: only this machine may be reached"
    REFUSED.append(message)
    raise OutsideConnection(message)


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        # A path is a unix socket; a datagram socket that is connected sends to None.
        if isinstance(address, tuple) and not is_local(address[0]):
            _refuse(event, address[0])
    elif event == "socket.bind":
        address = args[1]
        # Every interface at once is more than this machine.
        if isinstance(address, tuple) and not is_loopback(address[0]):
            _refuse(event, address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname") and not is_local(args[0]):
        _refuse(event, args[0])


_up = False


def fence() -> None:
    """Put the fence up, for the rest of this process's life."""
    global _up  # noqa: PLW0603 - an audit hook is added to the process once and for good
    if not _up:
        sys.addaudithook(_hook)
        _up = True
