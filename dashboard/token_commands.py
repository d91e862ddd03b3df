"""``quxiang token``: tokens by which schools' own systems hand in."""

from rich.console import Console

from dashboard.audit_words import local_time
from dashboard.commands import prepared_registry
from dashboard.i18n import translator
from dashboard.settings import Settings
from data_access.scope import Scope
from data_access.tokens import Token, Tokens

ACTOR = "command line"


def create(settings: Settings, scope: Scope, school: str, name: str, console: Console) -> None:
    """Prints the token, alone on its line."""
    engine, t = prepared_registry(settings), translator(settings.language)
    made, text = Tokens(engine).create(scope, school, name, ACTOR)
    engine.dispose()
    _print(console, t("command.token_shown"), text, _line(made, settings))


def show(settings: Settings, scope: Scope, console: Console) -> None:
    """One line per token: number, school, system, made, last used, whether in force."""
    engine, t = prepared_registry(settings), translator(settings.language)
    found = Tokens(engine).listed(scope)
    engine.dispose()
    lines = [_line(one, settings) for one in found]
    _print(console, *(lines or [t("command.token_none")]))


def revoke(settings: Settings, scope: Scope, number: int, console: Console) -> None:
    engine, t = prepared_registry(settings), translator(settings.language)
    Tokens(engine).revoke(scope, number, ACTOR)
    engine.dispose()
    _print(console, t("command.token_done", number=number))


def _line(token: Token, settings: Settings) -> str:
    t = translator(settings.language)
    used = token.last_used_at
    return t(
        "command.token_line",
        number=token.id,
        school=token.school,
        name=token.name,
        created=local_time(token.created_at),
        used=t("command.token_unused") if used is None else local_time(used),
        state=t("command.token_revoked" if token.revoked_at else "command.token_active"),
    )


def _print(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
