"""What a person sees when a callback fails: one sentence and a reference number."""

import logging
import secrets
from collections.abc import Callable

from dash import html, set_props

from dashboard.i18n import translator
from data_access.errors import InputError

log = logging.getLogger(__name__)


class ErrorHandler:
    """Dash's ``on_error``: logs with a reference, shows a message, keeps the old content."""

    def __init__(self, language: Callable[[], str]) -> None:
        self._language = language

    def __call__(self, error: Exception) -> None:
        t = translator(self._language())
        reference = secrets.token_hex(4)
        log.error("callback failed, reference %s", reference, exc_info=error)
        if isinstance(error, InputError):
            text = t(error.message_key, **error.params)
        else:
            text = t("error.unexpected", reference=reference)
        toast = html.Div(text, className="qx-toast qx-toast--bad", role="alert")
        set_props("toasts", {"children": [toast]})
