"""Writes the pages that follow from code: settings, tables, and the persona documents' JSON schema.

    python docs/generate.py [--check]

With ``--check`` nothing is written; exit code 1 when a page is not current.
"""

from __future__ import annotations

import ast
import json
import sys
import types
import typing
from pathlib import Path

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from next_evidence import schemas
from next_evidence.brief.plain import PlainBrief, PlainDigest
from next_evidence.personas.document import Persona
from next_evidence.settings import Settings
from next_evidence.workspace.workspace import EXPORTED

ROOT = Path(__file__).resolve().parent.parent


def settings_page() -> str:
    """Every key of ``next_evidence.yaml``, one table a section."""
    lines = [
        "# Settings",
        "",
        "Every key of `next_evidence.yaml`, generated from `next_evidence/settings.py` by `make docs`. A key that is",
        "not here is an error that names its line. Secrets never stand in the file: name an environment variable.",
        "",
    ]
    sections: list[tuple[str, type[BaseModel]]] = [("(top level)", Settings)]
    while sections:
        path, model = sections.pop(0)
        lines += [
            f"## {path}",
            "",
            _first_line(model),
            "",
            "| key | type | default | what |",
            "| --- | --- | --- | --- |",
        ]
        for name, field in model.model_fields.items():
            inner = _model_in(field.annotation)
            if inner is not None:
                prefix = "" if path == "(top level)" else f"{path}."
                sections.append((f"{prefix}{name}", inner))
            lines.append(
                f"| `{name}` | {_type(field)} | {_default(field)} | {field.description or ''} |"
            )
        lines.append("")
    return "\n".join(lines)


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in typing.get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _type(field: FieldInfo) -> str:
    bounds = []
    for rule in field.metadata:
        for sign, name in ((">=", "ge"), (">", "gt"), ("<=", "le"), ("<", "lt")):
            if getattr(rule, name, None) is not None:
                bounds.append(f"{sign} {getattr(rule, name):g}")
    return " ".join([_words(field.annotation), ", ".join(bounds)]).strip()


def _words(annotation: object) -> str:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _words(inner[0])
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in (tuple, list):
        return f"list of {_words(inner[0])}"
    if origin is dict:
        return f"mapping of {_words(inner[1])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_words(part) for part in inner if part is not type(None)) + ", or empty"
    names = {str: "text", int: "whole number", float: "number", bool: "yes or no"}
    if isinstance(annotation, type):
        return names.get(
            annotation, "section" if issubclass(annotation, BaseModel) else annotation.__name__
        )
    return "anything"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, tuple) and any(isinstance(part, BaseModel) for part in value):
        return "; ".join(f"`{part.model_dump(exclude_defaults=True)}`" for part in value)
    if value is None or value in ("", (), {}):
        return "empty"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


def tables_page() -> str:
    """Columns of every exported table, with the comments that declare them."""
    comments = _column_comments()
    lines = [
        "# Tables",
        "",
        "What `next-evidence export TABLE [--cycle C] [--format jsonl|csv|parquet]` gives, generated from",
        "`next_evidence/schemas.py` by `make docs`. Names and types are stable: columns are added, never renamed.",
        "Shares and probabilities are 0 to 1, moments are UTC, `cycle` is `2026-10`, `2026-W40` or `2026-Q4`.",
        "In CSV a list is JSON text.",
        "",
    ]
    for table in EXPORTED:
        lines += [f"## {table}", "", "| column | type | what |", "| --- | --- | --- |"]
        for name, dtype in schemas.TABLES[table].items():
            lines.append(f"| `{name}` | {dtype} | {comments.get((table, name), '')} |")
        lines.append("")
    return "\n".join(lines)


def _column_comments() -> dict[tuple[str, str], str]:
    """(table, column) to the comment behind its declaration, or on the line above it."""
    path = ROOT / "next_evidence" / "schemas.py"
    source = path.read_text(encoding="utf-8").splitlines()
    found = {}
    for node in ast.parse("\n".join(source)).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Name) or not node.value.args:
            continue
        declared = node.value.args[0]
        for key in declared.keys if isinstance(declared, ast.Dict) else []:
            if isinstance(key, ast.Constant):
                line, above = source[key.lineno - 1], source[key.lineno - 2].strip()
                comment = (
                    line.split("  # ", 1)[1]
                    if "  # " in line
                    else above[2:]
                    if above.startswith("# ")
                    else ""
                )
                found[target.id.lower(), str(key.value)] = comment
    return found


def persona_schema() -> str:
    """JSON schema of a persona document, for editors."""
    schema = Persona.model_json_schema()
    return (
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2)
        + "\n"
    )


def plain_schema(plain: type) -> str:
    """JSON schema of what a webhook is sent, and what ``brief --format json`` prints."""
    return json.dumps(TypeAdapter(plain).json_schema(mode="serialization"), indent=1) + "\n"


PAGES = {
    "docs/brief.schema.json": lambda: plain_schema(PlainBrief),
    "docs/digest.schema.json": lambda: plain_schema(PlainDigest),
    "docs/settings.md": settings_page,
    "docs/tables.md": tables_page,
    "persona_library/persona.schema.json": persona_schema,
}


def main() -> int:
    """Write the pages, or check them."""
    stale = [
        name
        for name, make in PAGES.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != make()
    ]
    if "--check" in sys.argv[1:]:
        if stale:
            print(f"not current: {', '.join(stale)}; run `make docs`")
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
