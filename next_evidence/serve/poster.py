"""Posts in the background what a decision released, as soon as no run is at work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from next_evidence.acting.outcomes import post_outcomes
from next_evidence.errors import NextEvidenceError, WorkspaceBusy
from next_evidence.workspace.workspace import Workspace

_AGAIN_AFTER_S = 5.0


class Poster:
    """One thread that posts when it is woken.

    Parameters
    ----------
    folder
        The workspace, opened anew each time: settings may have changed.
    tell
        Told of what could not be delivered, a line each.
    again_after_s
        How long to wait before trying again while a run is at work, in seconds.
    """

    def __init__(
        self, folder: Path, *, tell: Callable[[str], None], again_after_s: float = _AGAIN_AFTER_S
    ) -> None:
        self._folder, self._tell, self._again_after_s = folder, tell, again_after_s
        self._woken, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="poster", daemon=True)

    def start(self) -> None:
        """Begin with what was decided while nobody posted."""
        self.wake()
        self._thread.start()

    def wake(self) -> None:
        """There is something to post."""
        self._woken.set()

    def stop(self) -> None:
        """End after what is being posted now."""
        self._ends.set()
        self._woken.set()
        self._thread.join()

    def _work(self) -> None:
        while self._woken.wait() and not self._ends.is_set():
            self._woken.clear()
            try:
                with closing(Workspace.open(self._folder)) as work:
                    problems = post_outcomes(work, now=lambda: datetime.now(UTC))
            except WorkspaceBusy:
                self._woken.set()
                self._ends.wait(self._again_after_s)
            except NextEvidenceError as error:
                self._tell(str(error))
            except Exception as error:  # a thread that died unseen would post nothing ever after
                self._tell(f"nothing could be posted ({type(error).__name__})")
            else:
                for problem in problems:
                    self._tell(problem)
