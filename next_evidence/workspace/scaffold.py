"""Makes a workspace: recognises a folder of exports and writes commented settings that read it."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from next_evidence.errors import UsageError
from next_evidence.workspace.paths import PRIVATE_FOLDER, SETTINGS_FILE, WorkspacePaths

_LOOKED_AT = 200  # files, or rows of a file, that are looked at to recognise a company's own domain
_TRANSCRIPTS = (".vtt", ".srt", ".json", ".txt")


@dataclass(frozen=True)
class FoundSource:
    """Something in the folder that a connector reads. ``what`` says it in a reader's words."""

    name: str
    connector: str
    option: str
    path: Path
    what: str


@dataclass(frozen=True)
class Scaffold:
    """What `make_workspace` did: the settings it wrote and what they rest on."""

    paths: WorkspacePaths
    sources: tuple[FoundSource, ...]
    domains: tuple[str, ...]
    personas: int
    unknown: tuple[str, ...]


def recognise(folder: Path) -> tuple[tuple[FoundSource, ...], tuple[str, ...]]:
    """The sources in a folder of exports, and the names of what was not recognised."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    if (folder / "raw").is_dir() and not _sources_in(folder):
        folder = folder / "raw"
    found = _sources_in(folder)
    known = {source.path.name for source in found} | {
        "persona_library",
        "raw",
        "truth",
        "README.md",
    }
    unknown = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in known and path.name[0] not in "._"
    )
    return tuple(found), tuple(unknown)


def _sources_in(folder: Path) -> list[FoundSource]:
    found = []
    for name, connector, what in (
        ("accounts", "accounts_csv", "accounts"),
        ("contacts", "contacts_csv", "contacts"),
    ):
        if (folder / f"{name}.csv").is_file():
            found.append(FoundSource(name, connector, "file", folder / f"{name}.csv", what))
    for name in ("calls", "transcripts"):
        path = folder / name
        if path.is_dir() and any(child.suffix.lower() in _TRANSCRIPTS for child in path.iterdir()):
            found.append(FoundSource(name, "transcripts", "folder", path, "call transcripts"))
    for name, connector, suffix, what in (
        ("tickets", "tickets_jsonl", ".jsonl", "tickets"),
        ("surveys", "surveys_csv", ".csv", "survey answers"),
        ("reviews", "reviews_csv", ".csv", "reviews"),
    ):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            found.append(FoundSource(name, connector, "file", path, what))
    for name in ("onboarding_notes", "notes"):
        path = folder / name
        if path.is_dir() and any(child.suffix.lower() == ".md" for child in path.iterdir()):
            found.append(FoundSource(name, "notes_markdown", "folder", path, "onboarding notes"))
    for path in sorted(folder.glob("conversations*.jsonl")):
        name = path.stem.lower().replace(" ", "-").replace(".", "-")
        found.append(FoundSource(name, "conversations_jsonl", "file", path, "conversations"))
    return found


def own_domains(sources: tuple[FoundSource, ...]) -> tuple[str, ...]:
    """E-mail domains of the company itself, from participants that its exports call internal."""
    counts: Counter[str] = Counter()
    for source in sources:
        if source.connector == "transcripts":
            for path in sorted(source.path.glob("*.json"))[:_LOOKED_AT]:
                counts.update(_internal_domains(_json_or_none(path.read_bytes())))
        elif source.connector == "tickets_jsonl":
            with source.path.open("rb") as lines:
                for _, line in zip(range(_LOOKED_AT), lines, strict=False):
                    counts.update(_agent_domains(_json_or_none(line)))
    enough = max(1, sum(counts.values()) // 10)
    return tuple(sorted(domain for domain, count in counts.items() if count >= enough))


def _json_or_none(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        return None  # the connector reports it, with file and line, when it is pulled


def _internal_domains(meta: object) -> Iterator[str]:
    people = meta.get("participants") if isinstance(meta, dict) else None
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict) and person.get("internal") is True:
            yield from _domain(person.get("email"))


def _agent_domains(ticket: object) -> Iterator[str]:
    comments = ticket.get("comments") if isinstance(ticket, dict) else None
    for comment in comments if isinstance(comments, list) else []:
        author = comment.get("author") if isinstance(comment, dict) else None
        if isinstance(author, dict) and author.get("role") in ("agent", "admin"):
            yield from _domain(author.get("email"))


def _domain(email: object) -> Iterator[str]:
    if isinstance(email, str) and "@" in email:
        yield email.rsplit("@", 1)[1].strip().lower()


def make_workspace(folder: Path, exports: Path | None, starter: Path, *, company: str) -> Scaffold:
    """Make ``folder`` a workspace that reads ``exports``; what is there already is kept.

    Parameters
    ----------
    exports
        A folder of ordinary exports; None: the settings name no sources yet.
    starter
        Folder of the shipped persona documents, copied when the team has none.

    Raises
    ------
    UsageError
        ``folder`` is a workspace already, or ``exports`` holds nothing that a connector reads.
    """
    paths = WorkspacePaths(folder.resolve())
    if paths.settings.exists():
        raise UsageError(f"{folder} is a workspace already: {SETTINGS_FILE} is kept as it is")
    sources: tuple[FoundSource, ...] = ()
    unknown: tuple[str, ...] = ()
    if exports is not None:
        sources, unknown = recognise(exports)
        if not sources:
            raise UsageError(
                f"{exports} holds nothing that is recognised; expected one of: calls/, tickets.jsonl, "
                "surveys.csv, reviews.csv, onboarding_notes/, conversations*.jsonl, accounts.csv, contacts.csv"
            )
    folder.mkdir(parents=True, exist_ok=True)
    domains = own_domains(sources)
    personas = _place_personas(paths.root / "persona_library", exports, starter)
    (paths.root / ".gitignore").touch()
    ignored = (paths.root / ".gitignore").read_text(encoding="utf-8").splitlines()
    if f"{PRIVATE_FOLDER}/" not in ignored:
        with (paths.root / ".gitignore").open("a", encoding="utf-8") as handle:
            handle.write(f"{PRIVATE_FOLDER}/\n")
    text = settings_text(paths.root, sources, domains, company=company)
    partial = paths.settings.with_suffix(".yaml.partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, paths.settings)
    return Scaffold(paths, sources, domains, personas, unknown)


def _place_personas(library: Path, exports: Path | None, starter: Path) -> int:
    """Copy the team's documents that lie beside the exports, else the starter set; return how many there are."""
    library.mkdir(exist_ok=True)
    if not any(library.glob("*.y*ml")):
        candidates = (
            []
            if exports is None
            else [exports / "persona_library", exports.resolve().parent / "persona_library"]
        )
        chosen = next(
            (c for c in candidates if c.is_dir() and c.resolve() != library.resolve()), starter
        )
        for path in sorted(chosen.glob("*.y*ml")):
            shutil.copyfile(path, library / path.name)
        if chosen == starter and (starter / "README.md").is_file():
            shutil.copyfile(starter / "README.md", library / "README.md")
    return len([path for path in library.glob("*.y*ml") if not path.name.startswith(".")])


