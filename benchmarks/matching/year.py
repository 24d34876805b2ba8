"""A composed year as ``UTTERANCES``-like rows with the truth beside them.

A plain reader of its own, so that matching is measured apart from connectors and masking.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import yaml
from vendors import sentences, window

from next_evidence.personas.library import PersonaLibrary, read_library


@dataclass(frozen=True)
class Year:
    """One row per customer sentence; ``true_*`` columns are for judging alone."""

    library: PersonaLibrary
    rows: pl.DataFrame
    speakers: pl.DataFrame  # speaker_key, account_id, contact_id, title, segment, true_persona


def read_year(folder: Path) -> Year:
    """Read what compose.py wrote."""
    library = read_library(
        {p.name: p.read_text("utf-8") for p in sorted((folder / "persona_library").glob("*.yaml"))}
    )
    if library.problems:
        raise SystemExit("\n".join(str(problem) for problem in library.problems))
    contacts = _csv(folder / "raw" / "contacts.csv")
    segments = {a["account_id"]: a["segment"] for a in _csv(folder / "raw" / "accounts.csv")}
    truth: dict[str, list[dict[str, str]]] = {}
    for line in _jsonl(folder / "truth" / "lines.jsonl"):
        truth.setdefault(line["conversation_id"], []).append(line)
    persona = {line["contact_id"]: line["persona"] for lines in truth.values() for line in lines}
    reviews = _csv(folder / "raw" / "reviews.csv")
    persona |= {
        t: lines[0]["persona"]
        for t, lines in truth.items()
        if t in {r["review_id"] for r in reviews}
    }
    seen: set[tuple[str, str]] = set()
    rows = []
    for talk in _talks(folder / "raw", contacts):
        for turn, said in enumerate(talk["turns"]):
            parts = sentences(said)
            for place, text in enumerate(parts):
                line = _true_line(text, truth.get(talk["id"], []))
                # compose.py draws noise from a small pool; a repeat in one mouth is dropped, as dedupe does
                if line is None and (talk["contact"], text) in seen:
                    continue
                seen.add((talk["contact"], text))
                rows.append(
                    {
                        "utterance_id": f"{talk['id']}-{turn:03d}-{place:02d}",
                        "conversation_id": talk["id"],
                        "source": talk["kind"],
                        "kind": talk["kind"],
                        "account_id": talk["account"],
                        "contact_id": talk["contact"],
                        "speaker_key": talk["contact"],
                        "spoken_at": talk["at"],
                        "turn": turn,
                        "text": text,
                        "context": window(parts, place),
                        "true_persona": persona.get(talk["contact"]),
                        "true_pain": line["pain"] if line else None,
                        "true_stance": line["stance"] if line else None,
                        "true_line": line["line_id"] if line else None,
                    }
                )
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("spoken_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    )
    speakers = pl.DataFrame(
        [
            {
                "speaker_key": c["contact_id"],
                "account_id": c["account_id"],
                "contact_id": c["contact_id"],
                "title": c["title"],
                "segment": segments.get(c["account_id"]),
                "true_persona": persona.get(c["contact_id"]),
            }
            for c in contacts
        ]
    )
    reviewers = pl.DataFrame(
        [
            {
                "speaker_key": r["review_id"],
                "account_id": None,
                "contact_id": None,
                "title": r["reviewer_title"],
                "segment": None,
                "true_persona": persona.get(r["review_id"]),
            }
            for r in reviews
        ],
        schema=speakers.schema,
    )
    speakers = pl.concat([speakers, reviewers])
    heard = frame["speaker_key"].unique()
    return Year(
        library.library, frame, speakers.filter(pl.col("speaker_key").is_in(heard.implode()))
    )


def _true_line(text: str, lines: list[dict[str, str]]) -> dict[str, str] | None:
    """The line that most of a sentence comes from; a sentence may run over the end of a line."""
    said = _letters(text)
    best, most = None, 0
    for line in lines:
        told = _letters(line["text"])
        match = difflib.SequenceMatcher(None, said, told, autojunk=False).find_longest_match()
        if match.size > most:
            best, most = line, match.size
    return best if most and most >= 0.45 * len(said) else None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def _talks(raw: Path, contacts: list[dict[str, str]]) -> list[dict[str, object]]:
    by_mail = {c["email"]: c for c in contacts}
    by_name = {(c["account_id"], c["name"]): c for c in contacts}
    talks = []
    for meta_path in sorted((raw / "calls").glob("*.json")):
        meta = json.loads(meta_path.read_text("utf-8"))
        name = next(p["name"] for p in meta["participants"] if not p["internal"])
        mail = next(p["email"] for p in meta["participants"] if not p["internal"])
        cues = re.findall(
            rf"^{re.escape(name)}: (.*)$", meta_path.with_suffix(".vtt").read_text("utf-8"), re.M
        )
        contact = by_name.get((meta["account_id"], name)) or by_mail[mail]
        talks.append(_talk(meta["id"], "call", meta["start_time"], contact, cues))
    for ticket in _jsonl(raw / "tickets.jsonl"):
        bodies = [_body(c["body"]) for c in ticket["comments"] if c["author"]["role"] == "end-user"]
        contact = by_name[ticket["organization_id"], ticket["requester"]["name"]]
        talks.append(_talk(ticket["id"], "ticket", ticket["created_at"], contact, bodies))
    for answer in _csv(raw / "surveys.csv"):
        contact = _of(contacts, answer["account_id"], answer["respondent_email"])
        talks.append(
            _talk(
                answer["response_id"], "survey", answer["submitted_at"], contact, [answer["answer"]]
            )
        )
    for note in sorted((raw / "onboarding_notes").glob("*.md")):
        _, front, body = note.read_text("utf-8").split("---\n", 2)
        meta = yaml.safe_load(front)
        contact = _of(contacts, meta["account_id"], meta["contact"])
        said = body.replace("# Onboarding note", "").strip()
        talks.append(_talk(meta["id"], "onboarding_note", str(meta["date"]), contact, [said]))
    # a review names no person, only a title and a company: nobody in the CRM, one speaker each
    accounts = {a["name"]: a["account_id"] for a in _csv(raw / "accounts.csv")}
    for review in _csv(raw / "reviews.csv"):
        nobody = {"account_id": accounts[review["company"]], "contact_id": review["review_id"]}
        talks.append(
            _talk(review["review_id"], "review", review["published_at"], nobody, [review["body"]])
        )
    return sorted(talks, key=lambda talk: (str(talk["at"]), str(talk["id"])))


def _talk(
    key: str, kind: str, at: str, contact: dict[str, str], turns: list[str]
) -> dict[str, object]:
    moment = datetime.fromisoformat(at.removesuffix("Z"))
    account, person = contact["account_id"], contact["contact_id"]
    return {
        "id": key,
        "kind": kind,
        "at": moment,
        "account": account,
        "contact": person,
        "turns": turns,
    }


def _of(contacts: list[dict[str, str]], account: str, mail: str) -> dict[str, str]:
    return next(c for c in contacts if c["account_id"] == account and c["email"] == mail)


def _body(text: str) -> str:
    text = re.split(r"\n\nOn \d\d \w+ \d{4}, ", text)[0]
    return re.sub(r"^Hi team,\n\n|\n\nThanks,\n.*$", "", text, flags=re.S)


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _jsonl(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
