"""Cheap signs in a statement's wording: a question, a complaint, thanks, "that is solved for us"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from next_evidence.records import KINDS

# English only: the head that weighs these was fitted on English statements.
_SIGNS: dict[str, str] = {
    "question": r"\?",
    "asks_how": r"^\W*(?:so |and |also:? |hi,? |hello,? )?(?:how|where|what|which|when|who|is there|is it|are there|can|could|does|do|will|would)\b",
    "please": r"\b(?:please|could you|can you|would you)\b",
    "wish": r"\b(?:wish|would be (?:nice|good|great)|should be|needs? to be|want to|would like|would love)\b",
    "negation": r"n['’]t\b|\b(?:not|no|never|nothing|nobody|none|neither|nor|without)\b",
    "cannot": r"\b(?:can['’]?t|cannot|could(?:n['’]t| not)|won['’]t|unable|impossible|no way (?:to|of))\b",
    "failure": r"\b(?:wrong|late|lost|miss(?:ed|ing)?|stuck|broke(?:n)?|fail(?:s|ed|ing)?|crash\w*|error\w*|mess|chas(?:e|ing)|guess\w*|wait(?:s|ed|ing)?|forg[eo]t\w*|nightmare|painful?|hate|worr(?:y|ied)|trouble|problem\w*|slow)\b",
    "again": r"\b(?:again|still|always|every (?:time|day|week|month|single)|keeps?|twice|three times|constantly|each time)\b",
    "by_hand": r"\b(?:by hand|manual(?:ly)?|spreadsheets?|excel|paper|print(?:ed|ing)?|copy(?:ing)?|paste|notebook|whatsapp|phone (?:round|around)|workaround|sticky)\b",
    "amount": r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundred|thousand|half|quarter)\b",
    "duration": r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|evenings?|mornings?|nights?)\b",
    "first_person": r"\b(?:i|i['’]m|i['’]ve|i['’]d|i['’]ll|me|my|mine|myself)\b",
    "we": r"\b(?:we|we['’]re|we['’]ve|we['’]d|us|our|ours)\b",
    "you": r"\b(?:you|your|yours|you['’]re|you['’]ve)\b",
    "others": r"\b(?:he|she|they|them|him|her|his|their|somebody|someone|everybody|everyone)\b",
    "but": r"\b(?:but|although|though|yet|instead|except|only)\b",
    "thanks": r"\b(?:thanks?|thank you|cheers|appreciate\w*|grateful|much obliged)\b",
    "delight": r"\b(?:love|lovely|great|brilliant|excellent|perfect(?:ly)?|fantastic|happy|pleased|pleasant|helpful|friendly|nice|best|recommend|impressed|delighted|star)\b",
    "greeting": r"\b(?:hi|hello|hey|good morning|bye|weekend|weather|holiday|birthday|coffee|rain|hear me|mute|screen)\b",
    "logistics": r"\b(?:call back|meeting|invoice|contract|reschedul\w*|schedul\w*|send (?:me|it|us)|e-?mail(?:ed)?|monday|tuesday|wednesday|thursday|friday|next week|tomorrow|attached|billing|renewal|calendar|slot)\b",
    "backchannel": r"^\W*(?:yeah|yes|no|okay|ok|right|sure|mm|uh|exactly|cool|got it|gotcha)\b",
    "no_longer": r"\b(?:any ?more|anymore|no longer|used to|stopped|gone|went away|behind us|in the past|not since|haven['’]t (?:had|seen|needed|heard|missed|lost)|hasn['’]t (?:happened|been)|not (?:had|seen|needed|lost|missed))\b",
    "now": r"\b(?:now|nowadays|these days|since|ever since|this year|last year|before|currently|already|at last|finally)\b",
    "solved": r"\b(?:solved|sorted|fixed|covered|handled|under control|taken care|tidy|smooth(?:ly)?|settled|up to date|in order|dropped|cured|closed|down to)\b",
    "works": r"\b(?:works?(?: well| fine)?|worked|fine|easy|easily|quick(?:ly)?|simple|straightforward|fast|in one place|automatic(?:ally)?|accurate|correct|right|clear|good|well|okay|ok|happy)\b",
    "no_problem": r"\b(?:no (?:issues?|problems?|complaints?|trouble|worries|bother|drama|surprises|gaps?|hassle|need)|not (?:an? |really )?(?:issue|problem|concern|worry|bother)|n['’]t (?:an? |really |been )?(?:issue|problem|concern|worry|bother)|nothing to (?:complain|report|add)|never (?:had|been|a|seen|lost|missed|an issue)|zero|hardly|rarely|barely)\b",
    "enough": r"\b(?:all of (?:them|it)|everyone|everything|each one|the lot|every one|same day|straight away|at once|in (?:a |one )?(?:minutes?|seconds?|click)|on time|within)\b",
}
SIGN_NAMES = tuple(_SIGNS)
CUE_NAMES = (*SIGN_NAMES, "words", "very_short")


def cues(texts: Sequence[str]) -> np.ndarray:
    """Signs found in each text, and its length.

    Returns
    -------
    Shape ``(n_texts, len(CUE_NAMES))``: 0 or 1 for each sign, then the logarithm of the number of words
    (0 for an empty text), then 1 for fewer than five words.
    """
    text = pl.col("text")
    signs = [text.str.contains(f"(?i){sign}").alias(name) for name, sign in _SIGNS.items()]
    found = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(*signs)
    out = np.zeros((len(texts), len(CUE_NAMES)))
    out[:, : len(SIGN_NAMES)] = found.to_numpy()
    words = np.array([len(text.split()) for text in texts], dtype=float)
    out[:, -2] = np.log1p(words)
    out[:, -1] = words < 5
    return out


def kind_cues(kinds: Sequence[str]) -> np.ndarray:
    """One column per kind of source (``KINDS``), shape ``(n, len(KINDS))``; an unknown kind is all zeros."""
    known = {kind: column for column, kind in enumerate(KINDS)}
    out = np.zeros((len(kinds), len(KINDS)))
    for row, kind in enumerate(kinds):
        if kind in known:
            out[row, known[kind]] = 1.0
    return out
