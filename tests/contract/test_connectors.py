"""Every shipped connector keeps the contract, and each check of the contract catches a planted bug."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from next_evidence.records import Account, Contact, Conversation, Participant, Rejection, Turn
from next_evidence.settings import SourceSettings
from next_evidence.sources.protocol import Page
from next_evidence.sources.registry import available, connect
from next_evidence.testing.connector_checks import UNTIL, ContractBroken, yield_checks
from next_evidence.testing.fakes import ListedConnector

PLANTED = ("zebrafinch", "quillback", "norma@umber.example")
WRONG = "zebrafinch said quillback to norma@umber.example"
AT = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three, so that a small source has several."""
    import next_evidence_connectors._paging as paging

    monkeypatch.setattr(paging, "CONVERSATIONS_A_PAGE", 3)
    monkeypatch.setattr(paging, "RECORDS_A_PAGE", 3)
    monkeypatch.setattr(paging, "REJECTIONS_A_PAGE", 3)


def _calls(folder: Path) -> dict[str, str]:
    for number in range(7):
        (folder / f"2026-10-0{number + 1}_call.vtt").write_text(
            f"WEBVTT\n\n00:01.000 --> 00:04.000\nOmar Varga: The export number {number} timed out again.\n"
        )
    (folder / "2026-10-09_latin.vtt").write_bytes(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nJosé Núñez: Ça va.\n".encode("cp1252")
    )
    (folder / "undated.vtt").write_text(
        f"WEBVTT\n\n00:01.000 --> 00:04.000\nNorma Quillback: {WRONG}\n"
    )
    (folder / "2026-10-10_broken.json").write_text(f'{{"id": "{WRONG}')
    (folder / "2026-10-11_other.json").write_text(json.dumps({"said": WRONG}))
    return {"folder": folder.name}


def _tickets(folder: Path) -> dict[str, str]:
    comment = {
        "author": {"email": "omar@acme.example", "role": "end-user"},
        "public": True,
        "body": "The import of last night never came.",
    }
    rows = [
        {"id": n, "created_at": "2026-10-02T09:00:00Z", "comments": [comment]} for n in range(8)
    ]
    wrong = [{"id": 9, "created_at": WRONG, "comments": [{"body": WRONG}]}, {"subject": WRONG}]
    text = "\n".join(json.dumps(row) for row in (*rows[:5], *wrong, *rows[5:]))
    (folder / "tickets.jsonl").write_text(f'{text}\n[1]\n{{"id": 10, "body": "{WRONG}')
    return {"file": f"{folder.name}/tickets.jsonl"}


def _surveys(folder: Path) -> dict[str, str]:
    rows = [
        f"R{n // 2},2026-10-02,acme,The dashboard number {n} is slow to load" for n in range(12)
    ]
    wrong = [
        f",2026-10-02,acme,{WRONG}",
        f"R90,{WRONG},acme,x",
        f"R91,03/04/2026,acme,{WRONG}",
        f'R92,2026-10-02,acme,"{WRONG}',
    ]
    (folder / "surveys.csv").write_text(
        "\n".join(
            [
                "response_id,submitted_at,account_id,answer",
                *rows[:5],
                *wrong[:3],
                *rows[5:],
                wrong[3],
            ]
        )
    )
    return {"file": f"{folder.name}/surveys.csv"}


def _reviews(folder: Path) -> dict[str, str]:
    rows = [f"RE{n},2026-10-02,The mobile version number {n} is unusable" for n in range(8)]
    (folder / "reviews.csv").write_text(
        "\n".join(
            [
                "review_id,published_at,body",
                *rows,
                f"RE9,{WRONG},{WRONG}",
                f"RE1,2026-10-02,{WRONG}",
                "",
            ]
        )
    )
    return {"file": f"{folder.name}/reviews.csv"}


def _notes(folder: Path) -> dict[str, str]:
    for number in range(7):
        (folder / f"note{number}.md").write_text(
            f"---\ndate: 2026-10-02\nauthor: Mira\n---\nThey keep {number} spreadsheets beside the tool.\n"
        )
    (folder / "undated.md").write_text(f"---\nauthor: {WRONG}\n---\n{WRONG}\n")
    (folder / "wrong.md").write_text(f"---\ndate: {WRONG}\n---\n{WRONG}\n")
    (folder / "yaml.md").write_text(f"---\ndate: [{WRONG}\n---\n{WRONG}\n")
    return {"folder": folder.name}


