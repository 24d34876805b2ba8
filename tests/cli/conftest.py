import csv
import json
from pathlib import Path

import pytest

from next_evidence.cli.main import run

PERSONA = """\
id: ops-lead
name: Ops Lead
owner: "@product-ops"
applies_to: {titles: [RevOps Manager], segments: [mid-market]}
pains:
  - id: manual-reporting
    statement: Manual reporting eats my week
    examples: [I still copy six exports into one sheet by hand, The deck takes me two days every month]
  - id: data-trust
    statement: I cannot trust the numbers
    examples: [Your total and our invoices never agree, I check every figure before I show it]
priorities: [manual-reporting, data-trust]
"""


class Company:
    """A small company's exports, to be broken in one place by a test."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self.workspace = folder / "ws"
        (self.raw / "calls").mkdir(parents=True)
        (folder / "persona_library").mkdir()
        (folder / "persona_library" / "ops-lead.yaml").write_text(PERSONA)
        self.accounts = [
            ["a1", "Acme", "acme.example", "1000", "USD", "top", "mid-market"],
            ["a2", "Bolt", "bolt.example", "2000", "USD", "growth", "smb"],
        ]
        self.write_accounts()
        self.write_contacts()
        self.tickets = [self.ticket(n) for n in range(6)]
        self.write_tickets()
        self.write_call(
            "2026-09-02_c1", "Ann Lee: I spend two days every month copying numbers into slides."
        )

    def write_accounts(
        self,
        header: tuple[str, ...] = (
            "account_id",
            "name",
            "domain",
            "arr",
            "currency",
            "tier",
            "segment",
        ),
    ) -> None:
        self._csv("accounts.csv", header, self.accounts)

    def write_contacts(self) -> None:
        rows = [
            ["c1", "a1", "Ann Lee", "ann@acme.example", "RevOps Manager"],
            ["c2", "a2", "Bo Ray", "bo@bolt.example", ""],
        ]
        self._csv("contacts.csv", ("contact_id", "account_id", "name", "email", "title"), rows)

    def _csv(self, name: str, header: tuple[str, ...], rows: list[list[str]]) -> None:
        with (self.raw / name).open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows([header, *rows])

    def ticket(
        self, number: int, *, created_at: str | None = None, body: str | None = None
    ) -> dict:
        when = created_at or f"2026-{8 + number % 2:02d}-{number + 3:02d}T09:00:00Z"
        text = (
            body
            or f"The monthly report takes me {number + 2} hours because I copy every number by hand."
        )
        author = {
            "email": "ann@acme.example" if number % 2 else "bo@bolt.example",
            "role": "end-user",
        }
        return {
            "id": f"t{number}", "organization_id": "a1" if number % 2 else "a2", "created_at": when, "url": f"https://desk.example/{number}",
            "comments": [{"id": 1, "author": author, "created_at": when, "public": True, "body": text}],
        }  # fmt: skip

    def write_tickets(self, *extra: str) -> None:
        lines = [json.dumps(ticket) for ticket in self.tickets]
        (self.raw / "tickets.jsonl").write_text(
            "\n".join([*lines, *extra]) + "\n", encoding="utf-8"
        )

    def write_call(self, stem: str, *spoken: str, encoding: str = "utf-8") -> None:
        cues = [
            f"{n}\n00:00:{n:02d}.000 --> 00:00:{n:02d}.900\n{line}\n"
            for n, line in enumerate(spoken, 1)
        ]
        (self.raw / "calls" / f"{stem}.vtt").write_bytes(
            "\n".join(["WEBVTT\n", *cues]).encode(encoding)
        )
        people = [
            {
                "name": "Ann Lee",
                "email": "ann@acme.example",
                "title": "RevOps Manager",
                "internal": False,
            }
        ]
        meta = {
            "id": stem,
            "start_time": f"{stem[:10]}T10:00:00Z",
            "account_id": "a1",
            "participants": people,
        }
        (self.raw / "calls" / f"{stem}.json").write_text(json.dumps(meta))


@pytest.fixture
def company(tmp_path):
    return Company(tmp_path)


@pytest.fixture
def command(company, capsys):
    """Run a command in the company's workspace: its exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        if not company.workspace.exists():
            assert run(["init", str(company.workspace), "--from", str(company.raw)]) == 0
        capsys.readouterr()
        code = run([*arguments, "--workspace", str(company.workspace)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
