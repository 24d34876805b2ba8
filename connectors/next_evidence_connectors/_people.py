"""People of a written conversation, each once, with the side that the source states."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from next_evidence.records import Participant, Side
from next_evidence_connectors._text import one_line


@dataclass
class People:
    """Collects the participants of one conversation by e-mail address, id or name."""

    found: dict[str, Participant] = field(default_factory=dict)

    def add(
        self, *, name: str = "", email: str = "", ident: str = "", title: str = "",
        side: Side = "unknown", bot: bool = False, fallback: str = "customer",
    ) -> str:  # fmt: skip
        """Note a person and return their key; what a later mention tells fills gaps."""
        name, email, title = one_line(name), one_line(email).casefold(), one_line(title)
        key = email or one_line(ident) or name.casefold() or fallback
        known = self.found.get(key) or Participant(key=key)
        self.found[key] = replace(
            known,
            name=known.name or name,
            email=known.email or email,
            title=known.title or title,
            side=side if known.side == "unknown" else known.side,
            bot=known.bot or bot,
        )
        return key

    def all(self) -> tuple[Participant, ...]:
        """Everybody, in the order of their first mention."""
        return tuple(self.found.values())
