"""Pydantic models of ``next_evidence.yaml``; pure `parse_settings`.

Every field has a range and a description: ``docs/settings.md`` is generated from them.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from next_evidence.errors import SettingsError
from next_evidence.records import Cadence
from next_evidence.yaml_text import parse_yaml, validate

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Durability = Literal["durable", "unknown", "transient"]


def _as_list(value: Any) -> Any:
    """One word where a list is expected is a list of one."""
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Strict(BaseModel):
    """A typo in YAML is an error, and settings do not change while a cycle runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CompanySettings(Strict):
    """Who you are: your own people's words never count as evidence."""

    name: str = Field(default="", description="Your company's name, as briefs print it.")
    domains: Words = Field(
        default=(), description="Your own e-mail domains; whoever writes from them is an employee."
    )
    employees: Words = Field(
        default=(), description="Names of employees that calls show without an e-mail address."
    )


class SourceSettings(Strict):
    """One place where customers speak."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", description="Short name, printed in coverage."
    )
    connector: str = Field(
        description="Which connector reads it; see `next-evidence sources list`."
    )
    options: dict[str, Any] = Field(
        default_factory=dict, description="What that connector wants to know, such as a path."
    )


class EvidenceSettings(Strict):
    """Which statements may count."""

    min_words: int = Field(default=3, ge=1, le=50, description="Shorter statements are dropped.")
    near_duplicate: Probability = Field(
        default=0.9,
        description="Jaccard similarity of word 3-grams from which two statements of one account are one.",
    )
    boilerplate_accounts: int = Field(
        default=4,
        ge=2,
        description="A text of ten or more words that this many accounts send word for word in one cycle is a form.",
    )
    currency_rates: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict,
        description="US dollars per unit of other currencies; without a rate that ARR is unknown.",
    )


class EncoderSettings(Strict):
    """What turns texts into vectors."""

    kind: Literal["onnx-int8", "sentence-transformers"] = Field(
        default="onnx-int8", description="A packaged model, or any sentence-transformers model."
    )
    model: str = Field(
        default="all-MiniLM-L6-v2",
        description="With `onnx-int8`: `all-MiniLM-L6-v2`, or `all-mpnet-base-v2`, which hears more and is slower (docs/models.md). Else name or folder "
        "of a sentence-transformers model.",
    )
    adapter: bool = Field(
        default=True,
        description="Merge the shipped adapter into the packaged model; `false`: the model as it comes.",
    )
    threads: int = Field(default=0, ge=0, le=256, description="CPU threads; 0: all cores.")


class MatchingSettings(Strict):
    """How sure a match must be."""

    head: str = Field(
        default="",
        description="Folder of a matching head for another encoder (docs/models.md); empty: the shipped one.",
    )
    accept_at: Probability = Field(
        default=0.5, description="Calibrated probability from which a match counts."
    )
    review_at: Probability = Field(
        default=0.3, description="From here to `accept_at` a match waits for review."
    )
    vote_at: Probability = Field(
        default=0.4,
        description="Probability from which an account is counted as raising a pain, its statements taken together. Tests "
        "weigh the probability itself.",
    )
    persona_accept_at: Probability = Field(
        default=0.6, description="Calibrated probability from which a speaker belongs to a persona."
    )
    relevant_at: Probability = Field(
        default=0.5, description="Probability from which a statement speaks of a pain at all."
    )
    speaker_window_cycles: int = Field(
        default=12,
        ge=1,
        le=60,
        description="Cycles of a speaker's statements that tell who they are.",
    )
    speaker_half_life_cycles: float = Field(
        default=12,
        ge=0.5,
        le=120,
        description="After so many cycles a statement tells half as much of who its speaker is: people change roles.",
    )


class ReviewSettings(Strict):
    """What people look at, and what their decisions do (docs/review.md)."""

    queue_size: int = Field(
        default=60, ge=2, le=1000, description="Matches drawn a cycle, half of them at random."
    )
    required: bool = Field(
        default=False, description="Hold evidence back until a person has accepted it."
    )
    required_for: dict[str, bool] = Field(
        default_factory=dict, description="One persona's own answer to `required`, by persona id."
    )
    examples_per_pain: int = Field(
        default=10,
        ge=0,
        le=100,
        description="Accepted statements, one an account, that join a pain's examples; 0: none.",
    )
    min_decisions: int = Field(
        default=50,
        ge=20,
        description="Reviewed matches drawn at random before probabilities are corrected.",
    )
    min_accounts: int = Field(
        default=12,
        ge=10,
        description="Accounts with a match reviewed at random, in a cycle, before a persona's shares are corrected.",
    )
    precision: Annotated[float, Field(ge=0.5, le=0.99)] = Field(
        default=0.8,
        description="Share of accepted matches that must be right. Reviews set the bar of `accepted` once they show it.",
    )

    accept_by: Literal["precision", "conformal"] = Field(
        default="precision",
        description="What reviews must show of the bar of `accepted`: that `precision` of what lies above is right, or that at most "
        "`wrong_accepted` of what is wrong lies above.",
    )
    wrong_accepted: Annotated[float, Field(ge=0.02, le=0.5)] = Field(
        default=0.1,
        description="With `accept_by: conformal`, share of wrong matches that may be accepted; the others wait for review.",
    )

    def required_of(self, persona_id: str) -> bool:
        """Whether evidence of this persona waits for a person."""
        return self.required_for.get(persona_id, self.required)


class TopicSettings(Strict):
    """When statements that no known pain explains become a candidate pain."""

    enabled: bool = Field(default=True, description="Look for pains that no document has.")
    window_cycles: int = Field(
        default=3, ge=1, le=12, description="Cycles that are looked at together."
    )
    min_accounts: int = Field(
        default=6,
        ge=2,
        description="Accounts that must speak of a candidate, each counted as far as it is sure to.",
    )
    min_statements: int = Field(
        default=6, ge=3, description="Statements that a candidate must have."
    )
    seed: int = Field(
        default=20,
        ge=0,
        description="Seed of the sample in which groups are sought where a persona says more than 4,000 statements.",
    )


class DriftSettings(Strict):
    """What is compared, and how surely."""

    trailing_cycles: int = Field(
        default=6, ge=2, le=24, description="Cycles before this one that make the trailing window."
    )
    reference_cycles: int = Field(
        default=12,
        ge=3,
        le=52,
        description="First cycles of history, at most, that stand for the document's time; a pain's end with its first lasting change.",
    )
    document_cycles: int = Field(
        default=3, ge=1, le=12, description="Cycles pooled when the document's order is checked."
    )
    interval: Annotated[float, Field(ge=0.5, le=0.99)] = Field(
        default=0.8, description="Level of the intervals that are printed."
    )
    power: Annotated[float, Field(ge=0.5, le=0.99)] = Field(
        default=0.8, description="Power at which the detectable change is stated."
    )


class GateSettings(Strict):
    """The bar that a shift must pass to be sent. Every reason for a verdict is kept."""

    min_accounts: int = Field(
        default=15, ge=1, description="Accounts heard before a persona's shifts count."
    )
    min_raising: int = Field(
        default=5, ge=1, description="Accounts that must raise a pain before its rise counts."
    )
    min_top_tier_accounts: int = Field(
        default=0, ge=0, description="Of them, accounts in the highest tier."
    )
    top_tier: str = Field(default="top", description="What your CRM calls that tier.")
    min_segments: int = Field(
        default=1, ge=0, description="Segments in which the shift must point the same way."
    )
    min_sources: int = Field(
        default=2, ge=1, description="Sources in which the pain must have been raised."
    )
    min_change: Probability = Field(
        default=0.10, description="Smallest change of a share that matters, 0 to 1."
    )
    false_discovery_rate: Annotated[float, Field(gt=0, le=0.5)] = Field(
        default=0.10, description="Share of surfaced shifts that may be false alarms."
    )
    durability: tuple[Durability, ...] = Field(
        default=("durable", "unknown"), description="Kinds of shift that may surface."
    )
    min_segment_accounts: int = Field(
        default=8, ge=1, description="Accounts heard before a segment's strength is stated."
    )


class TrackingOverride(Strict):
    """One persona's own bar; what is not said here comes from `gate`."""

    min_accounts: int | None = Field(default=None, ge=1, description="See `gate.min_accounts`.")
    min_raising: int | None = Field(default=None, ge=1, description="See `gate.min_raising`.")
    min_change: Probability | None = Field(default=None, description="See `gate.min_change`.")
    false_discovery_rate: Annotated[float, Field(gt=0, le=0.5)] | None = Field(
        default=None, description="See `gate.false_discovery_rate`."
    )


