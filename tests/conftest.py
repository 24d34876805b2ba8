"""Settings that hold for every test."""

from hypothesis import settings

# timing belongs in benchmarks/: a slow machine must not fail a test
settings.register_profile("next-evidence", deadline=None)
settings.load_profile("next-evidence")
