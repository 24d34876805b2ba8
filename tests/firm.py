"""A firm that the whole job is run on in seconds: a small encoder and head in place of the trained ones, and its year."""

import copy
import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from next_evidence import engine
from next_evidence.api import open_workspace
from next_evidence.cli.main import run
from next_evidence.encoding.cached import CachedEncoder
from next_evidence.matching.cues import CUE_NAMES
from next_evidence.matching.head import PAIR_FEATURES, Head
from next_evidence.records import KINDS
from next_evidence.testing.fakes import HashingEncoder
from next_evidence.workspace.vectors import VectorFile
from tests.cli.conftest import Company

TABLES = ("matches", "pains", "shares", "shifts", "coverage", "briefs")
REPORTING = "I still copy six exports into one sheet by hand"
TRUST = "Your total and our invoices never agree"


def word_head(n_dims):
    """Shared words decide which pain; everything is relevant and nothing is denied."""
    wording = 2 * n_dims + 2 * len(CUE_NAMES) + len(KINDS) + 1
    relevance, denial = np.zeros(wording), np.zeros(wording)
    relevance[-1], denial[-1] = 3.0, -4.0
    pair = np.tile([8.0 if name in ("mean", "nearest") else 0.0 for name in PAIR_FEATURES], 2)
    return Head(
        centre=np.zeros(n_dims),
        projection=np.eye(n_dims),
        relevance=relevance,
        denial=denial,
        pain=pair,
        pain_null=np.array([14.0, 0.0, 0.0]),
        world=pair,
        world_null=np.array([14.0, 0.0, 0.0]),
        temper=0.5,
        overlap=0.1,
        explained=0.5,
        title=(4.0, 2.0, -1.0),
        none=(0.0, 0.5),
        denies_at=0.5,
        raises_below=0.2,
        family="hashing",
    )


def small_models(patch, n_dims=64):
    small = HashingEncoder(n_dims=n_dims)

    def load(work, *, on_build=None):
        vectors = VectorFile(work.paths.vectors, small.fingerprint, small.n_dims)
        return CachedEncoder(small, vectors)

    patch.setattr(engine, "load_encoder", load)
    patch.setattr(engine, "load_head", lambda: word_head(small.n_dims))
    return small


class Firm(Company):
    """Twenty accounts that write one ticket a month: of reporting until August, of trust from then on."""

    months = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.accounts = [
            [f"a{n}", f"Firm {n}", f"firm{n}.example", str(1000 * n), "USD", "top", "mid-market"]
            for n in range(1, 21)
        ]
        self.write_accounts()
        rows = [
            [f"c{n}", f"a{n}", f"Person {n}", f"p{n}@firm{n}.example", "RevOps Manager"]
            for n in range(1, 21)
        ]
        self._csv("contacts.csv", ("contact_id", "account_id", "name", "email", "title"), rows)
        for call in (self.raw / "calls").iterdir():
            call.unlink()
        self.tickets = [
            self._said(n, month, TRUST if month >= "2026-08" else REPORTING)
            for month in self.months
            for n in range(1, 21)
        ]
        self.write_tickets()
        surveys = [
            [f"s{month}{n}", f"{month}-20T10:00:00Z", f"a{n}", f"p{n}@firm{n}.example", "Why?", ticket]
            for month in self.months
            for n in range(1, 7)
            for ticket in [f"Number {n}: {TRUST if month >= '2026-08' else REPORTING}"]
        ]  # fmt: skip
        header = ("response_id", "submitted_at", "account_id", "respondent_email", "question", "answer")  # fmt: skip
        self._csv("surveys.csv", header, surveys)

    def _said(self, number: int, month: str, body: str) -> dict:
        when = f"{month}-{number:02d}T09:00:00Z"
        author = {"email": f"p{number}@firm{number}.example", "role": "end-user"}
        comment = {"id": 1, "author": author, "created_at": when, "public": True, "body": body}
        return {
            "id": f"t{month}-{number}", "organization_id": f"a{number}", "created_at": when,
            "url": f"https://desk.example/{number}", "comments": [comment],
        }  # fmt: skip


def new_firm(folder):
    made = Firm(folder)
    assert run(["init", str(made.workspace), "--from", str(made.raw)]) == 0
    settings = made.workspace / "next_evidence.yaml"
    settings.write_text(settings.read_text() + "\ntopics: {enabled: false}\n")
    return made


def call(firm, *arguments):
    return run([*arguments, "--workspace", str(firm.workspace)])


def worked_out(make, folder):
    """A firm whose months were worked out once, for the tests of a module to copy.

    ``make`` puts it into a folder: `new_firm`, say.
    """
    with pytest.MonkeyPatch.context() as patch:
        small_models(patch)
        made = make(folder)
        assert call(made, "run", "--since", made.months[0], "--until", made.months[-1]) == 0
    return made


def copied(firm, folder):
    """The same firm with a workspace of its own, which a test may change."""
    own = copy.copy(firm)
    own.workspace = folder / "ws"
    shutil.copytree(firm.workspace, own.workspace)
    return own


def report(firm, capsys, *arguments):
    capsys.readouterr()
    assert call(firm, "run", "--since", "2026-05", "--until", "2026-10", "--json", *arguments) == 0
    return json.loads(capsys.readouterr().out)


def tables(firm, *cycles):
    with open_workspace(firm.workspace) as work:
        return {
            (name, cycle): work.table(name, cycle).write_json()
            for name in TABLES
            for cycle in cycles
        }


def raising(firm, cycle="2026-10"):
    """How many accounts raised each pain."""
    with open_workspace(firm.workspace) as work:
        shares = work.table("shares", cycle).filter(pl.col("segment").is_null())
    return dict(zip(shares["pain_id"], shares["accounts_raising"], strict=True))
