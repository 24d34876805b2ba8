"""From connectors to stored, masked statements: the page where a pull is written out, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from next_evidence.errors import SourceError, UsageError
from next_evidence.evidence.accounts import Directory, account_frame, contact_frame
from next_evidence.evidence.prepare import Prepared, build_masker, prepare
from next_evidence.records import Conversation, Cycle
from next_evidence.schemas import ACCOUNTS
from next_evidence.settings import SourceSettings
from next_evidence.sources.protocol import Connector, Page
from next_evidence.sources.pull import pull_source
from next_evidence.sources.registry import connect
from next_evidence.text.models import default_names, default_sentences
from next_evidence.workspace.manifest import digest_of, digest_of_frame
from next_evidence.workspace.store import Transaction
from next_evidence.workspace.tables import (
    CONVERSATIONS,
    CURSORS,
    CYCLE_INPUTS,
    REJECTED,
    SEEN_ACCOUNTS,
)
from next_evidence.workspace.workspace import Workspace

Report = Callable[[str, int, int], None]
_PREPARED_WITH = (
    "(prepared with)"  # the cursor row that remembers what conversations were prepared with
)


@dataclass
class SourcePull:
    """What one source gave. ``error`` is empty when all went well."""

    source: str
    conversations: int = 0
    utterances: int = 0
    accounts: int = 0
    contacts: int = 0
    rejected: int = 0
    error: str = ""


@dataclass(frozen=True)
class PullResult:
    """What a pull did, source by source."""

    sources: tuple[SourcePull, ...]

    @property
    def failed(self) -> bool:
        """Whether a source could not be read."""
        return any(source.error for source in self.sources)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"sources": [asdict(source) for source in self.sources], "failed": self.failed}


def pull_all(
    work: Workspace, *, names: Iterable[str] | None, again: bool, now: datetime, progress: Report
) -> PullResult:
    """Pull what is new; accounts and contacts first, since masking and resolving need them.

    A source that fails is reported and does not stop the others.

    Parameters
    ----------
    names
        Sources to pull; None: all.
    again
        Read every source from its beginning; conversations that did not change are left alone all the same.

    Raises
    ------
    UsageError
        A name is not a source of this workspace.
    SettingsError
        A source's options are wrong.
    """
    chosen = _chosen(work, names)
    connectors = [(source, connect(source, root=work.paths.root)) for source in chosen]
    results = {source.name: SourcePull(source.name) for source in chosen}
    for source, connector in connectors:
        if connector.directory:
            pull = _Pull(work, source, results[source.name], None, now, progress)
            pull.run(connector, again=again)
    preparing = _Preparing(work)
    for source, connector in connectors:
        if not connector.directory:
            pull = _Pull(work, source, results[source.name], preparing, now, progress)
            pull.run(connector, again=again or preparing.differs_for(source.name))
    if names is None and not any(result.error for result in results.values()):
        preparing.remember(now)
    return PullResult(tuple(results[source.name] for source in chosen))


def _chosen(work: Workspace, names: Iterable[str] | None) -> list[SourceSettings]:
    known = {source.name: source for source in work.settings.sources}
    if names is None:
        return list(known.values())
    wanted = list(names)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(
            f"no source named {', '.join(unknown)}; there are: {', '.join(known) or 'none'}"
        )
    return [known[name] for name in wanted]


class _Preparing:
    """How conversations become masked statements in this pull."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._company, self._rules = work.settings.company, work.settings.evidence
        accounts = work.store.read("accounts").unique(
            "account_id", keep="last", maintain_order=True
        )
        contacts = work.store.read("contacts")
        self._directory = Directory.from_frames(accounts.select(list(ACCOUNTS)), contacts)
        self._rules_digest = digest_of([self._company.model_dump(), self._rules.min_words])
        people = [digest_of_frame(accounts.drop("seen_at")), digest_of_frame(contacts)]
        self._directory_digest = digest_of(people)

    @cached_property
    def _masker(self) -> Any:
        return build_masker(self._directory, self._company, names=default_names())

    @cached_property
    def _splitter(self) -> Any:
        return default_sentences()

    def differs_for(self, source: str) -> bool:
        """Whether what is stored of a source might be prepared otherwise now.

        Other rules: everything. Other accounts or contacts: only what could not be resolved before, since a
        conversation stays with the account that it had.
        """
        cursors = self._work.store.read("cursors", source=_PREPARED_WITH)
        if cursors.is_empty():
            return False
        rules, _, directory = str(cursors["cursor"][0]).partition(" ")
        if rules != self._rules_digest:
            return True
        unresolved = self._work.store.count("conversations", source=source, account_id=None)
        return directory != self._directory_digest and unresolved > 0

    def remember(self, now: datetime) -> None:
        """Note what everything stored was prepared with."""
        text = f"{self._rules_digest} {self._directory_digest}"
        row = pl.DataFrame([(_PREPARED_WITH, text, now)], schema=CURSORS, orient="row")
        with self._work.store.transaction() as transaction:
            transaction.replace("cursors", row, key="source")

    def changed(
        self, source: str, conversations: tuple[Conversation, ...]
    ) -> tuple[tuple[Conversation, ...], pl.DataFrame]:
        """Conversations that the store lacks or has otherwise, and their ``CONVERSATIONS`` rows."""
        ids = [conversation.conversation_id for conversation in conversations]
        stored = self._work.store.read("conversations", source=source, conversation_id=ids)
        known = dict(zip(stored["conversation_id"], stored["digest"], strict=True))
        new, rows = [], []
        for conversation in conversations:
            account = self._directory.account_of(conversation, self._company).account_id
            digest = digest_of([asdict(conversation), account, self._rules_digest])
            if known.get(conversation.conversation_id) == digest:
                continue
            new.append(conversation)
            rows.append(
                {
                    "source": source,
                    "conversation_id": conversation.conversation_id,
                    "kind": conversation.kind,
                    "started_at": conversation.started_at,
                    "account_id": account,
                    "url": conversation.url or None,
                    "origin": conversation.origin,
                    "digest": digest,
                }
            )
        return tuple(new), pl.DataFrame(rows, schema=CONVERSATIONS)

    def prepare(self, source: str, conversations: tuple[Conversation, ...]) -> Prepared:
        """Masked turns and statements."""
        return prepare(
            conversations,
            source=source,
            directory=self._directory,
            masker=self._masker,
            company=self._company,
            rules=self._rules,
            splitter=self._splitter,
        )


