"""The pull loop: retries, impossible dates, repeated conversations."""

from datetime import UTC, datetime, timedelta

import pytest
import stamina

from next_evidence.errors import SourceRefused, SourceUnavailable
from next_evidence.records import Account, Conversation, Participant, Rejection, Turn
from next_evidence.sources.protocol import Page
from next_evidence.sources.pull import pull_source, screen
from next_evidence.testing.fakes import ListedConnector

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _call(
    ident: str,
    *,
    started_at: datetime = NOW - timedelta(days=3),
    at: datetime | None = None,
    text: str = "It is slow.",
) -> Conversation:
    return Conversation(
        ident,
        "call",
        started_at,
        (Participant("p", side="customer"),),
        (Turn("p", text, at),),
        origin="raw/c.jsonl:7",
    )


def _pull(connector: ListedConnector, *, since: str | None = None, attempts: int = 3):
    pages: list[Page] = []
    summary = pull_source(
        connector,
        source="calls",
        since=since,
        until=NOW,
        sink=pages.append,
        attempts=attempts,
        wait=timedelta(0),
    )
    return pages, summary


@pytest.fixture(autouse=True)
def _quiet_retries():
    stamina.instrumentation.set_on_retry_hooks([])
    yield
    stamina.instrumentation.set_on_retry_hooks(None)


def test_pages_reach_the_sink_in_order_and_are_counted():
    pages, summary = _pull(
        ListedConnector(
            Page("", conversations=(_call("a"), _call("b")), rejected=(Rejection("f", 1, "r"),)),
            Page("", accounts=(Account("acme"),)),
        )
    )

    assert [page.cursor for page in pages] == ["1", "2"]
    assert (
        summary.pages,
        summary.conversations,
        summary.accounts,
        summary.contacts,
        summary.rejected,
    ) == (2, 2, 1, 0, 1)
    assert summary.cursor == "2"


def test_nothing_new_keeps_the_cursor():
    pages, summary = _pull(ListedConnector(Page("")), since="1")

    assert pages == []
    assert (summary.pages, summary.cursor) == (0, "1")


def test_an_unavailable_source_is_asked_again_from_the_last_page_that_came():
    connector = ListedConnector(
        Page("", conversations=(_call("a"),)),
        Page("", conversations=(_call("b"),)),
        failures={1: [SourceUnavailable("busy"), SourceUnavailable("busy")]},
    )

    pages, summary = _pull(connector)

    assert [page.conversations[0].conversation_id for page in pages] == ["a", "b"]
    assert connector.asked == [None, "1", "1"]
    assert summary.pages == 2


def test_retries_are_bounded_and_pages_that_came_are_kept():
    connector = ListedConnector(Page(""), Page(""), failures={1: [SourceUnavailable("busy")] * 9})
    pages: list[Page] = []

    with pytest.raises(SourceUnavailable):
        pull_source(
            connector,
            source="calls",
            since=None,
            until=NOW,
            sink=pages.append,
            attempts=3,
            wait=timedelta(0),
        )

    assert len(pages) == 1
    assert len(connector.asked) == 3


def test_a_refusal_is_not_tried_again():
    connector = ListedConnector(Page(""), failures={0: [SourceRefused("no token")]})

    with pytest.raises(SourceRefused):
        _pull(connector)

    assert connector.asked == [None]


def test_a_sink_that_fails_is_not_tried_again():
    connector = ListedConnector(Page(""))

    def broken(page: Page) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        pull_source(connector, source="calls", since=None, until=NOW, sink=broken)

    assert connector.asked == [None]


@pytest.mark.parametrize(
    ("conversation", "reason"),
    [
        (_call("a", started_at=NOW + timedelta(days=2)), "dated 2026-11-03, in the future"),
        (
            _call("a", started_at=datetime(1999, 12, 31, tzinfo=UTC)),
            "dated 1999, before the year 2000",
        ),
        (_call("a", started_at=datetime(1, 1, 1, tzinfo=UTC)), "dated 0001, before"),
        (_call("a", at=NOW + timedelta(days=400)), "turn 1 is dated"),
        (_call("a", at=datetime(1970, 1, 1, tzinfo=UTC)), "turn 1 is dated 1970"),
        (_call("a", started_at=datetime(2026, 10, 1)), "without a time zone"),  # noqa: DTZ001 (the defect)
    ],
)
def test_conversations_whose_dates_cannot_be_are_rejected_where_they_stand(conversation, reason):
    pages, summary = _pull(ListedConnector(Page("", conversations=(_call("b"), conversation))))

    assert [row.conversation_id for row in pages[0].conversations] == ["b"]
    (rejection,) = pages[0].rejected
    assert (rejection.file, rejection.line) == ("raw/c.jsonl", 7)
    assert reason in rejection.reason
    assert (summary.conversations, summary.rejected) == (1, 1)


@pytest.mark.parametrize(
    "started_at",
    [NOW, NOW + timedelta(hours=14), NOW + timedelta(days=1), datetime(2000, 1, 1, tzinfo=UTC)],
)
def test_local_times_ahead_of_utc_and_old_dates_count(started_at):
    assert (
        len(
            screen(
                Page("", conversations=(_call("a", started_at=started_at),)), until=NOW
            ).conversations
        )
        == 1
    )


def test_of_a_conversation_given_twice_in_a_page_the_last_counts():
    page = Page("", conversations=(_call("a", text="old"), _call("b"), _call("a", text="new")))

    kept = screen(page, until=NOW).conversations

    assert [(row.conversation_id, row.turns[0].text) for row in kept] == [
        ("b", "It is slow."),
        ("a", "new"),
    ]


def test_an_origin_without_a_line_is_the_file_as_a_whole():
    from dataclasses import replace

    odd = [
        replace(_call("a", started_at=NOW + timedelta(days=9)), origin=origin)
        for origin in ("c.jsonl", "", "a:b")
    ]

    rejected = [screen(Page("", conversations=(row,)), until=NOW).rejected[0] for row in odd]

    assert [(row.file, row.line) for row in rejected] == [
        ("c.jsonl", 0),
        ("(unknown file)", 0),
        ("a:b", 0),
    ]