class CoverageSettings(Strict):
    """When a source counts as silent."""

    warn_probability: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        default=0.01, description="A gap this unlikely at the source's usual pace is called silent."
    )
    stale_probability: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        default=0.001, description="A gap this unlikely is called stale."
    )


class BriefSettings(Strict):
    """What a brief holds."""

    quotes: int = Field(default=4, ge=1, le=12, description="Quotes in a brief, one an account.")
    accounts: int = Field(default=10, ge=1, le=50, description="Rows of the account table.")
    templates: str = Field(
        default="templates", description="Folder whose files override the shipped templates."
    )
    link: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Address under which `briefs/` can be opened in a browser; empty: messages do not link to pages.",
    )


class DeliverSettings(Strict):
    """What happens between a brief and its readers (docs/acting.md)."""

    approval: Literal["none", "required"] = Field(
        default="none",
        description="`required`: messages are held until a person says yes. The folder is not held: there they are read.",
    )
    snooze_days: int = Field(
        default=90, ge=1, le=730, description="How long a pain sleeps when nobody names a date."
    )


class DeliverySettings(Strict):
    """One place where briefs go."""

    use: str = Field(description="Which delivery: `folder` needs no account, `slack`, `email`.")
    name: str = Field(
        default="",
        description="Its name in the list of deliveries; needed when one kind is used twice.",
    )
    options: dict[str, Any] = Field(
        default_factory=dict, description="What that delivery wants to know, such as a path."
    )


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; write it as Europe/Berlin or UTC") from None
    return name


