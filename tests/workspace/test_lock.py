import subprocess
import sys

import pytest

from next_evidence.errors import WorkspaceError
from next_evidence.workspace.lock import hold

HOLDER = """
import sys, time
from pathlib import Path
from next_evidence.workspace.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_and_a_killed_one_leaves_no_lock(tmp_path):
    path = tmp_path / "run.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(WorkspaceError, match="another run"), hold(path):
            pass
        other.kill()
        other.wait()

        with hold(path):
            pass
