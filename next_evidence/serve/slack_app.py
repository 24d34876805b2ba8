"""Answers buttons in Slack: who may, what it means, and what the person is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from next_evidence.acting.approving import answer_request
from next_evidence.acting.at_hand import BriefAtHand, brief_at_hand, statements
from next_evidence.acting.deciding import correct_match, propose_revision, snooze
from next_evidence.acting.once import Told
from next_evidence.delivery import slack_actions as ids
from next_evidence.delivery.options import parse_options, secret
from next_evidence.delivery.outbox import Entry
from next_evidence.delivery.slack_options import SlackOptions
from next_evidence.errors import NextEvidenceError, UsageError
from next_evidence.posting.outbox import entries
from next_evidence.reviewing import pain_choices
from next_evidence.serve import slack_words as words
from next_evidence.workspace.workspace import Workspace

Json = dict[str, Any]
NO_LONGER_KNOWN = "This message is not among those that were posted from here."


def slack_options(work: Workspace, name: str | None) -> tuple[str, SlackOptions]:
    """Name and options of the Slack delivery whose buttons are to be answered.

    Raises
    ------
    UsageError
        There is none with buttons, or more than one and no name says which.
    """
    found = {
        chosen.name or chosen.use: parse_options(SlackOptions, chosen.options, delivery="slack")
        for chosen in work.settings.deliveries
        if chosen.use == "slack" and name in (None, chosen.name or chosen.use)
    }
    found = {name: options for name, options in found.items() if options.actions != "links"}
    if len(found) != 1:
        raise UsageError(
            f"{len(found)} Slack deliveries have buttons (options.actions: socket or http); "
            "set it for one, or name the one to serve with --name"
        )
    return next(iter(found.items()))


@dataclass(frozen=True)
class Desk:
    """Where buttons arrive.

    Parameters
    ----------
    folder
        The workspace, opened anew for every action: settings and documents may have changed.
    name
        The Slack delivery that the buttons belong to.
    decided
        Called after every decision, to have it posted.
    tell
        Told of what went wrong, a line each, without anybody's words.
    clock
        Gives the moment of each decision.
    """

    folder: Path
    name: str
    decided: Callable[[], None]
    tell: Callable[[str], None]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def app(self, options: SlackOptions) -> App:
        """The Bolt app that listens to everything a brief offers.

        Raises
        ------
        DeliveryRefused
            A token is not set.
        """
        quiet = logging.Logger("slack_bolt", level=logging.CRITICAL + 1)  # it repeats what was sent
        client = WebClient(
            token=secret(options.token_env),
            base_url=options.api_url,
            timeout=options.timeout_s,
            logger=quiet,
        )
        http = options.actions == "http"
        app = App(
            client=client,
            token=client.token,
            signing_secret=secret(options.signing_secret_env) if http else None,
            logger=quiet,
            ssl_check_enabled=False,
        )
        app.error(self._failed)
        app.action(ids.OPEN_LINK)(_only_a_link)
        app.action(ids.OPEN_EVIDENCE)(self._evidence)
        app.action(ids.PROPOSE)(self._propose)
        app.action(ids.MORE)(self._more)
        app.action(ids.APPROVE)(self._approve)
        app.action(ids.DECLINE)(self._decline)
        app.view(words.SNOOZE_FORM)(self._snoozed)
        app.view(words.MATCH_FORM)(self._mismatched)
        return app

    def _failed(self, error: Exception) -> None:
        """A defect of ours: said here by its kind alone, since its words may be customers'."""
        self.tell(f"a button could not be answered ({type(error).__name__})")

    def _evidence(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        with self._answering(body, client) as (work, _):
            brief = self._brief(work, body)
            self._show(body, client, words.evidence(brief, statements(work, brief)))

    def _more(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        chosen = body["actions"][0]["selected_option"]["value"]
        with self._answering(body, client) as (work, person):
            brief = self._brief(work, body)
            if chosen == ids.WHY:
                self._show(body, client, words.why(brief))
                return
            _reviewer(person, body)
            state = json.dumps(
                {
                    "cycle": brief.cycle.name,
                    "persona_id": brief.persona_id,
                    "channel": body["channel"]["id"],
                }
            )
            if chosen == ids.SNOOZE:
                days = timedelta(days=work.settings.deliver.snooze_days)
                form = words.snooze_form(brief, until=self.clock().date() + days, state=state)
            else:
                found = statements(work, brief)
                if not found:
                    raise UsageError("this brief quotes nothing")
                pains = pain_choices(work, brief.persona_id, cycle=brief.cycle.name)
                pains.pop(brief.pain_id, None)
                form = words.match_form(brief, found, pains, state=state)
            client.views_open(trigger_id=body["trigger_id"], view=form)

    def _propose(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        with self._answering(body, client) as (work, person):
            reviewer = _reviewer(person, body)
            brief = self._brief(work, body)
            told = propose_revision(work, brief, by=reviewer, now=self.clock())
            self._conclude(body, client, told)

    def _snoozed(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        with self._answering(body, client) as (work, person):
            reviewer = _reviewer(person, body)
            brief = self._brief(work, body)
            given = _answer(body, words.UNTIL)["selected_date"]
            told = snooze(
                work,
                brief.persona_id,
                brief.pain_id,
                until=date.fromisoformat(given) if given else None,
                cycle=brief.cycle.name,
                by=reviewer,
                now=self.clock(),
            )
            self._conclude(body, client, told)

    def _mismatched(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        with self._answering(body, client) as (work, person):
            reviewer = _reviewer(person, body)
            brief = self._brief(work, body)
            utterance_id = _answer(body, words.CHOICE)["selected_option"]["value"]
            if utterance_id not in brief.quoted:
                raise UsageError("this brief does not quote that statement any more")
            meant = _answer(body, words.MEANT)["selected_option"]["value"]
            told = correct_match(
                work,
                utterance_id,
                meant=None if meant == words.NO_PAIN else meant,
                by=reviewer,
                now=self.clock(),
            )
            self._conclude(body, client, told)

    def _approve(self, ack: Ack, body: Json, client: WebClient) -> None:
        self._answer_request(ack, body, client, approve=True)

    def _decline(self, ack: Ack, body: Json, client: WebClient) -> None:
        self._answer_request(ack, body, client, approve=False)

    def _answer_request(self, ack: Ack, body: Json, client: WebClient, *, approve: bool) -> None:
        ack()
        with self._answering(body, client) as (work, person):
            reviewer = _reviewer(person, body)
            request = self._entry(work, body)
            if not request.is_request:
                raise UsageError(NO_LONGER_KNOWN)
            told = answer_request(
                work,
                request.cycle,
                request.persona_id,
                approve=approve,
                version=body["actions"][0]["value"],
                by=reviewer,
                now=self.clock(),
            )
            self._conclude(body, client, told)

    @contextmanager
    def _answering(self, body: Json, client: WebClient) -> Iterator[tuple[Workspace, str | None]]:
        """The workspace, and the reviewer's name; None: this person may only look.

        What cannot be done is said to the person, and nothing is decided.
        """
        try:
            with closing(Workspace.open(self.folder)) as work:
                _, options = slack_options(work, self.name)
                yield work, options.reviewers.get(str(body["user"]["id"]))
        except NextEvidenceError as error:
            self._show(body, client, words.said(str(error)))
        except SlackClientError as error:
            self.tell(f"Slack did not take an answer ({type(error).__name__})")

    def _entry(self, work: Workspace, body: Json) -> Entry:
        """What the outbox knows of the message whose button was pressed: nothing in a message is taken on trust."""
        posted = body["container"]["message_ts"]
        found = [e for e in entries(work) if e.channel == self.name and e.receipt == posted]
        if len(found) != 1:
            raise UsageError(NO_LONGER_KNOWN)
        return found[0]

    def _brief(self, work: Workspace, body: Json) -> BriefAtHand:
        if "view" in body:
            state = json.loads(body["view"]["private_metadata"])
            return brief_at_hand(work, state["persona_id"], state["cycle"])
        entry = self._entry(work, body)
        if entry.persona_id is None or entry.part != 0:
            raise UsageError(NO_LONGER_KNOWN)
        return brief_at_hand(work, entry.persona_id, entry.cycle)

    def _conclude(self, body: Json, client: WebClient, told: Told) -> None:
        if told.new:
            self.decided()
        self._show(
            body, client, words.said(told.said if told.new else f"Decided before: {told.said}")
        )

    def _show(self, body: Json, client: WebClient, message: Json) -> None:
        """Tell the one person; a lost answer changes nothing that was decided."""
        channel = (
            json.loads(body["view"]["private_metadata"])["channel"]
            if "view" in body
            else body["channel"]["id"]
        )
        try:
            client.chat_postEphemeral(
                channel=channel, user=body["user"]["id"], unfurl_links=False, **message
            )
        except (SlackClientError, OSError, ValueError) as error:
            self.tell(f"Slack did not take an answer ({type(error).__name__})")


def _only_a_link(ack: Ack) -> None:
    ack()  # the browser opens the page; Slack wants to hear that we know


def _reviewer(person: str | None, body: Json) -> str:
    """The reviewer who decides.

    Raises
    ------
    UsageError
        This person may only look.
    """
    if person is None:
        raise UsageError(
            "Only reviewers decide. An admin can name you in the settings: "
            f"reviewers, {body['user']['id']}."
        )
    return person


def _answer(body: Json, name: str) -> Json:
    """What was put into one field of a form."""
    return dict(body["view"]["state"]["values"][name][name])
