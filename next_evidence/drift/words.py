"""Words and phrases that more, or fewer, of a persona's accounts use than before.

A word is voted for like a pain: an account that says it once in a cycle, or forty times, or pastes what others wrote, is one
vote. So every comparison, interval and test of pains serves words too; what is added here is which of thousands are asked at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ballots, Floats, cut_to, read_ballots
from next_evidence.drift.quiet import without_sources
from next_evidence.drift.rising import count, level_shifts
from next_evidence.drift.rows import Shift, as_table
from next_evidence.drift.uses import (
    MIN_VOTES,
    askable,
    count_uses,
    listed_terms,
    read_uses,
    set_apart,
    usual_form,
)
from next_evidence.drift.windows import Window, windows
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle, cycles_between
from next_evidence.schemas import HEARD, MATCHES, VOTES, check
from next_evidence.settings import DriftSettings, GateSettings
from next_evidence.stats.significance import benjamini_hochberg, exchange_test
from next_evidence.text.terms import TermReader

_LOOK_BACK = 12  # cycles that `durability` looks at
_WORTH_A_ROW = 0.05  # p above which a word counts as tested, with p = 1
_MOST_Q = 0.5  # no bar that settings allow would let more pass


@dataclass(frozen=True)
class _Found:
    """What one comparison found, and how many words it asked about."""

    shifts: tuple[Shift, ...]
    asked: int


def cycles_of_words(heard: pl.DataFrame, *, cycle: Cycle, rules: DriftSettings) -> list[str]:
    """Names of the cycles whose statements `language_shifts` reads: a bounded number, however long history is."""
    names: set[str] = set()
    past = cut_to(check(heard, HEARD, table="heard"), cycle)
    for (_,), own in past.group_by("persona_id"):
        known = _cycles(own, cycle)
        names |= {*known[: rules.trailing_cycles], *known[-_LOOK_BACK:]}
    return sorted(names)


def language_shifts(
    said: pl.DataFrame,
    heard: pl.DataFrame,
    votes: pl.DataFrame,
    library: PersonaLibrary,
    *,
    cycle: Cycle,
    rules: DriftSettings,
    gate_of: Callable[[Persona], GateSettings],
    reader: TermReader,
    stopped: pl.DataFrame,
) -> pl.DataFrame:
    """Words that customers of a persona now use, and words they have left, overall and for each pain.

    - *Overall*, against the trailing cycles and the document's time: of all accounts heard, those that use the word.
    - *For a pain of the document*, against the document's time: of the accounts that raise it, those that use the word when they speak of it.
    - *Words that the document lists* always have a row, against the document's time.

    Asked are words and phrases of one to three words that `MIN_ACCOUNTS` accounts and `MIN_SOURCES` sources used over both
    windows together, in `MIN_VOTES` account-cycles: totals that shuffling leaves as they are, so choosing by them costs nothing
    [2]_. Terms that the same accounts used in the same cycles are one, shown as the longest. Those that set now and before apart
    by weighted log-odds, with the words of all personas as the prior, are tested by shuffling accounts, given how much each said in
    either window; all that were asked count when q-values are made, in a family of their own.

    Parameters
    ----------
    said
        ``MATCHES`` of at least `cycles_of_words`; statements that speak of no pain, and of nobody in the CRM, are left out.
    heard, votes
        ``HEARD`` and ``VOTES`` of all cycles. Later cycles are ignored.
    gate_of
        The bar of a persona: words said too seldom to change by ``min_change`` are not asked, nor are words of fewer accounts
        than ``min_accounts``.
    reader
        What reads statements; kept over the cycles of a run, it reads each text once.
    stopped
        Columns ``persona_id``, ``source``: sources that have fallen silent. What was said there is left out, then and now:
        their customers did not change their words, they are not heard.

    Returns
    -------
    ``SHIFTS`` rows of kind ``language``, not yet judged. ``label`` is the form that most accounts use, ``pain_id`` null: whatever
    they speak of. Words that no bar could let pass have no row.

    References
    ----------
    .. [1] Lijffijt, J. et al. (2016). Significance testing of word frequencies in corpora. DSH 31, 374-397: words come in bursts,
       and tests on counts of tokens call bursts news.
    .. [2] Bourgon, R., Gentleman, R. and Huber, W. (2010). Independent filtering increases detection power for
       high-throughput experiments. PNAS 107, 9546-9551.
    """
    said = cut_to(check(said, MATCHES, table="matches"), cycle)
    heard = cut_to(check(heard, HEARD, table="heard"), cycle)
    votes = cut_to(check(votes, VOTES, table="votes"), cycle)
    if not stopped.is_empty():
        said = said.join(stopped, on=["persona_id", "source"], how="anti", maintain_order="left")
        heard, votes = _still_speaking(heard, votes, stopped)
    uses = read_uses(said, library, reader)
    talk = _Talk(uses, _account_cycles(uses), votes)
    found: list[_Found] = []
    for persona in library.tracked:
        own = heard.filter(pl.col("persona_id") == persona.id)
        if cycle.name not in own["cycle"]:
            continue
        found += _persona_shifts(
            persona,
            own,
            talk,
            cycle=cycle,
            rules=rules,
            gate=gate_of(persona),
            listed=listed_terms(reader, persona),
        )
    overall = [shift for part in found for shift in part.shifts if shift.segment is None]
    q_values = benjamini_hochberg(
        [shift.p_value for shift in overall], tests=sum(part.asked for part in found)
    )
    told = [shift.with_q(float(q)) for shift, q in zip(overall, q_values, strict=True)]
    told = [s for s in told if (s.q_value or 0.0) <= _MOST_Q or _is_claim(s, library)]
    names = {_name(shift) for shift in told}
    parts = [s for f in found for s in f.shifts if s.segment is not None and _name(s) in names]
    return as_table([*told, *parts])


def _is_claim(shift: Shift, library: PersonaLibrary) -> bool:
    """Whether it is about a phrase that the document lists, against the document's time."""
    persona = library.get(shift.persona_id)
    claimed = persona is not None and shift.label in persona.language
    return claimed and shift.versus == "document" and shift.pain_id is None


