"""Shipped templates, and a workspace's own where it has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import BaseLoader, ChoiceLoader, Environment, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from next_evidence.brief import escape, words
from next_evidence.errors import TemplateError
from next_evidence.schemas import FALLS

_FILTERS = {
    name: getattr(words, name)
    for name in [
        "percent",
        "interval",
        "points",
        "points_between",
        "money",
        "day",
        "cycle_name",
        "cycle_short",
        "cycle_days",
        "period",
        "number",
        "counted",
        "listed",
        "ordinal",
        "sentence",
        "first_sentence",
        "kind_name",
        "segment_name",
    ]
} | {
    "md": escape.markdown,
    "href": escape.href,
    "moment": escape.moment,
    "mrkdwn": escape.mrkdwn,
    "clipped": escape.clipped,
}

# What a template can do wrong while it runs, beside what Jinja itself names.
_MISTAKES = (
    jinja2.TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)


class Templates:
    """Renders templates by name; one of the workspace that fails is reported and the shipped one is used.

    Parameters
    ----------
    shipped
        Loader of the templates that come with the package.
    own
        Loader of the workspace's templates; a file there overrides the shipped one of the same name.
    """

    def __init__(self, shipped: BaseLoader, own: BaseLoader | None = None) -> None:
        self._shipped = _environments(shipped)
        self._own = _environments(ChoiceLoader([own, shipped])) if own is not None else None

    def render(self, name: str, values: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        """The template's text, and what was wrong with the workspace's own.

        Raises
        ------
        TemplateError
            The shipped template fails: the installation is damaged, or it was edited.
        """
        problems: tuple[str, ...] = ()
        if self._own is not None:
            try:
                return _render(self._own, name, values), ()
            except _MISTAKES as error:
                problems = (
                    f"{_place(error, name)}: {_reason(error)}; the shipped template was used",
                )
        return self.shipped(name, values), problems

    def shipped(self, name: str, values: Mapping[str, Any]) -> str:
        """The shipped template's text, whatever the workspace has; `TemplateError` as in `render`."""
        try:
            return _render(self._shipped, name, values)
        except _MISTAKES as error:
            raise TemplateError(f"{_place(error, name)}: {_reason(error)}") from error


def _environments(loader: BaseLoader) -> dict[bool, Environment]:
    """One environment that escapes HTML and one that does not.

    Two, because a macro escapes as its own file was compiled: shared macros must be compiled for each.
    """
    found: dict[bool, Environment] = {}
    for escapes in (True, False):
        environment = SandboxedEnvironment(
            loader=loader,
            autoescape=escapes,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.do"],
            auto_reload=False,
        )
        environment.filters |= _FILTERS
        environment.globals |= {
            "interval": words.interval,
            "points_between": words.points_between,
            "FALLS": FALLS,
        }
        found[escapes] = environment
    return found


def _render(environments: Mapping[bool, Environment], name: str, values: Mapping[str, Any]) -> str:
    return environments[".html" in name].get_template(name).render(**values)


def _place(error: BaseException, name: str) -> str:
    """File and line, as far as Jinja tells: of a syntax error, else of the innermost template frame."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.name or name}, line {error.lineno}"
    place = name
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2") or trace.tb_frame.f_globals.get("__name__") == "<template>":
            place = f"{file.replace(chr(92), '/').rsplit('/', 1)[-1]}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _reason(error: BaseException) -> str:
    """What went wrong, without values that a template was given: they may be customers' words."""
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template {error.name}"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.message or "this is not valid Jinja"
    if isinstance(error, jinja2.UndefinedError):
        return error.message or "a name is not defined"
    return f"it cannot be rendered ({type(error).__name__})"
