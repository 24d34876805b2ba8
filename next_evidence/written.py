"""Finds a brief that was written, for reading it again."""

from __future__ import annotations

from next_evidence.errors import UsageError
from next_evidence.records import Cycle
from next_evidence.workspace.workspace import Workspace

FORMS = {
    "md": "brief.md",
    "html": "brief.html",
    "slack": "brief.slack.json",
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
        raise UsageError(f"no form {form!r}; there are: {', '.join(FORMS)}")
    done = [found.name for found in work.cycles()]
    if not done:
        raise UsageError("no cycle was reported yet; `next-evidence run` writes the briefs")
    try:
        chosen = done[-1] if cycle is None else Cycle.parse(cycle).name
    except ValueError as error:
        raise UsageError(str(error)) from None
    if chosen not in done:
        raise UsageError(f"no report for {chosen}; there are: {done[0]} to {done[-1]}")
    rows = work.store.read("briefs", cycle=chosen)
    by_persona: dict[str, str] = {
        row["persona_id"]: row["path"] for row in rows.to_dicts() if row["path"]
    }
    if persona_id is None:
        if not by_persona:
            raise UsageError(f"nothing was written for {chosen}")
        folder = (work.paths.root / next(iter(by_persona.values()))).parent.parent
        path = folder / FORMS[form].replace("brief.", "index.")
    elif persona_id in by_persona:
        path = (work.paths.root / by_persona[persona_id]).parent / FORMS[form]
    else:
        raise UsageError(
            f"no brief on {persona_id!r} in {chosen}; there are: {', '.join(sorted(by_persona)) or 'none'}"
        )
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise UsageError(
            f"the files of {chosen} are gone; `next-evidence run --since {chosen} --until {chosen} --force` "
            "writes them again"
        ) from None
