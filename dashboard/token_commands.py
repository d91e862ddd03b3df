"""``quxiang token``: tokens by which schools' own systems hand in."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from dashboard.audit_words import local_time
from dashboard.commands import prepared_registry
from dashboard.i18n import translator
from dashboard.settings import Settings
from data_access.scope import Scope
from data_access.tokens import Token, Tokens

ACTOR = "command line"


def token_app(
    everything: Scope, friendly: Callable[[Any], Any], settings: Callable[[], Settings]
) -> typer.Typer:
    """The group of commands, with the scope of whoever may use the command line."""
    app = typer.Typer(no_args_is_help=True)

    @app.command("create")
    @friendly
    def _create(
        school: Annotated[str, typer.Argument(help="School code.")],
        name: Annotated[str, typer.Option(help="The system that hands in.")],
    ) -> None:
        """Create a token for a school's system; it is printed once and kept nowhere."""
        create(settings(), everything, school, name, Console())

    @app.command("list")
    @friendly
    def _show(
        school: Annotated[str | None, typer.Option(help="School code; every school.")] = None,
    ) -> None:
        """List tokens, revoked ones included, without themselves."""
        scope = everything if school is None else Scope(frozenset({school}))
        show(settings(), scope, Console())

    @app.command("revoke")
    @friendly
    def _revoke(number: Annotated[int, typer.Argument(help="The number in the list.")]) -> None:
        """Revoke a token; its next request is refused."""
        revoke(settings(), everything, number, Console())

    return app


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
