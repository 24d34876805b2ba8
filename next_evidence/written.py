"""Finds briefs that were written, for reading them again."""

from __future__ import annotations

from pathlib import Path

from next_evidence.errors import UsageError
from next_evidence.printing import printed
from next_evidence.records import named_cycle
from next_evidence.workspace.workspace import Workspace

FORMS = {
    "md": "brief.md",
    "html": "brief.html",
    "slack": "brief.slack.json",
    "teams": "brief.teams.json",
    "json": "brief.json",
    "txt": "brief.email.txt",
}


def written_brief(work: Workspace, persona_id: str | None, cycle: str | None, form: str) -> str:
    """Text of a persona's brief, or of a cycle's page.

    Raises
    ------
    UsageError
        Nothing was written for them; the message says what there is.
    """
    if form not in FORMS:
        raise UsageError(f"no form {form!r}; there are: {', '.join(FORMS)}, pdf")
    chosen, folders = _folders(work, cycle)
    if persona_id is None:
        return _read(_cycle_file(folders, form), chosen)
    if persona_id not in folders:
        raise UsageError(
            f"no brief on {persona_id!r} in {chosen}; there are: {', '.join(sorted(folders)) or 'none'}"
        )
    return _read(folders[persona_id] / FORMS[form], chosen)


def written_pdf(work: Workspace, persona_id: str | None, cycle: str | None) -> bytes:
    """A persona's brief as PDF, or a whole cycle: the page of all personas, then each brief in its order.

    `UsageError` as in `written_brief` and `printed`.
    """
    first = written_brief(work, persona_id, cycle, "html")
    if persona_id is not None:
        return printed([first])
    chosen, folders = _folders(work, cycle)
    # the page links to the briefs in the order in which they are to be read
    order = sorted(folders, key=lambda name: (first.find(f'href="{name}/'), name))
    return printed([first, *(_read(folders[name] / FORMS["html"], chosen) for name in order)])


def _folders(work: Workspace, cycle: str | None) -> tuple[str, dict[str, Path]]:
    """The name of the cycle, by default the newest, and the folder of each persona's brief in it."""
    done = [found.name for found in work.cycles()]
    if not done:
        raise UsageError("no cycle was reported yet; `next-evidence run` writes the briefs")
    chosen = done[-1] if cycle is None else named_cycle(cycle).name
    if chosen not in done:
        raise UsageError(f"no report for {chosen}; there are: {done[0]} to {done[-1]}")
    rows = work.store.read("briefs", cycle=chosen).to_dicts()
    return chosen, {
        row["persona_id"]: (work.paths.root / row["path"]).parent for row in rows if row["path"]
    }


def _cycle_file(folders: dict[str, Path], form: str) -> Path:
    if not folders:
        raise UsageError(
            "nothing was written for this cycle: name the delivery `folder` in settings, and run it again"
        )
    return next(iter(folders.values())).parent / FORMS[form].replace("brief.", "index.")


def _read(path: Path, cycle: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise UsageError(
            f"the files of {cycle} are gone; `next-evidence run --since {cycle} --until {cycle} --force` "
            "writes them again"
        ) from None
