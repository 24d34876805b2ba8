"""Options of a connector: strict models, and one error that names every wrong key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from next_evidence.errors import SettingsError

Options = TypeVar("Options", bound=BaseModel)
DateOrder = Literal["dmy", "mdy"]


class StrictOptions(BaseModel):
    """A mistyped option is an error, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderOptions(StrictOptions):
    """Where a connector of documents looks."""

    folder: str = Field(min_length=1, description="Folder of files, relative to the workspace.")


class FileOptions(StrictOptions):
    """Where a connector of rows looks: one file (or a pattern), or all such files of a folder."""

    file: str | None = Field(
        default=None, min_length=1, description="File relative to the workspace; `*` is a pattern."
    )
    folder: str | None = Field(
        default=None, min_length=1, description="Folder whose files of this kind are all read."
    )

    @model_validator(mode="after")
    def _one_place(self) -> FileOptions:
        if (self.file is None) == (self.folder is None):
            raise ValueError("give either `file` or `folder`")
        return self


class DatedOptions(FileOptions):
    """A place of rows that carry dates."""

    date_order: DateOrder | None = Field(
        default=None, description="How 03/04/2026 is meant: `dmy` (3 April) or `mdy` (4 March)."
    )


def read_options(model: type[Options], options: Mapping[str, Any], *, connector: str) -> Options:
    """Validate ``options`` against ``model``.

    Raises
    ------
    SettingsError
        Every wrong option at once: its name and the rule, never the value that was given.
    """
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        known = ", ".join(model.model_fields)
        problems = []
        for found in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part) for part in found["loc"])
            if found["type"] == "extra_forbidden":
                rule = f"unknown option; {connector} knows: {known}"
            elif found["type"] == "value_error":
                rule = str(found["ctx"]["error"])
            else:
                rule = found["msg"][:1].lower() + found["msg"][1:]
            problems.append(f"{where}: {rule}" if where else rule)
        raise SettingsError(f"options of {connector}", tuple(problems)) from None
