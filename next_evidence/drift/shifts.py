"""`SHIFTS`: this cycle against last cycle, the trailing window and the document, tested and corrected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from next_evidence.drift.ballots import Ballots, cut_to, read_ballots
from next_evidence.drift.claims import claimed_pairs, label_of
from next_evidence.drift.correction import adjusted_p_values
from next_evidence.drift.discovered import new_pain_shifts
from next_evidence.drift.order import order_shifts
from next_evidence.drift.reference import by_reference
from next_evidence.drift.rising import LEVELS, level_shifts
from next_evidence.drift.rows import Shift, as_table
from next_evidence.drift.windows import Window, document_window, windows
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle
from next_evidence.schemas import HEARD, PAINS, VOTES, check
from next_evidence.settings import DriftSettings

_LIVE = ("candidate", "confirmed")


def detect(
    history_heard: pl.DataFrame,
    history_votes: pl.DataFrame,
    pains: pl.DataFrame,
    library: PersonaLibrary,
    *,
    cycle: Cycle,
    rules: DriftSettings,
    segments: bool = True,
    preferred: Mapping[str, Collection[tuple[str, str]]] = MappingProxyType({}),
) -> pl.DataFrame:
    """Every shift that can be stated for a cycle, with its test, not yet judged.

    Tests are exact (`next_evidence.stats.significance.exchange_test`): there is no seed, and neither the order of
    rows nor another persona can change a p-value. ``q_value`` corrects over all tests of the cycle, in two families: every
    persona's top pain, which is the question the product is for, and everything else. Segment rows show
    where a shift lives; they have no ``q_value`` and are no findings of their own.

    Parameters
    ----------
    history_heard, history_votes
        ``HEARD`` and ``VOTES`` of all cycles. Later cycles, and what became known later, are ignored.
    pains
        ``PAINS``; its latest state up to this cycle is used.
    library
        The persona documents; personas that are not tracked are left out.
    cycle
        The cycle to report on.
    rules
        What is compared, and how surely.
    segments
        Without them rising and falling pains are told over all segments only, which is what a second opinion needs.
    preferred
        Orders of pains that a second opinion is asked about, by persona id; see `next_evidence.drift.order.order_shifts`.

    Returns
    -------
    ``SHIFTS`` rows with ``verdict`` empty and ``reasons`` empty, sorted. A persona that was not heard in this cycle
    has none.
    """
    heard = cut_to(check(history_heard, HEARD, table="heard"), cycle)
    votes = cut_to(check(history_votes, VOTES, table="votes"), cycle)
    found: list[Shift] = []
    made = {"others": 0, "top_pain": 0}
    discovered_by = _discovered(cut_to(check(pains, PAINS, table="pains"), cycle))
    heard_of, votes_of = _by_persona(heard), _by_persona(votes)
    for persona in library.tracked:
        discovered = {
            pain_id: pain
            for pain_id, pain in discovered_by.get(persona.id, {}).items()
            if persona.pain(pain_id) is None
        }
        listed = tuple(sorted({pain.id for pain in persona.pains} | set(discovered)))
        ballots = read_ballots(
            heard_of.get(persona.id, heard.clear()),
            votes_of.get(persona.id, votes.clear()),
            persona_id=persona.id,
            pains=listed,
            cycle=cycle,
        )
        if ballots is None or not ballots.heard[-1].any() or not listed:
            continue
        named = preferred.get(persona.id, ())
        shifts = _persona_shifts(ballots, persona, discovered, rules, segments, named)
        found += shifts
        reported = {shift.pain_id for shift in shifts if shift.kind == "pain_new"}
        tested = sum(
            s.family == "others" and s.segment is None and s.kind != "priority" for s in shifts
        )
        made["others"] += tested + len(set(discovered) - reported) + bool(claimed_pairs(persona))
        made["top_pain"] += len(persona.pains) > 1
    return as_table(_corrected(found, made))


@dataclass(frozen=True)
class _Discovered:
    label: str
    first_cycle: str


def _by_persona(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Each persona's rows; looked up, since filtering once a persona costs all rows each time."""
    parts = rows.partition_by("persona_id", as_dict=True, maintain_order=True)
    return {str(persona_id): part for (persona_id,), part in parts.items()}


