"""Everything about one persona's cycle as one frozen `Brief`; all personas as one `CyclePage`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import polars as pl

from next_evidence.brief.exposure import exposure
from next_evidence.brief.heard import coverage_view
from next_evidence.brief.leading import (
    FALLS,
    ORDERS,
    clearest_first,
    number_of,
    strongest_first,
    topic,
    weight_of,
    without_repeats,
)
from next_evidence.brief.model import (
    Brief,
    Change,
    CounterEvidence,
    CyclePage,
    Exposure,
    Method,
    PainStory,
    QuoteCard,
    SegmentStrength,
    State,
    Suggestion,
    WordChange,
)
from next_evidence.brief.quotes import Vectors, candidates, pick_quotes
from next_evidence.brief.stories import (
    Shares,
    as_span,
    in_order,
    labels,
    moved_since,
    outranks_since,
    ranks_now,
    read_shares,
    story,
)
from next_evidence.brief.strength import order_strength, segment_strength
from next_evidence.brief.suggest import solved_pain, suggestions
from next_evidence.brief.vocabulary import shortest, telling, word_changes
from next_evidence.brief.words import certainty, span_of
from next_evidence.personas.document import Persona
from next_evidence.records import Cycle
from next_evidence.schemas import (
    ACCOUNTS,
    HEARD,
    MATCHES,
    SHIFTS,
    SPEAKERS,
    VOTES,
    check,
    empty,
)
from next_evidence.settings import BriefSettings, DriftSettings, GateSettings

MAX_WATCHED, MAX_NOT_SURFACED = 8, 5  # shifts that a brief lists; the table has them all


class Outcome(Protocol):
    """What the gate decided for a persona; `GateOutcome` is one."""

    @property
    def passed(self) -> bool: ...
    @property
    def state(self) -> str: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class BriefTables:
    """Tables that a brief is made from. None holds a row of a later cycle.

    ``shifts`` is of this cycle, with verdicts; ``matches`` of this and the last few cycles, accepted, and those that show a word
    of a shift; ``utterances`` and ``turns`` hold at least what those matches point to. The others hold what there is up to this cycle.
    """

    shifts: pl.DataFrame
    shares: pl.DataFrame
    heard: pl.DataFrame
    votes: pl.DataFrame
    matches: pl.DataFrame
    utterances: pl.DataFrame
    turns: pl.DataFrame
    accounts: pl.DataFrame
    coverage: pl.DataFrame
    pains: pl.DataFrame
    speakers: pl.DataFrame = field(default_factory=lambda: empty(SPEAKERS))
    names: Mapping[str, str] = field(default_factory=dict)  # of personas, by id


def compose(
    persona: Persona,
    cycle: Cycle,
    tables: BriefTables,
    *,
    outcome: Outcome,
    gate: GateSettings,
    drift: DriftSettings,
    rules: BriefSettings,
    company: str = "",
    vectors: Vectors | None = None,
    provenance: Mapping[str, str] | None = None,
) -> Brief:
    """One persona's brief for one cycle.

    Parameters
    ----------
    outcome
        The gate's word on this persona. When it did not pass, nothing is presented as a change.
    gate
        The bar of this persona, after its overrides (``Settings.gate_for``).
    vectors
        Utterance id to unit vector, for picking typical quotes; None: word overlap is used.
    provenance
        Names and hashes of what made the numbers (run, settings, model), printed as they are.
    """
    author = _Author(persona, cycle, tables, gate=gate, drift=drift, rules=rules, vectors=vectors)
    surfaced, watch, quiet = author.changes()
    if not outcome.passed:
        surfaced, quiet = (), (*surfaced, *quiet)
    lead = surfaced[0] if surfaced else None
    coverage = coverage_view(
        tables.coverage, tables.heard, tables.speakers, persona, cycle=cycle, names=tables.names
    )
    quotes, counter = author.quotes(lead) if lead else ((), None)
    solved = author.solved(lead)
    told = outcome.passed or outcome.state == "nothing_to_say"
    words = author.words() if told else ()
    return Brief(
        persona_id=persona.id,
        persona=persona.name,
        owner=persona.owner,
        tracking=persona.tracking,
        company=company,
        cycle=span_of(cycle),
        state=_state(lead, outcome, coverage.overall.accounts_heard, gate),
        gate_state=outcome.state,
        reasons=tuple(outcome.reasons),
        changes=surfaced,
        watch=watch[:MAX_WATCHED],
        not_surfaced=quiet[:MAX_NOT_SURFACED],
        more_not_surfaced=len(quiet[MAX_NOT_SURFACED:]) + len(watch[MAX_WATCHED:]),
        account_rows=rules.accounts,
        quotes=quotes,
        counter=counter,
        exposure=author.exposure(lead) if lead else None,
        strength=author.strength(lead, [line.name for line in coverage.segments]) if lead else (),
        suggestions=suggestions(persona, surfaced, solved, words) if lead else (),
        coverage=coverage,
        pains=author.pains(),
        words=words,
        method=Method(
            interval=drift.interval,
            power=drift.power,
            trailing_cycles=drift.trailing_cycles,
            document_cycles=drift.document_cycles,
            false_discovery_rate=gate.false_discovery_rate,
            min_accounts=gate.min_accounts,
            min_segment_accounts=gate.min_segment_accounts,
            min_raising=gate.min_raising,
            quotes_considered=len(author.considered),
            quotes_refused=len(author.refused),
            provenance=tuple(sorted((provenance or {}).items())),
        ),
    )


def compose_cycle(briefs: Sequence[Brief], *, company: str, cycle: Cycle) -> CyclePage:
    """All personas of a cycle: shifted ones first, by what weighs most, then withheld, thin and steady ones."""
    order = ("shifted", "withheld", "thin", "steady")
    quiet = {line.name: line for brief in briefs for line in brief.coverage.quiet}

    def place(brief: Brief) -> tuple[int, int, str, str]:
        weight = weight_of(brief.lead.kind) if brief.lead is not None else 0
        return order.index(brief.state), weight, brief.persona, brief.persona_id

    return CyclePage(
        company=company,
        cycle=span_of(cycle),
        briefs=tuple(sorted(briefs, key=place)),
        quiet=tuple(quiet[name] for name in sorted(quiet)),
    )


def _state(lead: Change | None, outcome: Outcome, accounts_heard: int, gate: GateSettings) -> State:
    if lead is not None:
        return "shifted"
    if accounts_heard < gate.min_accounts:
        return "thin"
    return "withheld" if outcome.state in ("withheld", "held") else "steady"


class _Author:
    """What the parts of one brief share, read once."""

    def __init__(
        self,
        persona: Persona,
        cycle: Cycle,
        tables: BriefTables,
        *,
        gate: GateSettings,
        drift: DriftSettings,
        rules: BriefSettings,
        vectors: Vectors | None,
    ) -> None:
        mine = pl.col("persona_id") == persona.id
        self.persona, self.cycle, self.tables = persona, cycle, tables
        self.gate, self.drift, self.rules, self.vectors = gate, drift, rules, vectors
        self.shares: Shares = read_shares(tables.shares, persona_id=persona.id, cycle=cycle)
        self.labels = labels(persona, tables.pains)
        self.shifts = check(tables.shifts, SHIFTS, table="shifts").filter(
            mine, pl.col("cycle") == cycle.name
        )
        self.matches = check(tables.matches, MATCHES, table="matches").filter(mine)
        self.votes = check(tables.votes, VOTES, table="votes").filter(mine)
        self.heard = check(tables.heard, HEARD, table="heard").filter(mine)
        self.heard_now = self.heard.filter(pl.col("cycle") == cycle.name)
        self.accounts = self._account_words()
        spoke = tables.speakers.filter(mine).sort("cycle")
        self.why = dict(spoke.select("speaker_key", "why").iter_rows())  # the newest cycle's
        self.considered: set[str] = set()
        self.refused: set[str] = set()

    def changes(self) -> tuple[tuple[Change, ...], tuple[Change, ...], tuple[Change, ...]]:
        """Surfaced, watched and other shifts, each the strongest first and without repeats."""
        rows = list(self.shifts.filter(pl.col("kind") != "language").iter_rows(named=True))
        strongest = sorted((r for r in rows if r["verdict"] == "surface"), key=strongest_first)
        rows.sort(key=clearest_first)
        surfaced = without_repeats([self._change(r) for r in strongest])
        told = {topic(change) for change in surfaced}
        told |= {("falls", c.old.pain_id) for c in surfaced if c.kind == "top_pain" and c.old}
        watch = without_repeats([self._change(r) for r in rows if r["verdict"] == "watch"])
        rest = without_repeats(
            [self._change(r) for r in rows if r["verdict"] not in ("surface", "watch")]
        )
        watch = [change for change in watch if topic(change) not in told]
        told |= {topic(change) for change in watch}
        rest = [change for change in rest if topic(change) not in told]
        followed = [replace(change, quote=self._one_quote(change)) for change in surfaced[1:]]
        return (*surfaced[:1], *followed), tuple(watch), tuple(rest)

    def quotes(self, lead: Change) -> tuple[tuple[QuoteCard, ...], CounterEvidence]:
        """Quotes for the lead and, always beside them, who says the opposite."""
        said, opposite = ("denies", "raises") if lead.kind in FALLS else ("raises", "denies")
        picked = self._pick(lead, said, count=self.rules.quotes)
        quoted = {card.quote.account_id for card in picked}
        # an account that says both is better shown once; but counter-evidence is never left out for it
        against = self._pick(lead, opposite, count=1, avoid=quoted)
        against = against or self._pick(lead, opposite, count=1)
        now = lead.story.now if lead.story else None
        denying = (now.raising if lead.kind in FALLS else now.denying) if now else 0
        heard = now.heard if now else lead.accounts_heard
        quote = against[0] if against else None
        return picked, CounterEvidence(
            quote, denying, heard, min(self._of_two_minds(lead), denying)
        )

    def _of_two_minds(self, lead: Change) -> int:
        """Accounts that both raise and deny the lead's pain in this cycle."""
        both = self.votes.filter(
            pl.col("pain_id") == pl.lit(lead.pain_id, pl.String),
            pl.col("cycle") == self.cycle.name,
            pl.col("raises") & pl.col("denies"),
        )
        heard = self.heard_now
        if lead.segment is not None:
            heard = heard.filter(pl.col("segment") == lead.segment)
        return len(set(both["account_id"]) & set(heard["account_id"]))

    def solved(self, lead: Change | None) -> Suggestion | None:
        first = lead.old.pain_id if lead and lead.old else lead.pain_id if lead else None
        found = solved_pain(self.persona, self.shares, first=first)
        if found is None:
            return None
        rows = self._rows(found.pain_id, "denies", None).filter(pl.col("cycle") == self.cycle.name)
        picked = pick_quotes(self._cards(rows), count=1, vectors=self.vectors)
        return replace(found, quote=picked[0] if picked else None)

    def exposure(self, lead: Change) -> Exposure:
        """Accounts behind the lead; for a fall, those who used to raise it and now spoke without it."""
        votes = self.votes.filter(pl.col("pain_id") == pl.lit(lead.pain_id, pl.String))
        if lead.kind in FALLS:
            earlier = votes.filter(pl.col("cycle") < self.cycle.name, pl.col("raises"))
            now = votes.filter(pl.col("cycle") == self.cycle.name, pl.col("raises"))
            spoke = set(self.heard_now["account_id"])
            ids = (set(earlier["account_id"]) - set(now["account_id"])) & spoke
        else:
            ids = set(
                votes.filter(pl.col("cycle") == self.cycle.name, pl.col("raises"))["account_id"]
            )
        heard = self.heard_now
        if lead.segment is not None:
            heard = heard.filter(pl.col("segment") == lead.segment)
            ids &= set(heard["account_id"])
        found = exposure(ids, heard, self.tables.accounts, cycle=self.cycle)
        said = self._said_by_account(lead)
        accounts = tuple(replace(a, said=said.get(a.account_id)) for a in found.accounts)
        return replace(found, accounts=accounts)

    def _said_by_account(self, lead: Change) -> dict[str | None, QuoteCard]:
        """What each account said of the lead in this cycle, in its surest statement."""
        if lead.pain_id is None:
            return {}
        rows = self._rows(lead.pain_id, "denies" if lead.kind in FALLS else "raises", None)
        cards = self._cards(rows.filter(pl.col("cycle") == self.cycle.name))
        surest = sorted(cards, key=lambda card: (card.quote.confidence, card.quote.utterance_id))
        return {card.quote.account_id: card for card in surest}

    def strength(self, lead: Change, in_crm: Sequence[str]) -> tuple[SegmentStrength, ...]:
        """The lead's strength in every segment of this persona."""
        if lead.pain_id is None:
            return ()
        known = set(in_crm) | set(self.heard_now["segment"].drop_nulls())
        segments = sorted(known) if lead.segment is None else [lead.segment]
        if lead.kind in ORDERS:
            now, before = self._order_windows(lead)
            return order_strength(
                lead.pain_id,
                lead.old.pain_id if lead.old else None,
                segments,
                self.heard,
                self.votes,
                now=now,
                before=before,
                level=self.drift.interval,
                min_segment_accounts=self.gate.min_segment_accounts,
                min_raising=self.gate.min_raising,
                leads=self._leading_segments(lead),
            )
        return segment_strength(
            lead.pain_id,
            segments,
            self.shares,
            falling=lead.kind in FALLS,
            over=lead.old.pain_id if lead.old else None,
            since=Cycle.parse(lead.since.name) if lead.since else None,
            trailing_cycles=self.drift.trailing_cycles,
            min_segment_accounts=self.gate.min_segment_accounts,
            min_raising=self.gate.min_raising,
        )

    def _leading_segments(self, lead: Change) -> dict[str, bool]:
        """In which segments the pain comes before the old one, as counted or corrected."""
        rows = self.shifts.filter(
            pl.col("kind") == lead.kind,
            pl.col("pain_id") == lead.pain_id,
            pl.col("versus_pain_id") == (lead.old.pain_id if lead.old else None),
            pl.col("segment").is_not_null(),
        )
        ahead = (pl.col("share_now") > pl.col("share_before")) | (
            pl.col("share_now_corrected") > pl.col("share_before_corrected")
        )
        found = rows.select("segment", ahead=ahead.fill_null(False))
        return dict(found.iter_rows())

    def _order_windows(self, lead: Change) -> tuple[list[str], list[str]]:
        """The cycles that an order's test pooled, and as many before the shift began."""
        count = self.drift.document_cycles
        now = [self.cycle]
        while len(now) < count:
            now.insert(0, now[0].previous())
        since = Cycle.parse(lead.since.name) if lead.since else now[0]
        before = [min(since, now[0]).previous()]
        while len(before) < count:
            before.insert(0, before[0].previous())
        return [cycle.name for cycle in now], [cycle.name for cycle in before]

    def words(self) -> tuple[WordChange, ...]:
        """Words gained and left, each gained one with the shortest statement that shows it."""
        rows = self.shifts.filter(pl.col("kind") == "language", pl.col("verdict") == "surface")
        found = word_changes(rows, self.labels, self.persona)
        return tuple(replace(w, quote=self._showing(w)) if w.gained else w for w in found)

    def _showing(self, word: WordChange) -> QuoteCard | None:
        said = self.matches.filter(pl.col("cycle") == self.cycle.name, telling([word.phrase]))
        return shortest(self._cards(said, accepted_only=False))

    def pains(self) -> tuple[PainStory, ...]:
        """The document's pains and those that were raised in this cycle, the most raised first."""
        ranks = ranks_now(self.shares)
        ids = sorted(ranks, key=lambda i: (ranks[i], i))
        told = (self._story(i, None, None) for i in ids)
        return tuple(s for s in told if s.in_document or (s.now is not None and s.now.raising))

    def _change(self, row: dict[str, Any]) -> Change:
        pain_id, segment, kind = row["pain_id"], row["segment"], row["kind"]
        old_id = row["versus_pain_id"] if kind in ("top_pain", "priority") else None
        if pain_id is None:
            since = None
        elif old_id is not None:
            since = outranks_since(self.shares, pain_id, old_id, segment)
        else:
            since = moved_since(
                self.shares, pain_id, segment, before=row["share_before"], now=row["share_now"]
            )
        told = self._story(pain_id, segment, since) if pain_id is not None else None
        old = self._story(old_id, segment, since) if old_id is not None else None
        if told is not None and old is not None and row["verdict"] == "surface":
            told, old = in_order(told, old)
        return Change(
            kind=kind,
            pain_id=pain_id,
            label=self.labels.get(pain_id, "") or row["label"] or pain_id or "",
            segment=segment,
            versus=row["versus"],
            share_before=number_of(row["share_before"]),
            share_now=number_of(row["share_now"]),
            change=number_of(row["change"]),
            change_low=number_of(row["change_low"]),
            change_high=number_of(row["change_high"]),
            q_value=number_of(row["q_value"]),
            e_value=number_of(row["e_value"]),
            certainty=certainty(row["q_value"]),
            accounts_heard=row["accounts_heard"] or 0,
            accounts_raising=row["accounts_raising"] or 0,
            arr_usd=number_of(row["arr_usd"]),
            change_mix_adjusted=number_of(row["change_mix_adjusted"]),
            order_change=number_of(row["order_change"]),
            share_before_corrected=number_of(row["share_before_corrected"]),
            share_now_corrected=number_of(row["share_now_corrected"]),
            consistency=number_of(row["consistency"]),
            durability=row["durability"] or "unknown",
            since=as_span(since),
            verdict=row["verdict"],
            reasons=tuple(row["reasons"] or ()),
            story=told,
            old=old,
        )

    def _story(self, pain_id: str, segment: str | None, since: Cycle | None) -> PainStory:
        return story(
            pain_id,
            self.labels.get(pain_id, pain_id),
            self.shares,
            self.persona,
            segment=segment,
            since=since,
            trailing_cycles=self.drift.trailing_cycles,
        )

    def _one_quote(self, change: Change) -> QuoteCard | None:
        picked = self._pick(change, "denies" if change.kind in FALLS else "raises", count=1)
        return picked[0] if picked else None

    def _pick(
        self, change: Change, stance: str, *, count: int, avoid: Collection[str | None] = ()
    ) -> tuple[QuoteCard, ...]:
        """Quotes of this cycle; where they are too few, of the cycles since the shift began.

        None comes from an account in ``avoid``.
        """
        if change.pain_id is None:
            return ()
        rows = self._rows(change.pain_id, stance, change.segment)
        first = change.since.name if change.since else self.cycle.name
        rows = rows.filter(~pl.col("account_id").is_in(list(avoid)))
        now = self._cards(rows.filter(pl.col("cycle") == self.cycle.name))
        picked = pick_quotes(now, count=count, vectors=self.vectors)
        if len(picked) == count:
            return picked
        taken = {card.quote.account_id for card in picked}
        # names of one cadence sort by time
        earlier = rows.filter(pl.col("cycle") < self.cycle.name, pl.col("cycle") >= first)
        more = [c for c in self._cards(earlier) if c.quote.account_id not in taken]
        return picked + pick_quotes(more, count=count - len(picked), vectors=self.vectors)

    def _rows(self, pain_id: str, stance: str, segment: str | None) -> pl.DataFrame:
        rows = self.matches.filter(pl.col("pain_id") == pain_id, pl.col("stance") == stance)
        if segment is None:
            return rows
        ids = [i for i, words in self.accounts.items() if words["segment"] == segment]
        return rows.filter(pl.col("account_id").is_in(ids))

    def _cards(self, rows: pl.DataFrame, *, accepted_only: bool = True) -> tuple[QuoteCard, ...]:
        tables = self.tables
        found = candidates(
            rows,
            tables.utterances,
            tables.turns,
            self.accounts,
            self.why,
            accepted_only=accepted_only,
        )
        self.considered |= {card.quote.utterance_id for card in found.cards}
        self.refused |= set(found.refused_ids)
        return found.cards

    def _account_words(self) -> dict[str, dict[str, str]]:
        crm = check(self.tables.accounts, ACCOUNTS, table="accounts")
        words = {
            row["account_id"]: {key: row[key] or "" for key in ("name", "tier", "segment")}
            for row in crm.iter_rows(named=True)
        }
        for row in self.heard.sort("cycle").iter_rows(named=True):
            known = words.setdefault(row["account_id"], {"name": "", "tier": "", "segment": ""})
            known |= {key: row[key] for key in ("tier", "segment") if row[key]}
        return words
