"""What tests that post to Slack share: its channel, no waiting, no charts, moments of a year."""

from datetime import UTC, datetime
from importlib.metadata import EntryPoint

from next_evidence import cycle
from next_evidence.delivery import registry, slack
from next_evidence.posting.sending import post_waiting

INSTALLED = {
    "folder": "next_evidence.delivery.folder:FolderDelivery",
    "slack": "next_evidence.delivery.slack:SlackChannel",
}


def installed_channels(patch):
    """The folder and Slack, whatever else this machine has."""

    def points(*, group, name=None):
        return [EntryPoint(n, v, group) for n, v in INSTALLED.items() if name in (None, n)]

    patch.setattr(registry, "entry_points", points)


def posts_at_once(patch):
    """Slack beside the folder, with a token; nobody waits, and no chart is drawn: tests/delivery posts charts."""
    installed_channels(patch)
    for waits in (slack.SlackChannel.__init__, post_waiting):
        patch.setitem(waits.__kwdefaults__, "sleep", lambda seconds: None)
    patch.setattr(cycle, "draw_charts", lambda brief: ())
    patch.setenv("SLACK_TEST_TOKEN", "t")


def on(day, hour=9):
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
