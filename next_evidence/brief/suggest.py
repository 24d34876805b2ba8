"""What the evidence touches in the document: lines, order, pains it lacks. Never advice."""

from __future__ import annotations

from collections.abc import Sequence

from next_evidence.brief.model import Change, PainStory, Suggestion, WordChange
from next_evidence.brief.stories import Shares, ranks_now
from next_evidence.personas.document import Persona
from next_evidence.schemas import FALLS

MIN_SOLVED_ACCOUNTS = 2  # one account that is happy is an anecdote


def suggestions(
    persona: Persona,
    changes: Sequence[Change],
    solved: Suggestion | None,
    words: Sequence[WordChange] = (),
) -> tuple[Suggestion, ...]:
    """What surfaced shifts mean for the document's messaging, order, pains and words, the lead's first."""
    found: list[Suggestion] = []
    for change in changes:
        if change.old is not None:
            found += _misses(persona, change.old)
        if change.story is None:
            continue
        if change.kind in FALLS:
            found += _misses(persona, change.story)
        else:
            found += _answers(persona, change.story, ranked=change.is_order)
    if solved is not None:
        found.append(solved)
    found += [Suggestion("phrase", "", w.phrase) for w in words if w.gained and not w.listed]
    return tuple(dict.fromkeys(found))


def solved_pain(persona: Persona, shares: Shares, *, first: str | None) -> Suggestion | None:
    """The document's pain that most accounts call solved, if at least two do; ``first`` breaks ties."""
    denied = {
        pain.id: share
        for pain in persona.pains
        if (share := shares.at(pain.id)) is not None and share.denying >= MIN_SOLVED_ACCOUNTS
    }
    if not denied:
        return None
    pain_id = min(
        denied, key=lambda i: (-denied[i].denying, i != first, persona.claimed_order.index(i))
    )
    pain = persona.pain(pain_id)
    assert pain is not None
    return Suggestion(
        "solved",
        pain_id,
        pain.statement,
        rank_claimed=persona.claimed_order.index(pain_id) + 1,
        rank_now=ranks_now(shares).get(pain_id),
        accounts=denied[pain_id].denying,
        accounts_heard=denied[pain_id].heard,
    )


def _misses(persona: Persona, story: PainStory) -> list[Suggestion]:
    return [
        _about("line_misses", story, line.claim)
        for line in persona.messaging
        if line.answers == story.pain_id
    ]


def _answers(persona: Persona, story: PainStory, *, ranked: bool) -> list[Suggestion]:
    if not story.in_document:
        return [_about("not_in_document", story)]
    lines = [line.claim for line in persona.messaging if line.answers == story.pain_id]
    found = [_about("line_answers", story, claim) for claim in lines] or [_about("no_line", story)]
    moved_up = story.rank_now is not None and story.rank_now != story.rank_claimed
    return [_about("order", story), *found] if ranked and moved_up else found


def _about(kind: str, story: PainStory, claim: str = "") -> Suggestion:
    return Suggestion(
        kind,
        story.pain_id,
        story.label,
        claim=claim,
        rank_claimed=story.rank_claimed,
        rank_now=story.rank_now,
        accounts=story.now.raising if story.now else 0,
        accounts_heard=story.now.heard if story.now else 0,
    )
