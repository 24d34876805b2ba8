import pytest
from jinja2 import FileSystemLoader

from next_evidence.assets import packaged
from next_evidence.brief.templates import Templates


@pytest.fixture(scope="session")
def templates() -> Templates:
    """The shipped templates alone."""
    return Templates(FileSystemLoader(packaged("templates")))
