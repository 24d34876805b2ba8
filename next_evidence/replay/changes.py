"""Settings with some of the keys that decide what is sent changed, checked as strictly as ``next_evidence.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from next_evidence.errors import SettingsError, UsageError
from next_evidence.personas.library import PersonaLibrary
from next_evidence.settings import Settings
from next_evidence.yaml_text import check_value, dotted, parse_yaml

TUNABLE = ("gate", "gate_overrides", "drift", "coverage")
"""Sections that only votes already stored are judged by."""

LOOKS = (
    "brief",
    "deliver",
    "deliveries",
)  # on what is sent: they say how it looks and where it goes


@dataclass(frozen=True)
class ChangedKey:
    """One key that differs, with both values as YAML would show them."""

    key: str
    then: str
    now: str


def with_changes(
    settings: Settings, assignments: Sequence[str], library: PersonaLibrary
) -> Settings:
    """The settings with each ``key=value`` put in, e.g. ``gate.min_accounts=8`` or ``gate.durability=[durable]``.

    Raises
    ------
    UsageError
        An assignment is not ``key=value``, or its section takes effect before votes are stored.
    SettingsError
        Unknown keys and wrong values, all at once.
    """
    value = settings.model_dump(mode="json")
    problems: list[str] = []
    rerun: list[str] = []
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        path = key.strip().split(".")
        if not equals or len(path) < 2 or not all(path):
            raise UsageError("--set takes SECTION.KEY=VALUE, e.g. --set gate.min_accounts=8")
        if path[0] not in TUNABLE and path[0] in Settings.model_fields:
            rerun.append(path[0])
            continue
        given = parse_yaml(text)
        problems += [f"{key.strip()}: the value is not valid YAML" for _ in given.problems[:1]]
        _put(value, path, given.value)
    if rerun:
        raise UsageError(needs_rerun(rerun))
    changed, found = check_value(Settings, value)
    problems += [f"{dotted(path)}: {message}" for path, message in found]
    problems += _unknown_personas(value, library)
    if changed is None or problems:
        raise SettingsError("--set", tuple(problems))
    return changed


def check_replayable(settings: Settings, other: Settings) -> None:
    """Refuse other settings that differ in what takes effect before votes are stored.

    Raises
    ------
    UsageError
        All such sections at once.
    """
    fixed = [name for name in Settings.model_fields if name not in (*TUNABLE, *LOOKS)]
    differing = [name for name in fixed if getattr(settings, name) != getattr(other, name)]
    if differing:
        raise UsageError(needs_rerun(differing))


def needs_rerun(sections: Sequence[str]) -> str:
    """What to do instead when these sections are to change."""
    names = ", ".join(dict.fromkeys(sections))
    return (
        f"tune replays stored votes, and {names} decides what becomes a vote: set it in next_evidence.yaml and run "
        f"`next-evidence run --since FIRST --until LAST`. What tune can change: {', '.join(TUNABLE)}"
    )


def changed_keys(then: Settings, now: Settings) -> tuple[ChangedKey, ...]:
    """Keys of the tunable sections whose values differ."""
    before, after = _flat(then), _flat(now)
    return tuple(
        ChangedKey(key, before.get(key, "not set"), after.get(key, "not set"))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    )


def _put(value: dict[str, Any], path: Sequence[str], leaf: Any) -> None:
    for part in path[:-1]:
        inner = value.get(part)
        if not isinstance(inner, dict):
            inner = value[part] = {}
        value = inner
    value[path[-1]] = leaf


def _unknown_personas(value: dict[str, Any], library: PersonaLibrary) -> list[str]:
    overrides = value.get("gate_overrides")
    named = sorted(overrides) if isinstance(overrides, dict) else []
    unknown = [name for name in named if library.get(name) is None]
    known = ", ".join(persona.id for persona in library)
    return [f"gate_overrides: no persona has this id; there are: {known}" for _ in unknown]


def _flat(settings: Settings) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(f"{prefix}.{name}", inner)
        elif value is not None:
            found[prefix] = (
                f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
            )

    for section, value in settings.model_dump(mode="json", include=set(TUNABLE)).items():
        walk(section, value)
    return found
