"""What was heard up to a cycle, read from the store."""

from __future__ import annotations

from next_evidence.brief.measure import History
from next_evidence.records import Cycle
from next_evidence.workspace.cycles import worked_out_until
from next_evidence.workspace.workspace import Workspace


def load_history(work: Workspace, cycle: Cycle) -> History:
    """Everything that shifts of ``cycle`` and of the cycles before it rest on."""
    done = worked_out_until(work, cycle, "evidence")
    store = work.store
    return History(
        cycles=tuple(done),
        heard=store.read("heard", cycle=done),
        votes=store.read("votes", known_cycle=done),
        pains=store.read("pains", cycle=done),
        daily=store.read("daily", cycle=done),
        speakers=store.read("speakers", cycle=done),
        accounts=store.accounts_as_of(cycle.end),
        contacts=store.read("contacts"),
    )
