"""`Brief` and templates to Markdown, HTML, e-mail, JSON and messages; no rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from next_evidence.brief.email import email_problems, inlined
from next_evidence.brief.escape import displayable
from next_evidence.brief.model import Brief, CyclePage
from next_evidence.brief.over_time import over_time
from next_evidence.brief.pictures import Picture
from next_evidence.brief.plain import plain_brief, plain_digest
from next_evidence.brief.slack import slack_payload
from next_evidence.brief.teams import teams_payload
from next_evidence.brief.templates import Templates
from next_evidence.errors import TemplateError


@dataclass(frozen=True)
class RenderedBrief:
    """Files of one brief, ready to be delivered.

    ``persona_id`` None is the page of all personas. ``problems`` are the workspace's templates that could not
    be used, one line each, with file and line. ``lead_pain_id`` and ``quoted`` (utterance ids, in order) are what people act
    on; None and empty where nothing shifted. ``link`` is where its page can be opened; empty: nowhere.
    """

    persona_id: str | None
    cycle: str
    title: str
    owner: str
    state: str
    files: Mapping[str, bytes] = field(repr=False)
    problems: tuple[str, ...] = ()
    lead_pain_id: str | None = None
    quoted: tuple[str, ...] = ()
    link: str = ""

    @property
    def content_hash(self) -> str:
        """Hash of all files: the same content is the same brief on every channel."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(f"{name}\0{len(self.files[name])}\0".encode())
            digest.update(self.files[name])
        return digest.hexdigest()

    @property
    def key(self) -> str:
        """What makes sending it twice send it once: cycle, persona and content."""
        return f"{self.cycle}/{self.persona_id or 'all'}/{self.content_hash[:16]}"

    def text(self, name: str) -> str:
        """One file as text."""
        return self.files[name].decode("utf-8")


def render_brief(
    brief: Brief, templates: Templates, *, pictures: Sequence[Picture] = (), link: str = ""
) -> RenderedBrief:
    """Every form of one brief.

    Parameters
    ----------
    pictures
        What `draw_charts` drew; without them forms say in words what a chart would show.
    link
        Where the full page can be opened, for Slack and e-mail; empty: nowhere.

    Returns
    -------
    ``brief.md``, ``brief.html`` (one file, no requests), ``brief.slack.json``, ``brief.teams.json``, ``brief.email.html``,
    ``brief.email.txt``, ``brief.json`` (raw numbers for programs) and one PNG for each picture. The same brief gives the
    same bytes.

    Raises
    ------
    TemplateError
        A shipped template is broken, or its message breaks its channel's limits.
    """
    shown = displayable(brief)
    values = {
        "brief": shown,
        "link": link,
        "over_time": over_time(shown.pains, last=brief.cycle.name),
        "pictures": {
            p.name: _Drawn(p.title, p.alt_text, Markup(p.wide), Markup(p.narrow)) for p in pictures
        },
    }
    files, title, problems = _forms(templates, values, template="brief", file="brief")
    files["brief.json"] = plain_brief(shown, title=title, link=link)
    return RenderedBrief(
        persona_id=brief.persona_id,
        cycle=brief.cycle.name,
        title=title,
        owner=shown.owner,
        state=brief.state,
        files=files | {f"{p.name}.png": p.png for p in pictures},
        problems=problems,
        lead_pain_id=None if brief.lead is None else brief.lead.pain_id,
        quoted=tuple(card.quote.utterance_id for card in brief.quotes),
        link=link,
    )


def render_cycle_page(page: CyclePage, templates: Templates, *, link: str = "") -> RenderedBrief:
    """All personas of a cycle: the page that leads to their briefs, and the digest for Slack and e-mail.

    ``link`` is where the page can be opened; empty: nowhere. Files: ``index.md``, ``index.html``, ``index.slack.json``,
    ``index.teams.json``, ``index.email.html``, ``index.email.txt``, ``index.json``.
    """
    shown = displayable(page)
    values = {"page": shown, "link": link}
    files, title, problems = _forms(templates, values, template="cycle", file="index")
    files["index.json"] = plain_digest(shown, title=title, link=link)
    return RenderedBrief(
        persona_id=None,
        cycle=page.cycle.name,
        title=title,
        owner="",
        state="shifted" if page.in_state("shifted") else "steady",
        files=files,
        problems=problems,
        link=link,
    )


def _forms(
    templates: Templates, values: Mapping[str, Any], *, template: str, file: str
) -> tuple[dict[str, bytes], str, tuple[str, ...]]:
    """Files of every form that templates make, by name; the title; and what was wrong with the workspace's templates.

    ``template`` and ``file`` are what names of templates and of files begin with.
    """
    files: dict[str, bytes] = {}
    problems: list[str] = []
    for form in ("md", "html", "email.html", "email.txt"):
        text, wrong = templates.render(f"{template}.{form}.j2", values)
        files[f"{file}.{form}"] = _tidy(inlined(text) if form == "email.html" else text)
        problems += wrong
    for form, fit in (("slack.json", slack_payload), ("teams.json", teams_payload)):
        files[f"{file}.{form}"], wrong = _fitted(templates, f"{template}.{form}", values, fit)
        problems += wrong
    problems += email_problems(files, file)
    title = templates.render(f"{template}.title.txt.j2", values)[0].strip()
    return files, title, tuple(dict.fromkeys(problems))


@dataclass(frozen=True)
class _Drawn:
    """A picture as templates see it; its SVG is ours and not escaped."""

    title: str
    alt_text: str
    wide: Markup
    narrow: Markup


def _fitted(
    templates: Templates,
    form: str,
    values: Mapping[str, Any],
    fit: Callable[[str], dict[str, Any]],
) -> tuple[bytes, tuple[str, ...]]:
    """A form of JSON that its channel limits; ``fit`` raises ValueError where it cannot be made to fit."""
    name = f"{form}.j2"
    text, problems = templates.render(name, values)
    try:
        payload = fit(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # a message that the channel would refuse is the template's mistake, like one that does not render
        reason = str(error) if type(error) is ValueError else "not the JSON of a message"
        text, own = (
            templates.shipped(name, values),
            f"{name}: {reason}; the shipped template was used",
        )
        problems = (*problems, own)
        try:
            payload = fit(text)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TemplateError(f"{name}: {reason}") from error
    return (json.dumps(payload, ensure_ascii=False, indent=1) + "\n").encode(), problems


def _tidy(text: str) -> bytes:
    """No trailing spaces, at most one empty line in a row, one line break at the end."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return ("\n".join(lines).strip("\n") + "\n").encode()
