"""Briefs of a small company, whole, without any pipeline: for who writes a delivery or a template."""

from next_evidence.testing.briefs.company import (
    NEW_LABEL,
    NEW_PAIN,
    NOW,
    PERSONA,
    SITUATIONS,
    Situation,
)
from next_evidence.testing.briefs.samples import Sample, sample, sample_brief
from next_evidence.testing.briefs.varied import varied

__all__ = [
    "NEW_LABEL",
    "NEW_PAIN",
    "NOW",
    "PERSONA",
    "SITUATIONS",
    "Sample",
    "Situation",
    "sample",
    "sample_brief",
    "varied",
]
