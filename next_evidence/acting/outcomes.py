"""What decisions released or ended, posted as soon as no run is at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from next_evidence.acting.once import PATIENCE_S
from next_evidence.posting.sending import post_waiting
from next_evidence.workspace.lock import hold
from next_evidence.workspace.workspace import Workspace


def post_outcomes(
    work: Workspace,
    *,
    now: Callable[[], datetime],
    patience_s: float = PATIENCE_S,
) -> Sequence[str]:
    """Post what decisions released, and write outcomes into messages; what could not be delivered, a line each.

    Raises
    ------
    WorkspaceBusy
        A run is at work for longer than we wait. It posts the same when it ends.
    """
    with hold(work.paths.lock, patience_s=patience_s):
        return post_waiting(work, now=now).problems
