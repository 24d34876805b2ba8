"""A brief as plain JSON, for programs: raw numbers, and words as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from next_evidence.brief.model import Brief, CyclePage, CycleSpan, MissedCycle, State


@dataclass(frozen=True)
class PlainBrief:
    """One persona's brief. ``link`` is where its page can be opened; empty: nowhere."""

    title: str
    link: str
    brief: Brief


@dataclass(frozen=True)
class PlainPersona:
    """One persona in a digest. ``changed`` names what leads its brief; None: nothing surfaced."""

    persona_id: str
    persona: str
    owner: str
    state: State
    accounts_heard: int
    changed: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class PlainDigest:
    """All personas of a cycle, shifted ones first; ``quiet`` are sources that stopped or slowed beyond chance."""

    title: str
    link: str
    company: str
    cycle: CycleSpan
    personas: tuple[PlainPersona, ...]
    quiet: tuple[str, ...]
    missed: tuple[MissedCycle, ...]


_BRIEFS, _DIGESTS = TypeAdapter(PlainBrief), TypeAdapter(PlainDigest)


def plain_brief(brief: Brief, *, title: str, link: str) -> bytes:
    """One brief as UTF-8 JSON, the same bytes for the same brief."""
    return _BRIEFS.dump_json(PlainBrief(title, link, brief), indent=1) + b"\n"


def plain_digest(page: CyclePage, *, title: str, link: str) -> bytes:
    """A cycle's digest as UTF-8 JSON."""
    digest = PlainDigest(
        title=title,
        link=link,
        company=page.company,
        cycle=page.cycle,
        personas=tuple(
            PlainPersona(
                persona_id=brief.persona_id,
                persona=brief.persona,
                owner=brief.owner,
                state=brief.state,
                accounts_heard=brief.coverage.overall.accounts_heard,
                changed=brief.lead.label if brief.lead else None,
                reasons=brief.reasons,
            )
            for brief in page.briefs
        ),
        quiet=tuple(line.name for line in page.quiet),
        missed=page.missed,
    )
    return _DIGESTS.dump_json(digest, indent=1) + b"\n"