def _name(shift: Shift) -> tuple[str, str | None, str, str]:
    return shift.persona_id, shift.pain_id, shift.versus, shift.label


def _cycles(heard: pl.DataFrame, cycle: Cycle) -> tuple[str, ...]:
    """All cycles of a persona, from the first in which it was heard."""
    first = min(Cycle.parse(name) for name in heard["cycle"].unique())
    return tuple(one.name for one in cycles_between(first, cycle))


def _still_speaking(
    heard: pl.DataFrame, votes: pl.DataFrame, stopped: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Voters and votes without the stopped sources of personas that have such; all others as they are."""
    left = without_sources(heard, votes, stopped)
    heard, votes = (
        pl.concat([frame.join(stopped, on="persona_id", how="anti", maintain_order="left"), rest])
        for frame, rest in zip((heard, votes), left, strict=True)
    )
    return heard, votes


def _account_cycles(uses: pl.DataFrame) -> pl.DataFrame:
    """How many account-cycles of each persona used each term: ``persona_id, term, count``."""
    votes = uses.select("persona_id", "cycle", "account_id", "term").unique()
    return votes.group_by("persona_id", "term").agg(count=pl.len())


@dataclass(frozen=True)
class _Talk:
    """Who used which term (``USES``), how many account-cycles of each persona did, and all votes for pains."""

    uses: pl.DataFrame
    counts: pl.DataFrame
    votes: pl.DataFrame


def _persona_shifts(
    persona: Persona,
    heard: pl.DataFrame,
    talk: _Talk,
    *,
    cycle: Cycle,
    rules: DriftSettings,
    gate: GateSettings,
    listed: Mapping[str, str],
) -> Iterator[_Found]:
    mine = pl.col("persona_id") == persona.id
    cycles = _cycles(heard, cycle)
    own = talk.uses.filter(mine)
    general = talk.counts.group_by("term").agg(
        anybody=pl.col("count").sum(), others=pl.col("count").filter(~mine).sum()
    )
    raised = talk.votes.filter(mine, pl.col("raises"))
    for window in windows(len(cycles), rules):
        if window.versus == "last_cycle":  # one odd cycle would make all of its words news
            continue
        whole = _Comparison(None, window, cycles, heard, own, general, gate)
        yield whole.found(listed if window.versus == "document" else {}, cycle, rules.interval)
        if window.versus != "document":
            continue
        # what was said of a discovered pain before it was found is linked to no pain: all of its words would look new
        for pain in persona.pains:
            voters = raised.filter(pl.col("pain_id") == pain.id).select("cycle", "account_id")
            those = heard.join(voters, on=["cycle", "account_id"], how="semi")
            of_it = own.filter(pl.col("pain_id") == pain.id)
            part = _Comparison(pain.id, window, cycles, those, of_it, general, gate)
            yield part.found({}, cycle, rules.interval)


@dataclass(frozen=True)
class _Comparison:
    """One group of voters of one persona, now and before; ``cycles`` are the persona's.

    ``general`` counts every term in account-cycles of anybody, and of other personas.
    """

    pain_id: str | None
    window: Window
    cycles: Sequence[str]
    heard: pl.DataFrame
    uses: pl.DataFrame
    general: pl.DataFrame
    gate: GateSettings

    def found(self, listed: Mapping[str, str], cycle: Cycle, interval: float) -> _Found:
        """Words that stand out, tested; and those that the document lists, whatever they do."""
        now, before = (set(self.cycles[part]) for part in (self.window.now, self.window.before))
        voters = self.heard.filter(pl.col("cycle").is_in(now))
        if voters["account_id"].n_unique() < self.gate.min_accounts and not listed:
            return _Found((), 0)
        both = self.uses.filter(pl.col("cycle").is_in(now | before)).join(
            self.heard, on=["cycle", "account_id"], how="semi"
        )
        counted = count_uses(both, now=now)
        least_votes = max(MIN_VOTES, math.ceil(self.gate.min_change * voters.height))
        asked = askable(counted, both, listed, least_votes=least_votes)
        made = len({*asked, *listed})
        apart = set_apart(counted, self.general)
        terms = sorted(apart.intersection(asked) | (set(listed) & set(both["term"])))
        ballots = self._ballots(terms, cycle) if terms else None
        if ballots is None:
            return _Found((), made)
        chances = _chances(ballots, self.window, both)
        kept = {term for term in terms if chances[term] <= _WORTH_A_ROW or term in listed}
        shifts = level_shifts(
            ballots,
            [(self.window, dict.fromkeys(sorted(kept), False))],
            labels={term: term for term in terms},
            interval=interval,
        )
        told = [
            replace(
                shift,
                kind="language",
                pain_id=self.pain_id,
                label=label,
                p_value=chances[term] if shift.segment is None else shift.p_value,
                e_value=None,
            )
            for shift, term, label in _labelled(shifts, listed, both, now)
        ]
        return _Found(tuple(told), made)

    def _ballots(self, terms: Sequence[str], cycle: Cycle) -> Ballots | None:
        """The voters' ballots over the persona's cycles, terms standing where pains do."""
        votes = (
            self.uses.filter(pl.col("term").is_in(terms))
            .group_by("cycle", "persona_id", "account_id", pain_id="term")
            .agg(sources=pl.col("source").unique().sort())
            .with_columns(
                raises=True,
                denies=False,
                mentions=pl.lit(1, dtype=pl.Int64),
                known_cycle=pl.col("cycle"),
                likelihood=1.0,
            )
        )
        ballots = read_ballots(
            self.heard,
            check(votes, VOTES, table="votes"),
            persona_id=self.heard["persona_id"][0],
            pains=terms,
            cycle=cycle,
        )
        return None if ballots is None else _aligned(ballots, self.cycles)


def _labelled(
    shifts: Sequence[Shift], listed: Mapping[str, str], uses: pl.DataFrame, now: set[str]
) -> Iterator[tuple[Shift, str, str]]:
    """Each shift with its term and the words for it: the document's, else the form in which most accounts said it then."""
    labels: dict[str, str] = {}
    for shift in shifts:  # over all segments first
        term = str(shift.pain_id)
        if term not in labels:
            said = uses.filter(
                pl.col("term") == term, pl.col("cycle").is_in(now) == (shift.change > 0)
            )
            labels[term] = listed.get(term) or usual_form(said)
        yield shift, term, labels[term]


def _aligned(ballots: Ballots, cycles: Sequence[str]) -> Ballots:
    """The same ballots from the persona's first cycle on: nobody of this group was heard in those before."""
    missing = len(cycles) - len(ballots.cycles)
    if missing == 0:
        return ballots

    def led(table: np.ndarray, fill: object) -> np.ndarray:
        ahead = np.full((missing, *table.shape[1:]), fill, dtype=table.dtype)
        return np.concatenate([ahead, table])

    return replace(
        ballots,
        cycles=tuple(cycles),
        heard=led(ballots.heard, False),
        raises=led(ballots.raises, False),
        likelihood=led(ballots.likelihood, 0.0),
        segment=led(ballots.segment, -1),
        tier=led(ballots.tier, -1),
        sources={source: led(by, False) for source, by in ballots.sources.items()},
    )


def _chances(ballots: Ballots, window: Window, uses: pl.DataFrame) -> dict[str, float]:
    """Chance of each term's change if nobody changed their words; 1 where accounts, for what they said, point the other way."""
    tally = count(ballots, window, None)
    now = set(ballots.cycles[window.now])
    said = _said(ballots, uses, now)
    found = {}
    for k, term in enumerate(ballots.pains):
        votes, before = tally.now[:, k], tally.before[:, k]
        test = exchange_test(tally.heard_now, tally.heard_before, votes, votes + before, said=said)
        change = tally.share_now[k] - tally.share_before[k]
        agrees = (test.observed - test.expected) * change > 0
        found[term] = test.p_two_sided if agrees else 1.0
    return found


def _said(ballots: Ballots, uses: pl.DataFrame, now: set[str]) -> tuple[Floats, Floats]:
    """How many terms each account used in either window, each once a cycle."""
    counted = (
        uses.select("cycle", "account_id", "term")
        .unique()
        .group_by("account_id")
        .agg(now=pl.col("cycle").is_in(now).sum(), before=(~pl.col("cycle").is_in(now)).sum())
    )
    of = {account: (float(a), float(b)) for account, a, b in counted.iter_rows()}
    both = np.array([of.get(account, (0.0, 0.0)) for account in ballots.accounts])
    return both[:, 0], both[:, 1]