def _discovered(pains: pl.DataFrame) -> dict[str, dict[str, _Discovered]]:
    """Live pains that were found in what accounts say, by persona and pain."""
    keys = ["persona_id", "pain_id"]
    rows = pains.filter(pl.col("origin") == "discovered")
    latest = rows.sort("cycle").unique(keys, keep="last").filter(pl.col("status").is_in(_LIVE))
    found: dict[str, dict[str, _Discovered]] = {}
    for row in latest.sort(keys).iter_rows(named=True):
        pain = _Discovered(row["label"] or row["pain_id"], row["first_cycle"] or row["cycle"])
        found.setdefault(row["persona_id"], {})[row["pain_id"]] = pain
    return found


def _persona_shifts(
    ballots: Ballots,
    persona: Persona,
    discovered: dict[str, _Discovered],
    rules: DriftSettings,
    segments: bool,
    preferred: Collection[tuple[str, str]],
) -> list[Shift]:
    labels = {pain.id: label_of(persona, pain.id) for pain in persona.pains}
    labels |= {pain_id: found.label for pain_id, found in discovered.items()}
    claimed = {pain.id: True for pain in persona.pains}
    compared: list[tuple[Window, dict[str, bool]]] = []
    for window in windows(len(ballots.cycles), rules):
        old = _long_known(ballots, discovered, window.before) if window.versus != "document" else {}
        tested = claimed | old
        compared += [
            (part, {pain_id: tested[pain_id] for pain_id in names})
            for part, names in by_reference(ballots, window, tested, rules)
        ]
    found = level_shifts(
        ballots, compared, labels=labels, interval=rules.interval, segments=segments
    )
    document = order_window(len(ballots.cycles), rules)
    found += order_shifts(
        ballots, document, persona, labels=labels, interval=rules.interval, preferred=preferred
    )
    first = {pain_id: pain.first_cycle for pain_id, pain in discovered.items()}
    return found + new_pain_shifts(
        ballots,
        first,
        labels=labels,
        document_cycles=rules.document_cycles,
        interval=rules.interval,
    )


def order_window(n_cycles: int, rules: DriftSettings) -> Window:
    """The document's comparison once now is as many cycles as asked for; until then a window without a before.

    With fewer, one odd cycle would do for "the top pain has moved".
    """
    window = document_window(n_cycles, rules)
    if window is not None and n_cycles - window.now.start >= rules.document_cycles:
        return window
    return Window(
        "document", slice(max(0, n_cycles - rules.document_cycles), n_cycles), slice(0, 0)
    )


def _long_known(
    ballots: Ballots, discovered: dict[str, _Discovered], before: slice
) -> dict[str, bool]:
    """Discovered pains that were there in the whole earlier window, so that its silence means something."""
    early = set(ballots.cycles[: before.start + 1])
    return {pain_id: False for pain_id, found in discovered.items() if found.first_cycle in early}


def _corrected(found: list[Shift], made: dict[str, int]) -> list[Shift]:
    """The same shifts with q-values on the overall rows, corrected over all tests that were made."""
    kept = [shift for shift in found if shift.segment is not None]
    for family, tests in made.items():
        overall = [shift for shift in found if shift.segment is None and shift.family == family]
        adjusted = adjusted_p_values(
            [shift.p_value for shift in overall],
            [shift.versus if shift.kind in LEVELS else shift.kind for shift in overall],
            tests=tests,
        )
        kept += [shift.with_q(float(q)) for shift, q in zip(overall, adjusted, strict=True)]
    return kept
