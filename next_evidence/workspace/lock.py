"""One run at a time writes to a workspace."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from next_evidence.errors import WorkspaceBusy

_POLL_S = 0.05


@contextmanager
def hold(path: Path, *, patience_s: float = 0.0) -> Iterator[None]:
    """Hold the lock file for the block, after waiting for it for so many seconds at most.

    The operating system lets go of the lock when a process ends, however it ends, so a killed run never
    blocks the next one.

    Raises
    ------
    WorkspaceBusy
        Another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        patient_until = time.monotonic() + patience_s
        while not _try_lock(handle):
            if time.monotonic() >= patient_until:
                raise WorkspaceBusy(
                    "another run is writing to this workspace; try again when it has ended"
                )
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(handle)


if os.name == "nt":  # pragma: no cover - Windows only
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
