"""The library as a Mermaid graph."""

from __future__ import annotations

from next_evidence.personas.library import PersonaLibrary


def mermaid(library: PersonaLibrary) -> str:
    """Personas, their pains by rank, and the messaging that answers each, as Mermaid ``flowchart`` text."""
    lines = ["flowchart LR"]
    for number, persona in enumerate(library):
        lines.append(f'  p{number}["{_label(persona.name)}"]')
        for rank, pain_id in enumerate(persona.claimed_order, 1):
            pain = persona.pain(pain_id)
            node = f"p{number}n{rank}"
            lines.append(
                f'  p{number} -->|{rank}| {node}("{_label(pain.statement if pain else pain_id)}")'
            )
            for place, message in enumerate(m for m in persona.messaging if m.answers == pain_id):
                lines.append(f'  {node} -.-> {node}m{place}["{_label(message.claim)}"]')
    return "\n".join(lines)


def _label(text: str) -> str:
    """Text that Mermaid takes inside double quotes."""
    escaped = (
        text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    )
    return " ".join(escaped.split())
