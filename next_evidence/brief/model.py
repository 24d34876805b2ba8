"""What a brief holds: nested frozen dataclasses with raw numbers; templates round and word them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from next_evidence.records import Quote

State = Literal["shifted", "steady", "thin", "withheld"]
StrengthWord = Literal["strong", "moderate", "thin", "none"]


@dataclass(frozen=True)
class CycleSpan:
    """A cycle as readers see it. ``end`` is exclusive, like everywhere."""

    name: str
    cadence: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class ReviewedShare:
    """A share corrected with ``matches`` that people reviewed, drawn at random; 0 to 1, with its interval."""

    share: float
    low: float
    high: float
    matches: int


@dataclass(frozen=True)
class Share:
    """Share of accounts heard that raise something, 0 to 1, with its interval and the counts behind it.

    ``voices``: of those counted as raising it, how many are expected to; None: as many as are counted.
    ``reviewed`` None: people reviewed too few matches to correct it.
    """

    share: float
    low: float | None
    high: float | None
    raising: int
    heard: int
    denying: int = 0
    voices: float | None = None
    reviewed: ReviewedShare | None = None


@dataclass(frozen=True)
class PainPoint:
    """One point of a pain's history."""

    cycle: str
    start: datetime
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PainStory:
    """One pain now, before and over time.

    ``before`` is pooled over ``before_cycles`` cycles that end where the shift began; None: no history.
    Ranks count from 1; ``rank_claimed`` is None for a pain that the document does not have.
    """

    pain_id: str
    label: str
    in_document: bool
    now: Share | None
    before: Share | None
    before_cycles: int
    rank_now: int | None
    rank_claimed: int | None
    history: tuple[PainPoint, ...] = ()


@dataclass(frozen=True)
class QuoteCard:
    """A verbatim quote with what a reader needs to weigh it. ``why``: why its speaker counts as of the persona; empty: not known."""

    quote: Quote
    account: str
    source: str
    why: str = ""


@dataclass(frozen=True)
class Change:
    """One shift in the reader's terms.

    ``share_before``, ``share_now`` and the interval of their difference are what was tested. ``story`` is
    the pain that moved, ``old`` the one that the document puts before it (top pain and priority only; there
    ``share_before`` is the share of ``old`` and ``change`` the lead over it). ``agreeing`` counts
    further surfaced shifts that say the same of another segment or against another reference. ``also_ahead`` are labels of
    other pains that clearly come before ``old`` now.
    """

    kind: str
    pain_id: str | None
    label: str
    segment: str | None
    versus: str
    share_before: float | None
    share_now: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    q_value: float | None
    e_value: float | None
    certainty: str
    accounts_heard: int
    accounts_raising: int
    arr_usd: float | None
    consistency: float | None
    durability: str
    since: CycleSpan | None
    verdict: str
    reasons: tuple[str, ...]
    story: PainStory | None = None
    old: PainStory | None = None
    quote: QuoteCard | None = None
    change_mix_adjusted: float | None = None
    order_change: float | None = None
    share_before_corrected: float | None = None
    share_now_corrected: float | None = None
    agreeing: int = 0
    also_ahead: tuple[str, ...] = ()

    @property
    def is_order(self) -> bool:
        """Whether it is about which of two pains comes first: shares are then of two pains, pooled."""
        return self.kind in ("top_pain", "priority")

    @property
    def halfway(self) -> float | None:
        """Share from which the story is nearer to what it was before than to now; None: nothing came before."""
        story = self.story
        if story is None or story.now is None or story.before is None:
            return None
        return (story.before.share + story.now.share) / 2

    @property
    def has_moved(self) -> bool:
        """For an order: whether it used to be the document's; else evidence never agreed with the document."""
        if (
            self.old is None
            or self.story is None
            or self.old.before is None
            or self.story.before is None
        ):
            return False
        return self.old.before.share > self.story.before.share


@dataclass(frozen=True)
class WordChange:
    """A word or phrase that more accounts use than before, or fewer.

    ``accounts`` of ``accounts_heard`` use it now; for a ``pain`` (its label; empty: whatever they speak of) the latter are the
    accounts that raise it. ``share_before`` is the share that used it in the cycles that ``versus`` names. ``listed``: the document has
    it. ``quote`` shows it, where it is used now and somebody said enough to quote.
    """

    phrase: str
    gained: bool
    pain: str
    accounts: int
    accounts_heard: int
    share_before: float
    share_now: float
    versus: str
    listed: bool
    quote: QuoteCard | None = None


@dataclass(frozen=True)
class CounterEvidence:
    """Who says the opposite. ``quote`` may be None although accounts deny: none of them fit a card.

    ``of_two_minds``: of ``accounts``, those that in the same cycle also say what the lead says.
    """

    quote: QuoteCard | None
    accounts: int
    accounts_heard: int
    of_two_minds: int = 0


@dataclass(frozen=True)
class AffectedAccount:
    """One account behind a shift; ``arr_usd`` None: unknown. ``said``: what it said; None: nothing that can be quoted."""

    account_id: str
    name: str
    tier: str
    segment: str
    arr_usd: float | None
    renewal_date: date | None
    renews_soon: bool
    said: QuoteCard | None = None


@dataclass(frozen=True)
class TierLine:
    """Accounts behind a shift in one tier, beside all that were heard in it."""

    tier: str
    accounts: int
    heard: int
    arr_usd: float | None
    arr_unknown: int


