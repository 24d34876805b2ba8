"""``personas check|show|graph``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from next_evidence.cli.console import (
    HERE,
    JsonOption,
    WorkspaceOption,
    opened,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    import polars as pl

    from next_evidence.engine import Engine
    from next_evidence.personas.overlap import Alike, Overlap
    from next_evidence.personas.vague import Vague
    from next_evidence.workspace.workspace import Workspace

_SPEAKERS_SHOWN = 20
_FOREIGN_AT = 0.5  # log-odds; hand-written vendors have 0.1 at most, users' questions 1, requests 2.5 and more

app = typer.Typer(help="Look at the persona library.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def check(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Lint the documents, and warn of pains and personas that can hardly be told apart, and of pains too vague to match.

    Example: next-evidence personas check

    Exit code 1 when a document is wrong; all else is a warning. After a run, speakers who could be of two personas are counted too.
    """
    with opened(workspace) as work:
        lint = _lint(work)
    if as_json:
        print_json(asdict(lint))
    else:
        _print_lint(lint)
    if lint.problems:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Lint:
    """What is wrong in a library, and what is hard to tell apart or to match."""

    personas: int
    problems: Sequence[str]
    overlaps: Sequence[Overlap]
    alike: Sequence[Alike]
    vague: Sequence[Vague]
    hints: Sequence[str]
    ambiguous: Sequence[dict[str, Any]]
    foreign: float


def _lint(work: Workspace) -> _Lint:
    from next_evidence.engine import Engine
    from next_evidence.personas.overlap import find_alike, find_overlaps, find_thin
    from next_evidence.personas.vague import VAGUE_STATEMENTS, find_vague

    library = work.reading.library
    written = {
        text
        for persona in library
        for pain in persona.pains
        for text in (pain.statement, *pain.examples)
    }
    # without a pain there is nothing to compare, and no model to load
    texts = sorted(written | set(VAGUE_STATEMENTS)) if written else []
    engine = Engine(work, lambda *_: None)
    vectors = dict(zip(texts, engine.encoder.encode(texts), strict=True)) if texts else {}
    overlaps = find_overlaps(library, vectors)
    return _Lint(
        personas=len(library),
        problems=[str(error) for error in work.reading.problems],
        overlaps=overlaps,
        alike=find_alike(library, overlaps),
        vague=find_vague(library, vectors) if texts else (),
        hints=find_thin(library),
        ambiguous=_ambiguous(work),
        foreign=_foreign(engine) if texts else 0.0,
    )


def _foreign(engine: Engine) -> float:
    """How foreign the examples sound to the matching head; 0 where the head is of another encoder, which `doctor` tells."""
    from next_evidence.matching.score import foreignness

    if not engine.head.fits(engine.encoder.name):
        return 0.0
    return round(foreignness(engine.profiles({}), engine.head), 2)


def _print_lint(lint: _Lint) -> None:
    from next_evidence.brief.words import counted

    typer.echo(f"{lint.personas} persona documents read, {len(lint.problems)} wrong.")
    for problem in lint.problems:
        typer.echo(problem)
    for overlap in lint.overlaps:
        typer.echo(
            f"\nHard to tell apart (similarity {overlap.similarity:.2f}):\n"
            f"  {overlap.first}: {overlap.first_text}\n  {overlap.second}: {overlap.second_text}\n  {overlap.advice}"
        )
    for pair in lint.alike:
        typer.echo(f"\n{_alike(pair)}")
    for pain in lint.vague:
        typer.echo(
            f"\nToo vague to match (similarity {pain.similarity:.2f} with what fits everybody):\n"
            f"  {pain.pain}: {pain.statement}\n  compare: {pain.like}\n  {pain.advice}"
        )
    for hint in lint.hints:
        typer.echo(f"\n{hint}")
    if lint.foreign >= _FOREIGN_AT:
        typer.echo(
            f"\nThe examples do not sound like the complaints that matching learnt from (they fall short by {lint.foreign:.1f} in log-odds). What sounds "
            "like them counts as a pain all the same, and idle talk is told from pains less well: review the first cycles with next-evidence review."
        )
    for between in lint.ambiguous:
        typer.echo(
            f"\nIn {between['cycle']}, {counted(between['speakers'], 'speaker')} of {counted(between['accounts'], 'account')} could be of "
            f"{between['persona_id']} or of {between['other_persona_id']}: what they said counts for neither. Titles, or examples that "
            "only one of the two fits, tell them apart."
        )