def settings_text(
    root: Path, sources: tuple[FoundSource, ...], domains: tuple[str, ...], *, company: str
) -> str:
    """The commented settings file of a new workspace."""
    lines = [
        "# Settings of this Next Evidence workspace. Every key: docs/settings.md.",
        "# Secrets never stand here: name an environment variable instead.",
        "",
        "company:",
        f"  name: {_word(company)}",
        "  # Whoever writes from these domains is an employee: their words are never evidence.",
        f"  domains: [{', '.join(_word(domain) for domain in domains)}]",
        "",
        "cadence: monthly            # weekly | monthly | quarterly",
        "persona_library: persona_library",
        "",
        "# Where customers speak, and who they are.",
    ]
    if sources:
        lines.append("sources:")
        for source in sources:
            lines.append(f"  - name: {source.name}               # {source.what}".rstrip())
            lines.append(f"    connector: {source.connector}")
            lines.append(f"    options: {{{source.option}: {_word(_relative(source.path, root))}}}")
    else:
        lines += [
            "sources: []",
            "#  - name: calls",
            "#    connector: transcripts",
            "#    options: {folder: exports/calls}",
        ]
    lines += [
        "",
        "# The bar that a shift must pass to be sent. `next-evidence export shifts` keeps every reason.",
        "gate:",
        "  min_accounts: 15          # accounts heard before a persona's shifts count",
        "  min_raising: 5            # accounts that must raise a pain before its rise counts",
        "  min_change: 0.10          # smallest change of a share that matters",
        "  min_sources: 2            # kinds of place where it must have been raised",
        "  false_discovery_rate: 0.10",
        "",
        "# How sure a match must be before it counts.",
        "matching:",
        "  accept_at: 0.5",
        "",
        "# Where briefs go. `folder` needs no account; docs/delivery.md says how to set up Slack and e-mail.",
        "deliveries:",
        "  - use: folder",
        "    options: {path: briefs}",
        "",
    ]
    return "\n".join(lines)


def _relative(path: Path, root: Path) -> str:
    """The path as settings write it: relative inside the workspace, absolute outside."""
    path = path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _word(text: str) -> str:
    """A YAML scalar for any text, quoted where YAML needs it."""
    dumped = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10_000)
    return dumped.strip()[1:-1]
