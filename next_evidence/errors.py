"""Every error raised on purpose, one class per remedy.

::

    NextEvidenceError
    ├── SettingsError         fix next_evidence.yaml                        (exit code 2)
    ├── UsageError            fix the command line                          (exit code 2)
    ├── LibraryError          fix a persona document                        (exit code 2)
    ├── WorkspaceError        make a workspace
    │   └── WorkspaceBusy     leave it to the other run
    ├── SchemaError           a table lacks what its readers rely on: a defect of ours or of a plugin
    ├── SourceError
    │   ├── SourceUnavailable try again later
    │   └── SourceRefused     a person must act: a path, a permission, a token
    ├── EncoderError          install or rebuild the model
    ├── TemplateError         fix a template of the workspace
    └── DeliveryError         a brief could not be handed over
        ├── DeliveryUnavailable  nothing was posted: try again later
        ├── DeliveryRefused      nothing was posted: a person must act, then everything goes out
        ├── DeliveryRejected     this one message never passes; others do
        └── DeliveryUnknown      it may have been posted: look before posting again

Messages carry ids, counts, paths and numbers. They never carry what a customer said, nor strings from
YAML values: a mistyped key may hold a token.
"""

from __future__ import annotations


class NextEvidenceError(Exception):
    """Base of every error that is raised on purpose."""


class UsageError(NextEvidenceError):
    """The command line asks for something that does not exist."""


class SettingsError(NextEvidenceError):
    """``next_evidence.yaml`` has keys or values that are wrong; ``problems`` holds one line each."""

    def __init__(self, origin: str, problems: tuple[str, ...]) -> None:
        super().__init__(origin, problems)
        self.origin = origin
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([f"{self.origin}:", *(f"  {problem}" for problem in self.problems)])


class LibraryError(SettingsError):
    """Persona documents are wrong; ``problems`` holds one line each, with the file and the place in it."""


class WorkspaceError(NextEvidenceError):
    """The folder is not a workspace, or its store cannot be read."""


class WorkspaceBusy(WorkspaceError):
    """Another run writes to the workspace."""


class SchemaError(NextEvidenceError):
    """A table lacks a column, or has it in another type; ``problems`` holds one line each."""

    def __init__(self, table: str, problems: tuple[str, ...]) -> None:
        super().__init__(table, problems)
        self.table = table
        self.problems = problems

    def __str__(self) -> str:
        return f"{self.table}: {'; '.join(self.problems)}"


class SourceError(NextEvidenceError):
    """A source gave nothing, or not all of it."""


class SourceUnavailable(SourceError):
    """The source does not answer now; trying again later may help."""


class SourceRefused(SourceError):
    """The source will not answer until a person acts: a missing path, a permission, a token."""


class EncoderError(NextEvidenceError):
    """The encoder's model is missing, damaged, or not the one that made the stored vectors."""


class TemplateError(NextEvidenceError):
    """A template of the workspace cannot be rendered."""


class DeliveryError(NextEvidenceError):
    """A brief could not be handed over."""


class DeliveryUnavailable(DeliveryError):
    """Nothing was posted, and trying again may help. ``wait_s``: how long to wait at least, in seconds."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message, wait_s)
        self.message = message
        self.wait_s = wait_s

    def __str__(self) -> str:
        return self.message


class DeliveryRefused(DeliveryError):
    """Nothing was posted, nor will be until a person acts: a token, a permission, a channel."""


class DeliveryRejected(DeliveryError):
    """One message was refused for what it holds; others are not concerned."""


class DeliveryUnknown(DeliveryError):
    """The message may have been posted or not: whoever posts again without looking may post twice."""