@dataclass(frozen=True)
class Exposure:
    """Accounts and ARR behind a shift, each account once.

    ``arr_usd`` sums what is known, None when it is unknown for all; ``arr_unknown`` counts the others.
    ``renewals`` are accounts that renew within ``renewal_days`` days after the cycle.
    """

    accounts: tuple[AffectedAccount, ...]
    tiers: tuple[TierLine, ...]
    accounts_heard: int
    arr_usd: float | None
    arr_unknown: int
    renewals: tuple[AffectedAccount, ...]
    renewal_arr_usd: float | None
    renewal_unknown: int
    renewal_days: int

    @property
    def renewal_arr_unknown(self) -> int:
        """Renewing accounts without a known ARR."""
        return sum(account.arr_usd is None for account in self.renewals)


@dataclass(frozen=True)
class SegmentStrength:
    """How strong a shift is in one segment. ``before`` is the share it is compared with, None: no history."""

    segment: str
    word: StrengthWord
    direction: Literal["up", "down", "flat"]
    now: Share | None
    before: float | None


@dataclass(frozen=True)
class Suggestion:
    """Something in the document that the evidence touches; never advice.

    ``kind`` says what: ``line_misses`` (a messaging line answers a pain that lost its place),
    ``line_answers`` (a line answers the pain that moved up), ``no_line`` (none does), ``not_in_document``
    (the pain is new), ``solved`` (accounts say that it is solved for them), ``order`` (the document's order
    and customers' differ), ``phrase`` (customers use words that the document lacks).
    """

    kind: str
    pain_id: str
    label: str
    claim: str = ""
    rank_claimed: int | None = None
    rank_now: int | None = None
    accounts: int = 0
    accounts_heard: int = 0
    quote: QuoteCard | None = None


@dataclass(frozen=True)
class CoverageLine:
    """Who was heard in one segment or one source."""

    name: str
    accounts_in_crm: int | None
    accounts_heard: int
    utterances: int
    detectable_change: float | None
    state: str
    last_seen_at: datetime | None


@dataclass(frozen=True)
class CoverageView:
    """Who was heard for a persona, and where nobody spoke. ``expected`` are the document's channels.

    ``ambiguous``: persona and number of speakers who could be of it as well as of this one, most first.
    """

    overall: CoverageLine
    segments: tuple[CoverageLine, ...]
    sources: tuple[CoverageLine, ...]
    expected: tuple[str, ...] = ()
    ambiguous: tuple[tuple[str, int], ...] = ()

    @property
    def quiet(self) -> tuple[CoverageLine, ...]:
        """Sources that stopped or slowed beyond chance."""
        return tuple(line for line in self.sources if line.state in ("silent", "stale"))

    @property
    def thin_segments(self) -> tuple[CoverageLine, ...]:
        """Segments in which too few accounts spoke."""
        return tuple(line for line in self.segments if line.state == "thin")


@dataclass(frozen=True)
class Method:
    """What a reader needs to re-derive the numbers."""

    interval: float
    power: float
    trailing_cycles: int
    document_cycles: int
    false_discovery_rate: float
    min_accounts: int
    min_segment_accounts: int
    min_raising: int
    quotes_considered: int
    quotes_refused: int
    provenance: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Brief:
    """One persona's cycle, ready to be worded.

    ``gate_state`` and ``reasons`` are the gate's. ``changes`` are surfaced shifts, the strongest first; its
    first is the lead that quotes, exposure and strength speak of. ``more_not_surfaced`` counts shifts that
    were tested and are not listed; ``account_rows`` is how many accounts a table shows. ``pains`` are all of the document and
    those that were raised, the most raised first. ``words`` are gained and left ones;
    they never lead.
    """

    persona_id: str
    persona: str
    owner: str
    tracking: str
    company: str
    cycle: CycleSpan
    state: State
    gate_state: str
    reasons: tuple[str, ...]
    changes: tuple[Change, ...]
    watch: tuple[Change, ...]
    not_surfaced: tuple[Change, ...]
    quotes: tuple[QuoteCard, ...]
    counter: CounterEvidence | None
    exposure: Exposure | None
    strength: tuple[SegmentStrength, ...]
    suggestions: tuple[Suggestion, ...]
    coverage: CoverageView
    pains: tuple[PainStory, ...]
    method: Method
    more_not_surfaced: int = 0
    account_rows: int = 10
    words: tuple[WordChange, ...] = ()

    @property
    def lead(self) -> Change | None:
        """The shift that the brief is about; None when nothing surfaced."""
        return self.changes[0] if self.changes else None


@dataclass(frozen=True)
class MissedCycle:
    """A cycle that was reported, but whose digest never went out: how many personas were in which state."""

    cycle: CycleSpan
    personas: int
    shifted: int


@dataclass(frozen=True)
class CyclePage:
    """All personas of one cycle on a page, shifted ones first.

    ``quiet`` names each silent source once. ``missed`` are cycles that the readers of this digest never got.
    """

    company: str
    cycle: CycleSpan
    briefs: tuple[Brief, ...]
    quiet: tuple[CoverageLine, ...]
    missed: tuple[MissedCycle, ...] = ()

    def in_state(self, *states: str) -> tuple[Brief, ...]:
        """Briefs whose state is one of these."""
        return tuple(brief for brief in self.briefs if brief.state in states)
