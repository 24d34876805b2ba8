"""Finds the files that are shipped with the package, in a wheel or a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def packaged(name: str) -> Path:
    """Path of a shipped folder or file, such as ``templates`` or ``persona_library``.

    A wheel holds them under ``_assets``; in a checkout they are the folders beside the package, so an
    edited template takes effect at once.

    Raises
    ------
    FileNotFoundError
        Neither place has it: the installation is damaged.
    """
    for place in (_PACKAGE.parent / name, _PACKAGE / "_assets" / name):
        if place.exists() and (place.parent.name == "_assets" or _is_checkout(place.parent)):
            return place
    raise FileNotFoundError(f"{name} is not shipped with this installation")


def _is_checkout(root: Path) -> bool:
    """Whether ``root`` is this project's own tree, not a folder that happens to hold the same names."""
    return (root / "pyproject.toml").is_file() and (root / "next_evidence").is_dir()