def _conversations(folder: Path) -> dict[str, str]:
    rows = [
        {"id": f"c-{n}", "kind": "call", "started_at": "2026-10-02", "participants": [{"id": "p", "side": "customer"}],
         "turns": [{"speaker": "p", "text": f"Report {n} takes me the whole of Monday."}]}
        for n in range(8)
    ]  # fmt: skip
    wrong = [
        {**rows[0], "kind": WRONG},
        {**rows[0], "turns": WRONG},
        {**rows[0], "started_at": WRONG},
        {WRONG: WRONG},
    ]
    (folder / "c.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in (*rows[:4], *wrong, *rows[4:]))
    )
    return {"file": f"{folder.name}/c.jsonl"}


def _accounts(folder: Path) -> dict[str, str]:
    rows = [f"A{n},Account {n},{n}000" for n in range(8)]
    (folder / "accounts.csv").write_text(
        "\n".join(
            ["account_id,name,arr", *rows, f"A1,{WRONG},5", f"A9,Umber,{WRONG}", f",{WRONG},1", ""]
        )
    )
    return {"file": f"{folder.name}/accounts.csv"}


def _contacts(folder: Path) -> dict[str, str]:
    rows = [f"C{n},acme,Person {n},p{n}@acme.example" for n in range(8)]
    (folder / "contacts.csv").write_text(
        "\n".join(
            ["contact_id,account_id,name,email", *rows, f"C1,acme,{WRONG},", f",acme,{WRONG},", ""]
        )
    )
    return {"file": f"{folder.name}/contacts.csv"}


SOURCES: dict[str, Callable[[Path], dict[str, str]]] = {
    "transcripts": _calls,
    "tickets_jsonl": _tickets,
    "surveys_csv": _surveys,
    "reviews_csv": _reviews,
    "notes_markdown": _notes,
    "conversations_jsonl": _conversations,
    "accounts_csv": _accounts,
    "contacts_csv": _contacts,
}
CHECKS = [name for name, _ in yield_checks(ListedConnector)]


def test_every_shipped_connector_is_checked() -> None:
    shipped = {
        name
        for name, entry in available().items()
        if entry.value.startswith("next_evidence_connectors")
    }

    assert shipped == set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("check", CHECKS)
