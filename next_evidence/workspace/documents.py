"""Reads personas and settings of a workspace."""

from __future__ import annotations

from pathlib import Path

from next_evidence.errors import LibraryError, SettingsError
from next_evidence.personas.library import LibraryReading, read_library
from next_evidence.settings import Settings, parse_settings
from next_evidence.workspace.paths import WorkspacePaths


def load_settings(paths: WorkspacePaths) -> Settings:
    """Read ``next_evidence.yaml``; see `read_settings`."""
    return read_settings(paths.settings)


def read_settings(path: Path) -> Settings:
    """Read a settings file.

    Raises
    ------
    SettingsError
        The file is missing, unreadable or wrong.
    """
    origin = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(origin, (f"cannot be read ({error.strerror})",)) from None
    except UnicodeDecodeError as error:
        raise SettingsError(origin, (f"is not UTF-8 text (byte {error.start})",)) from None
    return parse_settings(text, origin=origin)


def load_library(folder: Path) -> LibraryReading:
    """Read every ``*.yaml`` and ``*.yml`` of a persona library; ``revisions/`` and hidden files are left out.

    Raises
    ------
    LibraryError
        The folder is missing.
    """
    if not folder.is_dir():
        raise LibraryError(folder.name, ("the folder of persona documents does not exist",))
    texts: dict[str, str] = {}
    unreadable: list[LibraryError] = []
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name.startswith("."):
            continue
        origin = f"{folder.name}/{path.name}"
        try:
            texts[origin] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            unreadable.append(LibraryError(origin, (f"is not UTF-8 text (byte {error.start})",)))
        except OSError as error:
            unreadable.append(LibraryError(origin, (f"cannot be read ({error.strerror})",)))
    reading = read_library(texts)
    return LibraryReading(reading.library, (*unreadable, *reading.problems))
