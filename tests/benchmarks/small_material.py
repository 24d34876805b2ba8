"""A material of made-up utterances whose labels differ in words, as small as the text track can be played with."""

from tests.benchmarks.loaded import benchmark

material = benchmark("material")

SUBJECTS = ("export", "invoice", "login", "report", "refund", "widget", "calendar", "password")
OPENINGS = ("please", "again", "today", "yesterday", "honestly", "sadly")
VERBS = ("lost", "broke", "froze", "stuck", "vanished", "crashed")
PLACES = ("office", "phone", "laptop", "meeting", "warehouse", "home")


def small_material():
    """Two personas with eight labels each; every utterance names its label's subject."""
    speakers = tuple(
        material.Speaker(persona, persona, "", (f"{persona} lead",), (), _labels(persona))
        for persona in ("clerk", "buyer")
    )
    small_talk = tuple(f"{word} weather number {n}" for word in OPENINGS for n in range(200))
    return material.Material("small", speakers, small_talk)


def _labels(persona):
    return tuple(
        material.Label(subject, f"The {persona} {subject} fails", (f"{persona} {subject} fails",), _said(persona, subject))
        for subject in SUBJECTS
    )  # fmt: skip


def _said(persona, subject):
    return tuple(
        f"{opening} {persona} {subject} fails {verb} {place}"
        for opening in OPENINGS
        for verb in VERBS
        for place in PLACES
    )
