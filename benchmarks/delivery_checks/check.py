"""Asks vendors' own checkers about 500 generated briefs, and a browser about the samples; prints a page of results.

python benchmarks/delivery_checks/check.py [--briefs 500] [--keep FOLDER] [--chromium /usr/bin/chromium]

Needs Node 20 or newer, npm with a registry, and Chromium; the tests of this project need none of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jinja2 import FileSystemLoader
from slack_sdk.models.blocks import Block

from next_evidence.assets import packaged
from next_evidence.brief.charts import draw_charts
from next_evidence.brief.email import MAX_BYTES
from next_evidence.brief.model import Brief
from next_evidence.brief.render import RenderedBrief, render_brief
from next_evidence.brief.slack import slack_problems
from next_evidence.brief.teams import teams_problems
from next_evidence.brief.templates import Templates
from next_evidence.testing.briefs import SITUATIONS, sample_brief, varied

HERE = Path(__file__).resolve().parent
LINK = "https://ne.example/brief.html"
MAX_PAGE_BYTES = 400 * 1024


def main() -> int:
    """Render, ask, print; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--briefs", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="Folder for briefs and pictures.")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    given_ = parser.parse_args()
    folder = given_.keep or Path(tempfile.mkdtemp(prefix="delivery-checks-"))
    folder.mkdir(parents=True, exist_ok=True)
    rendered = [*samples(), *generated(given_.briefs)]
    for name, brief in rendered:
        (folder / name).mkdir(exist_ok=True)
        for file, content in brief.files.items():
            (folder / name / file).write_bytes(content)
    write_typescript(folder, [brief for _, brief in rendered])
    own = [limits(rendered), slack_sdk(rendered)]
    vendors = ask_vendors(folder, given_.chromium)
    page = results_page(own + vendors["results"], vendors, given_.briefs)
    print(page)
    (HERE / "README.md").write_text(page, encoding="utf-8")
    return int(any(row["wrong"] for row in own + vendors["results"]))


def samples() -> list[tuple[str, RenderedBrief]]:
    """Each situation with its charts, for people and browsers to look at."""
    return [(f"brief-sample-{s}", _rendered(sample_brief(s), charts=True)) for s in SITUATIONS]


def generated(count: int) -> list[tuple[str, RenderedBrief]]:
    """``count`` briefs with words from hypothesis, the same ones each time."""
    found: list[tuple[str, RenderedBrief]] = []

    @seed(20261001)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        situation=st.sampled_from(SITUATIONS),
        words=st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=8),
        chance=st.integers(0, 2**32),
    )
    def render(situation: Any, words: list[str], chance: int) -> None:
        brief = varied(sample_brief(situation), words, random.Random(chance))
        found.append((f"brief-{len(found):04d}", _rendered(brief, charts=False)))

    render()
    return found


def _rendered(brief: Brief, *, charts: bool) -> RenderedBrief:
    pictures = draw_charts(brief) if charts else ()
    return render_brief(brief, _TEMPLATES, pictures=pictures, link=LINK)


_TEMPLATES = Templates(FileSystemLoader(packaged("templates")))


def write_typescript(folder: Path, briefs: list[RenderedBrief]) -> None:
    """All blocks as literals: tsc widens what it reads from a JSON file, and would check nothing."""
    messages = 0
    for begin in range(0, len(briefs), 50):
        lines = ['import type { KnownBlock } from "@slack/types";']
        for brief in briefs[begin : begin + 50]:
            payload = json.loads(brief.text("brief.slack.json"))
            for message in (payload["parent"], *payload["thread"]):
                # ASCII only: some line separators end a line in TypeScript
                lines.append(
                    f"export const b{messages}: KnownBlock[] = {json.dumps(message['blocks'])};"
                )
                messages += 1
        (folder / f"blocks{begin:04d}.ts").write_text("\n".join(lines), encoding="utf-8")
    (folder / "messages.txt").write_text(str(messages), encoding="utf-8")


