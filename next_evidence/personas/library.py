"""Many persona documents as one checked library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from next_evidence.errors import LibraryError
from next_evidence.personas.document import Persona, parse_persona


@dataclass(frozen=True)
class PersonaLibrary:
    """Personas by id, in the order of their ids."""

    personas: tuple[Persona, ...]

    def __iter__(self) -> Iterator[Persona]:
        return iter(self.personas)

    def __len__(self) -> int:
        return len(self.personas)

    def get(self, persona_id: str) -> Persona | None:
        """The persona of this id, if the library has it."""
        return next((persona for persona in self.personas if persona.id == persona_id), None)

    def __getitem__(self, persona_id: str) -> Persona:
        found = self.get(persona_id)
        if found is None:
            raise KeyError(persona_id)
        return found

    @property
    def tracked(self) -> tuple[Persona, ...]:
        """Personas whose ``tracking`` is not ``off``."""
        return tuple(persona for persona in self.personas if persona.tracking != "off")


@dataclass(frozen=True)
class LibraryReading:
    """What could be read of a folder of documents, and what was wrong with the rest."""

    library: PersonaLibrary
    problems: tuple[LibraryError, ...]


def read_library(documents: Mapping[str, str]) -> LibraryReading:
    """Read documents by file name; a wrong one is reported and left out, the others are kept.

    Parameters
    ----------
    documents
        File name (for messages) to the file's text.
    """
    personas: dict[str, Persona] = {}
    problems: list[LibraryError] = []
    for origin in sorted(documents):
        try:
            persona = parse_persona(documents[origin], origin=origin)
        except LibraryError as error:
            problems.append(error)
            continue
        if persona.id in personas:
            problems.append(
                LibraryError(origin, (f"persona id {persona.id!r} is used by another file",))
            )
            continue
        personas[persona.id] = persona
    return LibraryReading(
        PersonaLibrary(tuple(personas[i] for i in sorted(personas))), tuple(problems)
    )
