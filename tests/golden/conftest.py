"""``pytest tests/golden --update-golden`` rewrites the approved files; read them before they are committed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

APPROVED = Path(__file__).parent / "approved"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Rewrite approved briefs.")


@pytest.fixture
def approved(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare with what a person approved; with ``--update-golden``, make this the approved one."""
    update = bool(request.config.getoption("--update-golden", default=False))

    def compare(name: str, content: bytes) -> None:
        path = APPROVED / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assert path.is_file(), f"{name} was never approved: pytest tests/golden --update-golden"
        assert content.decode("utf-8") == path.read_text(encoding="utf-8"), name

    return compare
