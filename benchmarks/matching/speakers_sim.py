"""Made-up speakers of a vendor: what they would say in a year, and how the CRM names their job."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vendors import Vendor

from next_evidence.matching.profiles import Profiles, normal_title

GENERIC = ("", "", "Manager", "Director", "Consultant", "Team Lead")


@dataclass(frozen=True)
class Speaker:
    """Summed evidence over the personas offered, a title, and the truth (-1: none of those offered)."""

    said: np.ndarray
    statements: int
    title: str
    truth: int


def make_speakers(
    vendor: Vendor,
    evidence: np.ndarray,
    relevance: np.ndarray,
    offered: list[int],
    *,
    count: int,
    rng: np.random.Generator,
) -> list[Speaker]:
    """Draw speakers as compose.py does: own leanings, 65 % listed titles, more noise than pains.

    Parameters
    ----------
    evidence
        Log-likelihoods of the offered personas, shape ``(n_rows, n_offered)``.
    offered
        Personas (indices) that the library holds; speakers of others have no persona.
    """
    turns = _turns(vendor, evidence, relevance >= 0.5)
    speakers = []
    for _ in range(count):
        persona = int(rng.integers(len(vendor.profiles.personas)))
        own = vendor.profiles.of(persona)
        lean = rng.dirichlet(np.full(len(own), 0.9))
        n_pain = int(rng.poisson(rng.choice([0.7, 2.0, 6.0, 14.0])))
        picked = [rng.choice(turns.of_pain[k]) for k in rng.choice(own, n_pain, p=lean)]
        picked += list(rng.choice(turns.noise, int(rng.poisson(1.5 * n_pain + 0.3))))
        if not picked:
            continue
        speakers.append(
            Speaker(
                turns.said[picked].sum(axis=0),
                int(turns.relevant[picked].sum()),
                _title(vendor.library.personas, vendor.profiles, persona, rng),
                offered.index(persona) if persona in offered else -1,
            )
        )
    return speakers


def without_title(profiles: Profiles, title: str) -> tuple[tuple[str, ...], ...]:
    """The documents' titles, less one: what a title looks like that nobody thought of."""
    gone = normal_title(title)
    return tuple(tuple(t for t in titles if t != gone) for titles in profiles.titles)


@dataclass(frozen=True)
class _Turns:
    said: np.ndarray
    relevant: np.ndarray
    of_pain: dict[int, np.ndarray]
    noise: np.ndarray


def _turns(vendor: Vendor, evidence: np.ndarray, relevant: np.ndarray) -> _Turns:
    lines, place, size = np.unique(vendor.line, return_inverse=True, return_counts=True)
    said = np.zeros((len(lines), evidence.shape[1]))
    np.add.at(said, place, evidence)
    heard = np.zeros(len(lines), dtype=bool)
    np.logical_or.at(heard, place, relevant)
    first = np.unique(vendor.line, return_index=True)[1]
    pain = vendor.pain[first]
    return _Turns(
        said / size[:, None],
        heard,
        {k: np.flatnonzero(pain == k) for k in range(len(vendor.profiles.pains))},
        np.flatnonzero(~vendor.speaks[first]),
    )


def _title(
    personas: tuple[object, ...], profiles: Profiles, persona: int, rng: np.random.Generator
) -> str:
    if rng.random() < 0.65:
        return str(rng.choice(profiles.titles[persona]))
    return str(rng.choice(GENERIC))