_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class ScheduleSettings(Strict):
    """When `next-evidence run --due` reports a cycle, and when nothing is posted."""

    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="The team's time zone, such as Europe/Berlin."
    )
    at: str = Field(default="09:00", pattern=_CLOCK, description="Time of day, e.g. 09:00.")
    delay_days: int = Field(
        default=0, ge=0, le=28, description="Days to wait after a cycle's end, for late exports."
    )
    business_days: bool = Field(
        default=True, description="On a Saturday or Sunday wait for Monday."
    )
    quiet_from: Annotated[str, Field(pattern=rf"{_CLOCK}|^$")] = Field(
        default="", description="From this time of day nothing is posted, e.g. 18:00."
    )
    quiet_to: Annotated[str, Field(pattern=rf"{_CLOCK}|^$")] = Field(
        default="", description="From this time of day it is again, e.g. 08:00."
    )

    @model_validator(mode="after")
    def _both_ends(self) -> ScheduleSettings:
        if bool(self.quiet_from) != bool(self.quiet_to):
            raise ValueError("quiet_from and quiet_to belong together")
        return self


class Settings(Strict):
    """All of ``next_evidence.yaml``."""

    company: CompanySettings = Field(default=CompanySettings(), description="Who you are.")
    cadence: Cadence = Field(default="monthly", description="How often briefs are made.")
    schedule: ScheduleSettings = Field(
        default=ScheduleSettings(), description="When a cycle is due, and quiet hours."
    )
    persona_library: str = Field(
        default="persona_library", description="Folder of persona documents."
    )
    sources: tuple[SourceSettings, ...] = Field(
        default=(), description="Where customers speak and who they are."
    )
    evidence: EvidenceSettings = Field(
        default=EvidenceSettings(), description="Which statements count."
    )
    encoder: EncoderSettings = Field(default=EncoderSettings(), description="Texts to vectors.")
    matching: MatchingSettings = Field(
        default=MatchingSettings(), description="How sure a match must be."
    )
    review: ReviewSettings = Field(
        default=ReviewSettings(), description="What people look at, and what their decisions do."
    )
    topics: TopicSettings = Field(
        default=TopicSettings(), description="Pains that no document has."
    )
    drift: DriftSettings = Field(default=DriftSettings(), description="What is compared.")
    gate: GateSettings = Field(default=GateSettings(), description="What may be sent.")
    gate_overrides: dict[str, TrackingOverride] = Field(
        default_factory=dict, description="One persona's own bar, by persona id."
    )
    coverage: CoverageSettings = Field(
        default=CoverageSettings(), description="When a source counts as silent."
    )
    brief: BriefSettings = Field(default=BriefSettings(), description="What a brief holds.")
    deliver: DeliverSettings = Field(
        default=DeliverSettings(), description="Whether a person says yes first."
    )
    deliveries: tuple[DeliverySettings, ...] = Field(
        default=(DeliverySettings(use="folder"),), description="Where briefs go."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"sources: {len(twice)} name(s) are given twice; names must differ")
        if self.matching.review_at > self.matching.accept_at:
            raise ValueError("matching.review_at must not be above matching.accept_at")
        return self

    def gate_for(self, persona_id: str, tracking: str) -> GateSettings:
        """The bar for one persona: `gate`, its own overrides, and how closely it is tracked.

        ``close`` halves the change that matters and lets fewer accounts speak; ``low`` asks for twice the
        accounts raising a pain. Explicit overrides win over both.
        """
        changes: dict[str, Any] = {}
        if tracking == "close":
            changes["min_change"] = self.gate.min_change / 2
            changes["min_raising"] = max(3, self.gate.min_raising - 2)
        elif tracking == "low":
            changes["min_raising"] = self.gate.min_raising * 2
        override = self.gate_overrides.get(persona_id)
        if override is not None:
            changes |= override.model_dump(exclude_none=True)
        return self.gate.model_copy(update=changes)


_SECRET_SHAPED = re.compile(r"(xox[abp]-|ghp_|sk-|AKIA)[A-Za-z0-9-]{8,}")


def parse_settings(text: str, *, origin: str) -> Settings:
    """Read settings from YAML text.

    Parameters
    ----------
    text
        The whole file.
    origin
        The file's path, for messages only.

    Raises
    ------
    SettingsError
        All wrong keys and values at once, each with line, path and rule; never a value that is a word.
    """
    settings, problems = validate(Settings, parse_yaml(text))
    if _SECRET_SHAPED.search(text):
        problems = (
            *problems,
            "a token is written into this file; name an environment variable instead (token_env: NAME)",
        )
    if settings is None or problems:
        raise SettingsError(origin, problems)
    return settings
