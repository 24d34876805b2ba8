"""Settings and fixtures that more than one folder of tests uses."""

import pytest
from hypothesis import settings

# timing belongs in benchmarks/: a slow machine must not fail a test
settings.register_profile("next-evidence", deadline=None)
settings.load_profile("next-evidence")


@pytest.fixture
def encoder(monkeypatch):
    """What every workspace of a test encodes with."""
    from tests.firm import small_models  # most tests need no firm

    return small_models(monkeypatch)


@pytest.fixture
def firm(tmp_path, encoder):
    """A firm whose year is not worked out yet."""
    from tests.firm import new_firm

    return new_firm(tmp_path)