@dataclass(frozen=True)
class _Pull:
    """One source's pull: each page becomes one transaction, its cursor with it."""

    work: Workspace
    source: SourceSettings
    result: SourcePull
    preparing: _Preparing | None  # None: the source gives accounts and contacts only
    now: datetime
    progress: Report

    def run(self, connector: Connector, *, again: bool) -> None:
        """Pull all pages; a failure is noted in the result."""
        cursors = self.work.store.read("cursors", source=self.source.name)
        since = None if again or cursors.is_empty() else str(cursors["cursor"][0])
        try:
            pull_source(
                connector, source=self.source.name, since=since, until=self.now, sink=self._commit
            )
        except SourceError as error:
            self.result.error = str(error)

    def _commit(self, page: Page) -> None:
        new: tuple[Conversation, ...] = ()
        if self.preparing is not None and page.conversations:
            new, rows = self.preparing.changed(self.source.name, page.conversations)
        prepared = self.preparing.prepare(self.source.name, new) if self.preparing and new else None
        with self.work.store.transaction() as transaction:
            self._write_directory(transaction, page)
            if prepared is not None:
                self._write_conversations(transaction, rows, prepared)
            self._write_rejected(transaction, page)
            cursor = pl.DataFrame(
                [(self.source.name, page.cursor, self.now)], schema=CURSORS, orient="row"
            )
            transaction.replace("cursors", cursor, key="source")
        self.result.conversations += len(new)
        self.result.utterances += prepared.utterances.height if prepared else 0
        self.result.accounts += len(page.accounts)
        self.result.contacts += len(page.contacts)
        self.result.rejected += len(page.rejected)
        done = self.result.conversations + self.result.accounts + self.result.contacts
        self.progress(f"pull {self.source.name}", done, 0)

    def _write_directory(self, transaction: Transaction, page: Page) -> None:
        """Contacts as they are now; accounts as versions, so that a cycle sees them as they stood."""
        if page.contacts:
            transaction.replace("contacts", contact_frame(page.contacts), key="contact_id")
        if page.accounts:
            found = account_frame(page.accounts, self.work.settings.evidence.currency_rates)
            stored = self.work.store.accounts_as_of(self.now)
            fresh = found.join(stored, on=list(ACCOUNTS), how="anti", nulls_equal=True)
            fresh = fresh.with_columns(pl.lit(self.now).alias("seen_at"))
            if fresh.height:
                transaction.append("accounts", fresh.select(list(SEEN_ACCOUNTS)))
                # a cycle that ends after now sees them; one that ended before keeps what it saw
                open_cycle = Cycle.containing(self.now, self.work.settings.cadence)
                _mark_changed(transaction, [open_cycle.name])

    def _write_conversations(
        self, transaction: Transaction, rows: pl.DataFrame, prepared: Prepared
    ) -> None:
        source, ids = self.source.name, rows["conversation_id"].to_list()
        before = self.work.store.read("utterances", source=source, conversation_id=ids)
        for table in ("utterances", "turns", "conversations"):
            transaction.delete(table, source=source, conversation_id=ids)
        transaction.append("conversations", rows)
        transaction.append("turns", prepared.turns)
        transaction.append("utterances", prepared.utterances)
        spoken = pl.concat([before["spoken_at"], prepared.utterances["spoken_at"]])
        cycles = spoken.to_frame().select(self.work.cycle_of()).to_series().unique().to_list()
        _mark_changed(transaction, cycles)

    def _write_rejected(self, transaction: Transaction, page: Page) -> None:
        """Rejections of this page, in place of what its files had rejected before."""
        if page.files:
            transaction.delete("rejected", source=self.source.name, file=list(page.files))
        seen = {(r.file, r.line, r.reason): r for r in page.rejected}
        if not seen:
            return
        rows = [(self.source.name, r.file, r.line, r.reason, self.now) for r in seen.values()]
        frame = pl.DataFrame(rows, schema=REJECTED, orient="row")
        for file, line, reason in seen:
            transaction.delete(
                "rejected", source=self.source.name, file=file, line=line, reason=reason
            )
        transaction.append("rejected", frame)


def _mark_changed(transaction: Transaction, cycles: Iterable[str]) -> None:
    """Forget the digest of what these cycles rest on, so that the next run computes it again."""
    rows = pl.DataFrame(
        [(name, None) for name in sorted(cycles)], schema=CYCLE_INPUTS, orient="row"
    )
    transaction.replace("cycle_inputs", rows, key="cycle")
