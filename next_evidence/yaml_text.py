"""YAML as people write it: scalars stay words, and every value knows its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_NULLS = {"", "~", "null", "Null", "NULL"}
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class YamlText:
    """A parsed document. ``lines`` maps the path of a key, such as ``("gate", "min_accounts")``, to its line."""

    value: Any
    lines: dict[tuple[str | int, ...], int]
    problems: tuple[str, ...]

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """1-based line of a path, or of the nearest parent that the text has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(text: str) -> YamlText:
    """Read one YAML document without guessing types.

    ``1099`` and ``No`` stay the words that were typed (YAML 1.1 would make a number and a boolean of
    them); whoever validates the value turns words into numbers where numbers belong. Broken YAML and keys
    given twice become ``problems`` with their line, never with the line's text.
    """
    problems: list[str] = []
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "line 1"
        return YamlText(None, lines, (f"{where}: this is not valid YAML",))
    except yaml.YAMLError:
        return YamlText(None, lines, ("this is not valid YAML (a character that YAML forbids)",))
    value = None if node is None else _value(node, (), lines, problems, frozenset())
    return YamlText(value, lines, tuple(problems))


def _value(
    node: yaml.Node,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    problems: list[str],
    above: frozenset[int],
) -> Any:
    lines[path] = node.start_mark.line + 1
    if id(node) in above:
        problems.append(f"line {node.start_mark.line + 1}: an anchor that holds itself")
        return None
    above = above | {id(node)}
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(f"line {line}: a key must be a word")
                continue
            key = str(key_node.value)
            if key in found:
                problems.append(f"line {line}: a key is given twice")
            found[key] = _value(value_node, (*path, key), lines, problems, above)
            lines[(*path, key)] = line
        return found
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(child, (*path, index), lines, problems, above)
            for index, child in enumerate(node.value)
        ]
    quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
    return None if not quoted and node.value in _NULLS else node.value


def validate(model: type[Model], document: YamlText) -> tuple[Model | None, tuple[str, ...]]:
    """Validate a document against a strict model; return the model, or every problem at once.

    Problems name the line, the key and the rule. A wrong number is shown; a wrong word never is, since a
    mistyped key may hold a token.
    """
    if document.problems:
        return None, document.problems
    value, found = check_value(model, document.value if document.value is not None else {})
    return value, tuple(
        f"line {document.line_of(path)}: {dotted(path)}: {message}" for path, message in found
    )


def check_value(
    model: type[Model], value: Any
) -> tuple[Model | None, tuple[tuple[tuple[str | int, ...], str], ...]]:
    """Validate a parsed value; return the model, or path and message of every problem."""
    try:
        return model.model_validate(value), ()
    except ValidationError as error:
        problems = []
        for found in error.errors(include_url=False):
            given = found["input"] if isinstance(found["input"], str) else None
            shown = f" (given {given})" if given is not None and _is_number(given) else ""
            if found["type"] == "extra_forbidden":
                known = ", ".join(_known_keys(model, found["loc"][:-1]))
                message = f"unknown key{f'; known here: {known}' if known else ''}"
            else:
                message = _message(found)
            problems.append((found["loc"], f"{message}{shown}"))
        return None, tuple(problems)


def dotted(path: tuple[str | int, ...]) -> str:
    """A path as people write it."""
    return ".".join(str(part) for part in path) or "(whole document)"


def _message(found: Any) -> str:
    """Pydantic's sentence, without the value that some of its sentences repeat."""
    if found["type"] == "value_error":
        return str(found["ctx"]["error"])
    text: str = found["msg"]
    return text[:1].lower() + text[1:]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return len(text) <= 12


def _known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Keys of the (nested) model that a path leads to, as far as annotations tell."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        field = getattr(current, "model_fields", {}).get(part)
        if field is None:
            return []
        current = _model_within(field.annotation)
        if current is None:
            return []
    return sorted(field.alias or name for name, field in current.model_fields.items())


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_within(inner)
        if found is not None:
            return found
    return None