def _alike(pair: Alike) -> str:
    shares = [f"{pair.pains} of {pair.of} pains overlap"] if pair.pains else []
    if pair.titles:
        shares.append(f"both list {', '.join(pair.titles)}")
    return (
        f"Two personas that are hard to tell apart ({'; '.join(shares)}):\n"
        f"  {pair.first}: {pair.first_description}\n  {pair.second}: {pair.second_description}\n"
        "  Who could be either counts for neither. One persona may be enough; or give each its own titles and pains."
    )


def _ambiguous(work: Workspace) -> list[dict[str, Any]]:
    """Pairs of personas between which speakers of the newest cycle stand, most speakers first."""
    from next_evidence.matching.speakers import ambiguous_pairs

    pairs = ambiguous_pairs(_newest_speakers(work))
    return pairs.sort("speakers", descending=True, maintain_order=True).to_dicts()


def _newest_speakers(work: Workspace) -> pl.DataFrame:
    """``SPEAKERS`` of the newest cycle; no rows before the first run."""
    from next_evidence.records import Cycle

    done = work.store.scalars("speakers", "cycle")
    return work.store.read("speakers", cycle=max(done, key=Cycle.parse) if done else "")


@app.command()
def show(
    persona_id: Annotated[
        str | None, typer.Argument(help="Id of one persona; all when left out.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show a persona as the engine reads it and who speaks for it, or list them all.

    Example: next-evidence personas show hands-on-revops-lead
    """
    import polars as pl

    from next_evidence.errors import UsageError

    with opened(workspace) as work:
        library = work.reading.library
        spoke = _newest_speakers(work).filter(pl.col("persona_id") == (persona_id or ""))
    if persona_id is None:
        if as_json:
            print_json([persona.model_dump(mode="json") for persona in library])
            return
        print_table(
            "Personas",
            ("id", "name", "owner", "tracking", "pains"),
            [(p.id, p.name, p.owner, p.tracking, len(p.pains)) for p in library],
        )
        return
    persona = library.get(persona_id)
    if persona is None:
        raise UsageError(
            f"no persona {persona_id!r}; there are: {', '.join(p.id for p in library)}"
        )
    spoke = spoke.sort(["persona_confidence", "speaker_key"], descending=[True, False])
    if as_json:
        print_json(persona.model_dump(mode="json") | {"speakers": spoke.to_dicts()})
        return
    typer.echo(f"{persona.name} ({persona.id})\n\n{persona.description}\n")
    print_table(
        "Pains, most important first",
        ("rank", "id", "statement", "examples", "messaging line that answers it"),
        [
            (
                rank,
                pain_id,
                pain.statement if pain else "",
                len(pain.examples) if pain else 0,
                next((m.claim for m in persona.messaging if m.answers == pain_id), "none"),
            )
            for rank, pain_id in enumerate(persona.claimed_order, 1)
            for pain in [persona.pain(pain_id)]
        ],
    )
    if spoke.height:
        shown = spoke.head(_SPEAKERS_SHOWN)
        print_table(
            f"Who spoke for it in {spoke['cycle'][0]}, the surest first ({shown.height} of {spoke.height})",
            ("contact", "account", "confidence", "why"),
            [
                (row["contact_id"] or "", row["account_id"] or "", f"{row['persona_confidence']:.2f}", row["why"])
                for row in shown.iter_rows(named=True)
            ],
        )  # fmt: skip


@app.command()
def graph(workspace: WorkspaceOption = HERE) -> None:
    """Print the library as a Mermaid graph: personas, pains and the messaging that answers them.

    Example: next-evidence personas graph > library.mmd
    """
    from next_evidence.personas.graph import mermaid

    with opened(workspace) as work:
        typer.echo(mermaid(work.reading.library))
