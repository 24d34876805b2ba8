"""Files that a connector's options name, with the names that messages show."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from next_evidence.errors import SourceRefused


@dataclass(frozen=True)
class SourceFile:
    """A file and its name relative to the workspace, with ``/`` between the parts."""

    name: str
    path: Path


def files_in(folder: str, *, root: Path, suffixes: tuple[str, ...]) -> list[SourceFile]:
    """All files below ``folder`` with one of ``suffixes``, by name. Hidden files are left out.

    Raises
    ------
    SourceRefused
        There is no such folder, or it may not be read.
    """
    top = root / folder
    if not top.is_dir():
        raise SourceRefused(f"{folder}: there is no such folder in the workspace")
    found = []
    for place, folders, names in os.walk(top, onerror=_refuse(folder)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if name.startswith((".", "~$")) or not name.casefold().endswith(suffixes):
                continue
            path = Path(place, name)
            found.append(SourceFile(_shown(folder, path.relative_to(top)), path))
    return sorted(found, key=lambda file: file.name)


def files_at(
    *, file: str | None, folder: str | None, root: Path, suffixes: tuple[str, ...]
) -> list[SourceFile]:
    """The one ``file``, the files that its pattern matches, or all of ``folder``.

    Raises
    ------
    SourceRefused
        The file, or the folder of the pattern, is not there.
    """
    if file is None:
        return files_in(folder or ".", root=root, suffixes=suffixes)
    pattern = PurePosixPath(file)
    if not any(mark in file for mark in "*?["):
        path = root / file
        if not path.is_file():
            raise SourceRefused(f"{file}: there is no such file in the workspace")
        return [SourceFile(_shown(file, Path()), path)]
    if any(mark in str(pattern.parent) for mark in "*?["):
        raise SourceRefused(f"{file}: only the last part may be a pattern")
    top = root / pattern.parent
    if not top.is_dir():
        raise SourceRefused(f"{pattern.parent}: there is no such folder in the workspace")
    names = sorted(
        path.name
        for path in top.iterdir()
        if fnmatch(path.name, pattern.name)
        and not path.name.startswith((".", "~$"))
        and path.is_file()
    )
    return [SourceFile(_shown(str(pattern.parent), Path(name)), top / name) for name in names]


def name_within(folder: str, name: str) -> str:
    """A file's name below ``folder``, without its suffix: what tells it from all others there."""
    return PurePosixPath(name).relative_to(PurePosixPath(folder)).with_suffix("").as_posix()


def _shown(option: str, rest: Path) -> str:
    name = (PurePosixPath(option) / PurePosixPath(*rest.parts)).as_posix()
    return os.fsencode(name).decode("utf-8", "replace")


def _refuse(folder: str) -> Callable[[OSError], None]:
    def refuse(error: OSError) -> None:
        raise SourceRefused(f"{folder}: a folder in it cannot be read ({error.strerror})") from None

    return refuse
