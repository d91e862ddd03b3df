"""What a person sees when a callback fails: one sentence and a reference number."""

import logging
import secrets
from collections.abc import Callable

from dash import html, set_props

from dashboard.i18n import Translator, translator
from data_access.errors import InputError

log = logging.getLogger(__name__)


def told(error: InputError, t: Translator) -> str:
    """The message of an error; a parameter ``field`` is itself the key of a message."""
    params = dict(error.params)
    if (field := params.get("field")) in t.keys:
        params["field"] = t(str(field))
    return t(error.message_key, **params)


class ErrorHandler:
    """Dash's ``on_error``: logs with a reference, shows a message, keeps the old content."""

    def __init__(self, language: Callable[[], str]) -> None:
        self._language = language

    def __call__(self, error: Exception) -> None:
        t = translator(self._language())
        if isinstance(error, InputError):  # the person is told; there is nothing to repair
            log.info("refused: %s", error)
            text = told(error, t)
        else:
            reference = secrets.token_hex(4)
            log.error("callback failed, reference %s", reference, exc_info=error)
            text = t("error.unexpected", reference=reference)
        toast = html.Div(text, className="qx-toast qx-toast--bad", role="alert")
        set_props("toasts", {"children": [toast]})
