"""One persona document: pydantic models, and parsing one text."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from next_evidence.errors import LibraryError
from next_evidence.yaml_text import parse_yaml, validate

Tracking = Literal["close", "normal", "low", "off"]
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else [] if value is None else value


def _as_text(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AppliesTo(_Document):
    """Who the persona stands for, in the CRM's words."""

    titles: Texts = Field(default=(), description="Job titles, as they stand on business cards.")
    segments: Texts = Field(default=(), description="CRM segments where these people work.")


class Pain(_Document):
    """Something that hurts these customers, as the team words it."""

    id: Slug = Field(description="Short, permanent id.")
    statement: str = Field(min_length=1, description="The pain in one sentence, first person.")
    examples: Texts = Field(default=(), description="Quotes that the team considers typical.")


class Message(_Document):
    """A line of messaging and the pain that it answers."""

    claim: str = Field(min_length=1, description="What you say to these customers.")
    answers: Slug | None = Field(default=None, description="Id of the pain that it answers.")


class Attribute(_Document):
    """Anything else that the team holds to be true, and how it knows."""

    value: str | tuple[str, ...] | None = Field(default=None, description="The value.")
    source: Text = Field(default="", description="Where it comes from.")
    confidence: float | None = Field(default=None, ge=0, le=1, description="How sure, 0 to 1.")


class Persona(_Document):
    """A persona as its team maintains it."""

    id: Slug = Field(description="Short, permanent id; the file is called after it.")
    name: str = Field(min_length=1, description="What people call it.")
    owner: Text = Field(default="", description="Who gets the brief, e.g. @product-ops.")
    tracking: Tracking = Field(default="normal", description="How eagerly its shifts are surfaced.")
    description: Text = Field(default="", description="Who these people are, in a few sentences.")
    applies_to: AppliesTo = Field(default=AppliesTo(), description="Titles and segments.")
    channels: Texts = Field(
        default=(), description="Where these customers speak; coverage is judged against it."
    )
    pains: tuple[Pain, ...] = Field(default=(), description="What hurts them.")
    priorities: tuple[Slug, ...] = Field(default=(), description="Pain ids, most important first.")
    language: Texts = Field(default=(), description="Words and phrases that they use.")
    goals: Texts = Field(default=(), description="What they want.")
    messaging: tuple[Message, ...] = Field(default=(), description="What you tell them.")
    attributes: dict[str, Attribute] = Field(
        default_factory=dict, description="Anything else, with its source."
    )
    status: Text = Field(default="", description="E.g. provisional.")
    last_reviewed: Text = Field(default="", description="When people last looked at it.")
    unknowns: Texts = Field(default=(), description="What the team knows that it does not know.")

    @model_validator(mode="after")
    def _references(self) -> Persona:
        ids = [pain.id for pain in self.pains]
        problems = [
            f"pain id {i!r} is given twice" for i in sorted({i for i in ids if ids.count(i) > 1})
        ]
        problems += [
            f"priorities: {i!r} is not the id of a pain here"
            for i in self.priorities
            if i not in ids
        ]
        problems += [
            f"messaging: {m.answers!r} is not the id of a pain here"
            for m in self.messaging
            if m.answers is not None and m.answers not in ids
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def pain(self, pain_id: str) -> Pain | None:
        """The pain of this id, if the document has it."""
        return next((pain for pain in self.pains if pain.id == pain_id), None)

    @property
    def claimed_order(self) -> tuple[str, ...]:
        """Pain ids as the document ranks them: `priorities`, then what is left in document order."""
        left = tuple(pain.id for pain in self.pains if pain.id not in self.priorities)
        return self.priorities + left


def parse_persona(text: str, *, origin: str) -> Persona:
    """Read one persona document.

    Words are read as people write them: a bare ``1099`` or ``No`` in a list stays that word.

    Raises
    ------
    LibraryError
        Every unknown key, wrong value and unknown reference, with its line.
    """
    document = parse_yaml(text)
    if document.value is None and not document.problems:
        raise LibraryError(origin, ("the file is empty",))
    persona, problems = validate(Persona, document)
    if persona is None:
        raise LibraryError(origin, problems)
    return persona