def test_shipped_connectors_keep_the_contract(name: str, check: str, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    source = SourceSettings(name="here", connector=name, options=SOURCES[name](folder))

    checks = dict(yield_checks(lambda: connect(source, root=tmp_path), planted=PLANTED))

    checks[check]()


@pytest.mark.parametrize("name", SOURCES)
def test_the_checked_sources_have_several_pages_and_rejections(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    source = SourceSettings(name="here", connector=name, options=SOURCES[name](folder))

    pages = list(connect(source, root=tmp_path).pull(since=None, until=UNTIL))

    assert len(pages) >= 3
    assert sum(len(page.rejected) for page in pages) >= 2


GOOD = Conversation(
    conversation_id="c-1",
    kind="call",
    started_at=AT,
    participants=(Participant("p", side="customer", email="omar@acme.example"),),
    turns=(Turn("p", "The export times out every single Monday.", AT),),
    origin="raw/calls.vtt:1",
)
GOOD_PAGES = (
    Page("", conversations=(GOOD,)),
    Page(
        "",
        conversations=(replace(GOOD, conversation_id="c-2"),),
        rejected=(Rejection("raw/a.csv", 3, "no id"),),
    ),
    Page("", accounts=(Account("acme", arr=1.0),), contacts=(Contact("C1", "acme"),)),
)


class Forgetful(ListedConnector):
    """Resumes one page too far."""

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        return super().pull(since=None if since is None else str(int(since) + 1), until=until)


class Repeating(ListedConnector):
    """Gives its last page again and again."""

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        last = str(len(self.pages) - 1)
        return super().pull(since=last if since == str(len(self.pages)) else since, until=until)


class Remembering(ListedConnector):
    """Keeps its own cursor."""

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        pages = list(super().pull(since=since, until=until))
        seen, self.seen = getattr(self, "seen", 0), len(pages)
        yield from pages[seen:]


class Directory(ListedConnector):
    """Says that it gives accounts only."""

    directory = True


class Untold(ListedConnector):
    """Does not say what it gives."""

    directory = None  # type: ignore[assignment]


class Numbered(ListedConnector):
    """Its cursors are numbers."""

    def pull(self, *, since: str | None, until: datetime) -> Iterator[Page]:
        for page in super().pull(since=since, until=until):
            yield replace(page, cursor=int(page.cursor))  # type: ignore[arg-type]


def _with(**changes: object) -> Callable[[], ListedConnector]:
    return lambda: ListedConnector(Page("", conversations=(replace(GOOD, **changes),)))  # type: ignore[arg-type]


def _rejecting(*rejections: Rejection) -> Callable[[], ListedConnector]:
    return lambda: ListedConnector(Page("", conversations=(GOOD,), rejected=rejections))


BUGS: list[tuple[str, str, Callable[[], ListedConnector]]] = [
    ("no page", "pages_are_pages", ListedConnector),
    ("lists", "pages_are_pages", lambda: ListedConnector(Page("", conversations=[GOOD]))),  # type: ignore[arg-type]
    ("cursor is a number", "cursor_is_text", lambda: Numbered(*GOOD_PAGES)),
    ("skips a page", "resuming_loses_nothing", lambda: Forgetful(*GOOD_PAGES)),
    ("never ends", "pulling_twice_gives_nothing_new", lambda: Repeating(*GOOD_PAGES)),
    ("keeps a cursor", "holds_no_state", lambda: Remembering(*GOOD_PAGES)),
    ("directory with calls", "directory_gives_no_conversations", lambda: Directory(*GOOD_PAGES)),
    ("directory untold", "directory_gives_no_conversations", lambda: Untold(*GOOD_PAGES)),
    ("no id", "rows_are_valid", _with(conversation_id=" ")),
    ("wrong kind", "rows_are_valid", _with(kind="meeting")),
    ("no zone", "rows_are_valid", _with(started_at=AT.replace(tzinfo=None))),
    ("other zone", "rows_are_valid", _with(started_at=AT.astimezone(timezone(timedelta(hours=2))))),
    ("no origin", "rows_are_valid", _with(origin="")),
    ("stranger", "rows_are_valid", _with(turns=(Turn("q", "Hello"),))),
    ("silence", "rows_are_valid", _with(turns=(Turn("p", " "),))),
    ("naive turn", "rows_are_valid", _with(turns=(Turn("p", "Hello", AT.replace(tzinfo=None)),))),
    ("NUL", "rows_are_valid", _with(turns=(Turn("p", "a\x00b"),))),
    ("half a character", "rows_are_valid", _with(turns=(Turn("p", "\ud800"),))),
    ("same key twice", "rows_are_valid", _with(participants=(Participant("p"), Participant("p")))),
    ("wrong side", "rows_are_valid", _with(participants=(Participant("p", side="vendor"),))),  # type: ignore[arg-type]
    ("account without id", "rows_are_valid", lambda: ListedConnector(Page("", accounts=(Account(""),)))),
    ("negative revenue", "rows_are_valid", lambda: ListedConnector(Page("", accounts=(Account("a", arr=-1.0),)))),
    ("currency", "rows_are_valid", lambda: ListedConnector(Page("", accounts=(Account("a", currency="$"),)))),
    ("contact without id", "rows_are_valid", lambda: ListedConnector(Page("", contacts=(Contact("", "a"),)))),
    ("no file", "rejections_say_where", _rejecting(Rejection("", 1, "no id"))),
    ("absolute path", "rejections_say_where", _rejecting(Rejection("/srv/raw/a.csv", 1, "no id"))),
    ("negative line", "rejections_say_where", _rejecting(Rejection("a.csv", -1, "no id"))),
    ("no reason", "rejections_say_where", _rejecting(Rejection("a.csv", 1, " "))),
    ("reason of two lines", "rejections_say_where", _rejecting(Rejection("a.csv", 1, "no id\nhere"))),
    ("planted word", "rejections_hold_no_customer_words", _rejecting(Rejection("a.csv", 1, "bad date 'Zebrafinch'"))),
    ("quotes a turn", "rejections_hold_no_customer_words", _rejecting(Rejection("a.csv", 1, f"bad row: {GOOD.turns[0].text}"))),
    ("quotes an address", "rejections_hold_no_customer_words", _rejecting(Rejection("a.csv", 1, "twice: omar@acme.example"))),
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_connector_passes_every_check(check: str) -> None:
    dict(yield_checks(lambda: ListedConnector(*GOOD_PAGES), planted=PLANTED))[check]()


@pytest.mark.parametrize(("bug", "check", "make"), BUGS, ids=[bug for bug, _, _ in BUGS])
def test_each_check_catches_its_planted_bug(
    bug: str, check: str, make: Callable[[], ListedConnector]
) -> None:
    checks = dict(yield_checks(make, planted=PLANTED))

    with pytest.raises(ContractBroken):
        checks[check]()


def test_every_check_has_a_planted_bug() -> None:
    assert {check for _, check, _ in BUGS} == set(CHECKS)
