"""Counts and shares as the gate's reasons have them in tables: plain digits, ``13 %``.

A brief prints reasons through `next_evidence.brief.words.sentence`.
"""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def points(share: float) -> str:
    points = round(share * 100)
    return f"{points} point" if points == 1 else f"{points} points"


def signed_points(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{points(abs(share))}"


def percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{round(share * 100)} %"
