"""What every command shares: settings, words, and errors as one clear message."""

import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from dashboard import importing
from dashboard.i18n import Translator, known_language, translator
from dashboard.settings import Settings, SettingsError
from data_access.errors import InputError

P = ParamSpec("P")
R = TypeVar("R")

err = Console(stderr=True)


def friendly(command: Callable[P, R]) -> Callable[P, R]:
    """Known errors become one clear message and exit code 1 (2 for settings), no traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except InputError as error:
            importing.print_input_error(error, words(), err)
            raise typer.Exit(1) from None
        except SettingsError as error:
            for problem in error.problems:
                err.print(f"{problem.variable}: {problem.allowed}", style="red", markup=False)
            raise typer.Exit(2) from None

    return run


def words() -> Translator:
    """The language of messages: the setting's, without needing the other settings."""
    return translator(known_language(os.environ.get("QUXIANG_LANGUAGE")))


def read_settings() -> Settings:
    return Settings.from_env(os.environ)
