"""What commands share."""

import pytest

from next_evidence.cli.console import write_file
from next_evidence.errors import UsageError


def test_a_file_that_cannot_be_written_is_said_without_a_traceback(tmp_path):
    with pytest.raises(UsageError, match=r"brief\.pdf cannot be written \(No such file"):
        write_file(tmp_path / "missing" / "brief.pdf", b"%PDF")


def test_a_file_holds_what_was_given_byte_for_byte(tmp_path):
    write_file(tmp_path / "proposal.yaml", "größer: 1\n")

    assert (tmp_path / "proposal.yaml").read_bytes() == "größer: 1\n".encode()
