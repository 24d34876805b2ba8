"""Posts what waits in the outbox, each message once, in order, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from next_evidence.delivery.approval import Approvals
from next_evidence.delivery.outbox import LATER_CYCLE, Entry, drop, wait_before
from next_evidence.delivery.protocol import Channel, InteractiveChannel
from next_evidence.errors import (
    DeliveryError,
    DeliveryRejected,
    DeliveryUnavailable,
    DeliveryUnknown,
)
from next_evidence.review.outcomes import Outcome

TRIES = 4  # of one message in one run; what is left then waits for the next run
LONGEST_SLEEP_S = 60.0  # a channel that wants more patience is left for the next run


@dataclass(frozen=True)
class Dispatcher:
    """Brings entries to their channels.

    An entry is noted as ``sending`` before its channel is called and as ``sent`` after it has answered. A run that
    ends in between leaves ``sending``, which the next run treats as it treats an answer that was lost: it looks whether
    the message is there before it posts again.

    Parameters
    ----------
    channels
        By name. An entry whose channel is not there waits.
    save
        Makes an entry's new state permanent before it returns.
    now, sleep
        The clock, and how to wait some seconds.
    approvals
        What may be posted; anything by default.
    outcomes
        What people decided about an entry's brief, for channels that show it.
    only_corrections
        Leave alone what would notify anybody.
    """

    channels: Mapping[str, Channel]
    save: Callable[[Entry], None]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    approvals: Approvals = field(default_factory=lambda: Approvals(False, {}))
    outcomes: Callable[[Entry], Sequence[Outcome]] = lambda _entry: ()
    only_corrections: bool = False

    def run(self, entries: Sequence[Entry]) -> list[Entry]:
        """Post what is due; return every entry as it stands then, in the order given.

        Each address has a queue of its own: one that fails keeps what follows it in that queue, and nothing else.
        """
        standing = {entry.key: entry for entry in entries}
        queues = sorted(entries, key=lambda entry: (entry.channel, entry.address, *entry.order))
        for (name, _), queue in groupby(queues, key=lambda entry: (entry.channel, entry.address)):
            if name in self.channels:
                tried = self._work_through(list(queue), self.channels[name])
                standing |= {entry.key: entry for entry in tried}
        return [standing[entry.key] for entry in entries]

    def _work_through(self, queue: Sequence[Entry], channel: Channel) -> Iterator[Entry]:
        """Entries of one address as they stand after their turn; the first that must wait ends it."""
        openings = {entry.conversation: entry for entry in queue if entry.part == 0}
        for entry in queue:
            opening = openings.get(entry.conversation)
            if not entry.waits or (self.only_corrections and entry.receipt is None):
                continue
            if entry.in_thread and (opening is None or opening.receipt is None):
                yield self._without_opening(entry, opening)
                continue
            done = self._take(entry, opening, channel)
            yield done
            if done.goes_out:
                return
            if entry.part == 0:
                openings[entry.conversation] = done

    def _without_opening(self, entry: Entry, opening: Entry | None) -> Entry:
        """A message of a thread whose first message is not out: it shares its fate, or waits with it."""
        if opening is not None and opening.state == "dropped":
            return self._saved(drop(entry, opening.problem))
        return entry

    def _take(self, entry: Entry, opening: Entry | None, channel: Channel) -> Entry:
        if entry.next_attempt_at is None or entry.next_attempt_at > self.now():
            return entry
        parent = opening.receipt if entry.in_thread and opening is not None else None
        return self._settle(replace(entry, attempts=entry.attempts + 1), parent, channel)

    def _settle(self, entry: Entry, parent: str | None, channel: Channel) -> Entry:
        """Try one message until it is posted, or until trying again at once makes no sense."""
        for turn in range(TRIES):
            entry, error = self._attempt(entry, parent, channel)
            if error is None:
                return entry
            patience = 2.0**turn
            if isinstance(error, DeliveryUnavailable) and error.wait_s is not None:
                patience = error.wait_s
            helps = isinstance(error, DeliveryUnavailable | DeliveryUnknown)
            if turn + 1 == TRIES or not helps or patience > LONGEST_SLEEP_S:
                return self._later(entry, error)
            self.sleep(patience)
        return entry

    def _attempt(
        self, entry: Entry, parent: str | None, channel: Channel
    ) -> tuple[Entry, DeliveryError | None]:
        """One try: the entry as it stands then, and what went wrong if it may be tried again by itself."""
        try:
            entry = self._look(entry, parent, channel)
        except DeliveryError as error:
            # whether it was posted is as unknown as before
            return self._saved(replace(entry, state="ambiguous", problem=str(error))), error
        if not entry.waits or entry.state == "ambiguous":
            return entry, None
        if not self.approvals.allow(entry):
            return self._saved(replace(entry, state="held", next_attempt_at=None)), None
        entry = self._saved(replace(entry, state="sending", problem="", next_attempt_at=self.now()))
        try:
            if entry.receipt is None:
                receipt = channel.post(entry.message, key=entry.key, parent=parent)
            else:
                receipt = entry.receipt
                self._correct(entry, parent, receipt, channel)
        except DeliveryUnknown as error:
            unsure = replace(entry, state="ambiguous", problem=str(error))
            if channel.searches:
                return self._saved(unsure), error
            return self._saved(replace(unsure, next_attempt_at=None)), None
        except DeliveryRejected as error:
            refused = replace(entry, state="failed", problem=str(error), next_attempt_at=None)
            return self._saved(refused), None
        except DeliveryError as error:
            return self._saved(replace(entry, state="failed", problem=str(error))), error
        return self._sent(entry, receipt), None

    def _correct(self, entry: Entry, parent: str | None, receipt: str, channel: Channel) -> None:
        if entry.content is not None:
            channel.correct(entry.message, key=entry.key, parent=parent, receipt=receipt)
        elif isinstance(channel, InteractiveChannel):
            decided = self.outcomes(entry)
            channel.annotate(entry.message, key=entry.key, receipt=receipt, outcomes=decided)

    def _look(self, entry: Entry, parent: str | None, channel: Channel) -> Entry:
        """Find out whether an entry that may have been posted was."""
        if entry.receipt is not None or entry.state not in ("sending", "ambiguous"):
            return entry
        if not channel.searches:
            problem = entry.problem or "the run ended while it was sent"
            return self._saved(
                replace(entry, state="ambiguous", problem=problem, next_attempt_at=None)
            )
        found = channel.find(entry.message, key=entry.key, parent=parent, since=entry.planned_at)
        if found is None:
            if entry.content is None:
                return self._saved(drop(entry, LATER_CYCLE))
            return replace(entry, state="planned")
        if found.content_hash == entry.content_hash or entry.content is None:
            return self._sent(entry, found.receipt)
        return self._saved(replace(entry, state="planned", receipt=found.receipt))

    def _sent(self, entry: Entry, receipt: str) -> Entry:
        return self._saved(
            replace(
                entry,
                state="sent",
                receipt=receipt,
                content=None,
                problem="",
                next_attempt_at=None,
                sent_at=self.now(),
            )
        )

    def _later(self, entry: Entry, error: DeliveryError) -> Entry:
        wait = wait_before(entry.attempts)
        if isinstance(error, DeliveryUnavailable) and error.wait_s is not None:
            wait = max(wait, timedelta(seconds=error.wait_s))
        return self._saved(replace(entry, problem=str(error), next_attempt_at=self.now() + wait))

    def _saved(self, entry: Entry) -> Entry:
        self.save(entry)
        return entry
