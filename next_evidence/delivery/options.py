"""Options of a delivery, as settings name them, into a checked model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from next_evidence.errors import DeliveryRefused, SettingsError

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Options = TypeVar("Options", bound=BaseModel)


class StrictOptions(BaseModel):
    """A typo in an option is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse_options(model: type[Options], options: Mapping[str, Any], *, delivery: str) -> Options:
    """Options as a model; `SettingsError` names every wrong one at once and repeats no value."""
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(str(part) for part in found['loc'])}: {found['msg'][:1].lower()}{found['msg'][1:]}"
            for found in error.errors(include_url=False, include_input=False)
        )
        raise SettingsError(f"deliveries: {delivery}", problems) from None


def secret(variable: str) -> str:
    """The value of an environment variable.

    Raises
    ------
    DeliveryRefused
        It is not set: a person must set it where runs are started.
    """
    value = os.environ.get(variable, "").strip()
    if not value:
        raise DeliveryRefused(f"the environment variable {variable} is not set")
    return value