def limits(rendered: list[tuple[str, RenderedBrief]]) -> dict[str, Any]:
    """Our own limits on every form."""
    wrong = []
    for name, brief in rendered:
        wrong += [
            f"{name}: {p}" for p in slack_problems(json.loads(brief.text("brief.slack.json")))
        ]
        wrong += [
            f"{name}: {p}" for p in teams_problems(json.loads(brief.text("brief.teams.json")))
        ]
        if len(brief.files["brief.html"]) > MAX_PAGE_BYTES:
            wrong.append(f"{name}: the page has {len(brief.files['brief.html']) // 1024} KB")
        mail = len(brief.files["brief.email.html"]) + len(brief.files["brief.email.txt"])
        if mail > MAX_BYTES and not brief.problems:
            wrong.append(f"{name}: a mail of {mail // 1024} KB is not reported")
    return _row(
        "Slack's and Teams' limits, page below 400 KB, too long mails are said", rendered, wrong
    )


def slack_sdk(rendered: list[tuple[str, RenderedBrief]]) -> dict[str, Any]:
    """Validators of the vendor's Python package."""
    wrong = []
    for name, brief in rendered:
        payload = json.loads(brief.text("brief.slack.json"))
        for message in (payload["parent"], *payload["thread"]):
            try:
                for block in Block.parse_all(message["blocks"]):
                    block.to_dict()
            except Exception as error:  # whatever a validator raises is its answer
                wrong.append(f"{name}: {type(error).__name__}: {error}")
    return _row("Slack blocks, by the validators of slack_sdk", rendered, wrong)


def _row(check: str, rendered: list[tuple[str, RenderedBrief]], wrong: list[str]) -> dict[str, Any]:
    return {
        "check": check,
        "looked": f"{len(rendered)} briefs",
        "wrong": len(wrong),
        "first": wrong[:5],
    }


def ask_vendors(folder: Path, chromium: str) -> dict[str, Any]:
    """Run the checkers that need Node."""
    modules = folder / "node_modules"
    if not modules.exists():
        for file in ("package.json", "vendors.mjs"):
            shutil.copy(HERE / file, folder / file)
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True
        )
    shutil.copy(HERE / "vendors.mjs", folder / "vendors.mjs")
    subprocess.run(["node", "vendors.mjs", ".", chromium], cwd=folder, check=True)
    found: dict[str, Any] = json.loads((folder / "vendors.json").read_text(encoding="utf-8"))
    return found


def results_page(rows: list[dict[str, Any]], vendors: dict[str, Any], count: int) -> str:
    """The page that this folder shows."""
    packages = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    used = [f"{name} {number}" for name, number in sorted(packages.items())]
    used += [f"{name} {version(name)}" for name in ("slack-sdk", "hypothesis", "css-inline")]
    lines = [
        "# What vendors' own checkers say of our messages",
        "",
        f"{len(SITUATIONS)} sample briefs (one a situation, with charts) and {count} generated ones: any words, lists of any length, and",
        "what may be unknown left out (`next_evidence.testing.briefs.varied`). A smaller form of this, without Node and browser,",
        "runs with the tests (`tests/brief/test_varied.py`).",
        "",
        "| check | looked at | wrong |",
        "| --- | --- | ---: |",
        *(f"| {row['check']} | {row['looked']} | {row['wrong']} |" for row in rows),
        "",
        *(f"- `{text}`" for row in rows for text in row["first"]),
        *([""] if any(row["first"] for row in rows) else []),
        f"Command: `python benchmarks/delivery_checks/check.py --briefs {count}`. It writes this page, and with `--keep FOLDER` screenshots",
        "of every sample at 1280 and 390 pixels, light and dark.",
        "",
        f"Versions: Python {platform.python_version()}, Node {vendors['node']}, {vendors['chromium']}, {', '.join(used)}.",
        "",
        "Not checked here: Slack, Teams and mail programs themselves. Lengths are not part of Slack's types; our own limits hold those.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    sys.exit(main())
