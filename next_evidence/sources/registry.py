"""Finds connectors: installed ones by entry point, a workspace's own by file."""

from __future__ import annotations

import importlib.util
import re
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from next_evidence.errors import SettingsError
from next_evidence.settings import SourceSettings
from next_evidence.sources.protocol import Connector

GROUP = "next_evidence.connectors"
_ORIGIN = "next_evidence.yaml"
_LOCAL = re.compile(r"(?P<path>[^:]+\.py):(?P<name>[A-Za-z_]\w*)")


def available() -> dict[str, EntryPoint]:
    """Installed connectors by name, in alphabetical order; nothing is imported."""
    return {
        entry.name: entry
        for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    }


def connect(source: SourceSettings, *, root: Path) -> Connector:
    """Make the connector of one source.

    Parameters
    ----------
    source
        Its ``connector`` is the name of an installed one, or ``connectors/acme.py:AcmeConnector`` for a
        class in a file of the workspace.
    root
        The workspace; paths in options, and such a file, are relative to it.

    Raises
    ------
    SettingsError
        There is no such connector, it cannot be imported, or its options are wrong.
    """
    where = f"sources.{source.name}"
    local = _LOCAL.fullmatch(source.connector)
    if local is not None:
        made = _local_class(root, Path(local["path"]), local["name"], where=where)
    else:
        made = _installed_class(source.connector, where=where)
    parts = [callable(getattr(made, name, None)) for name in ("from_options", "pull")]
    if not all(parts) or not isinstance(getattr(made, "directory", None), bool):
        problem = "this is no connector: it needs directory, from_options and pull"
        raise SettingsError(_ORIGIN, (f"{where}.connector: {problem}",))
    try:
        connector: Connector = made.from_options(source.options, root=root)
    except SettingsError as error:
        problems = tuple(f"{where}.options: {problem}" for problem in error.problems)
        raise SettingsError(_ORIGIN, problems) from None
    return connector


def _installed_class(name: str, *, where: str) -> Any:
    installed = available()
    if name not in installed:
        # a name is short and plain; anything else may be a token that went astray, and is not repeated
        shown = (
            f" named '{name}'" if re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", name) else " of that name"
        )
        known = ", ".join(installed) or "none"
        raise SettingsError(
            _ORIGIN, (f"{where}.connector: no connector{shown}; installed: {known}",)
        )
    try:
        return installed[name].load()
    except (ImportError, AttributeError) as error:
        problem = (
            f"connector '{name}' cannot be imported ({type(error).__name__}); is its package whole?"
        )
        raise SettingsError(_ORIGIN, (f"{where}.connector: {problem}",)) from error


def _local_class(root: Path, path: Path, name: str, *, where: str) -> Any:
    file = (root / path).resolve()
    if not file.is_relative_to(root.resolve()):
        raise SettingsError(_ORIGIN, (f"{where}.connector: the file must lie in the workspace",))
    if not file.is_file():
        raise SettingsError(
            _ORIGIN, (f"{where}.connector: there is no such file in the workspace",)
        )
    module_name = f"next_evidence_local_{file.stem}_{abs(hash(file)):x}"
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise SettingsError(_ORIGIN, (f"{where}.connector: the file is no Python module",))
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # dataclasses and pydantic look their module up
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError) as error:
        del sys.modules[module_name]
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        problem = f"{path.as_posix()} cannot be imported ({type(error).__name__}{line})"
        raise SettingsError(_ORIGIN, (f"{where}.connector: {problem}",)) from error
    if not hasattr(module, name):
        raise SettingsError(_ORIGIN, (f"{where}.connector: {path.as_posix()} has no class {name}",))
    return getattr(module, name)
