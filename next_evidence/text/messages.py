"""What an author wrote anew: without quoted replies, signatures, greeting lines and disclaimers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from next_evidence.text.normalise import Span, trimmed, word_set

# "On 01 Nov 2025, Tom wrote:" in the languages that mail clients speak; a digit keeps prose out
_ATTRIBUTION = re.compile(
    r"^\s*(?:"
    r"On\b.{0,200}\d.{0,200}\bwrote"
    r"|Am\b.{0,200}\d.{0,200}\bschrieb.{0,120}"
    r"|Le\b.{0,200}\d.{0,200}\ba écrit"
    r"|El\b.{0,200}\d.{0,200}\bescribió"
    r"|Il\b.{0,200}\d.{0,200}\bha scritto"
    r"|Op\b.{0,200}\d.{0,200}\bschreef.{0,120}"
    r"|Em\b.{0,200}\d.{0,200}\bescreveu"
    r"|(?:Den|På)\b.{0,200}\d.{0,200}\b(?:skrev|kirjoitti).{0,120}"
    r"|(?:W dniu|Dnia)\b.{0,200}\d.{0,200}\b(?:pisze|napisał(?:\(a\)|a)?).{0,120}"
    r"|\d{4}-\d\d-\d\d.{0,120}<[^<>@\s]{1,80}@[^<>\s]{1,80}>"
    r")\s*:\s*$",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{4}|\d[:.h]\d\d|@")  # "On the 3rd she wrote:" is prose
_ATTRIBUTION_START = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Op|Em|Den|På|W dniu|Dnia|\d{4}-)\b.*\d", re.IGNORECASE
)
_DIVIDER = re.compile(
    r"^\s*[-_*=]{2,20}\s*(?:original (?:message|appointment)|forwarded message|begin forwarded message|ursprüngliche nachricht"
    r"|weitergeleitete nachricht|message d['’]origine|message transféré|mensaje original|messaggio originale"
    r"|oorspronkelijk bericht|mensagem original|ursprungligt meddelande|wiadomość oryginalna)\s*[-_*=]{0,20}\s*$"
    r"|^\s*begin forwarded message:\s*$|^\s*##- .{0,80}reply above this line.{0,40} -##\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*\*?(?:From|Von|De|Da|Van|Från|Od|Fra)\s?:\*?\s.*$", re.IGNORECASE)
_SENT = re.compile(
    r"^\s*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Inviato|Data|Verzonden|Skickat|Wysłano|Sendt|Subject|Betreff"
    r"|Objet|Asunto|Oggetto|Onderwerp|Assunto|Ämne|Temat)\s?:\*?\s.*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s{0,3}>(?:\s*>)*(?:\s*$|\s?[^\s\d>=].*$)")  # "> 60 days" is no quotation
_QUOTED_AFTER_HEADER = re.compile(r"^\s{0,3}>")

_CLOSING_WORDS = (
    r"(?:(?:many|with|kind|best|warm|warmest|kindest|all the|my)\s+)?"
    r"(?:thanks|thank you|thx|ty|tks|cheers|regards|best|wishes|rgds|br|kr|sincerely|yours(?: (?:sincerely|faithfully|truly))?|cordially"
    r"|respectfully|all the best|take care|speak soon|talk soon|mit freundlichen grüßen|freundliche grüße|viele grüße"
    r"|beste grüße|liebe grüße|lg|mfg|vg|cordialement|bien à vous|bonne journée|merci|saludos(?: cordiales)?|un saludo|gracias|atentamente"
    r"|cordiali saluti|grazie|met vriendelijke groet(?:en)?|groeten|mvg|bedankt|atenciosamente|obrigad[oa]|abraços"
    r"|med vänliga hälsningar|vänliga hälsningar|mvh|hälsningar|pozdrawiam|z poważaniem)"
    r"(?:\s+(?:and|&)\s+(?:kind |best |warm )?(?:regards|thanks|wishes)|\s+(?:again|a lot|so much|very much|a million|in advance|all|everyone|team|both|guys|folks))*"
)
_CLOSING = re.compile(rf"^\s*{_CLOSING_WORDS}\s*[,.!;:)\-–]*\s*$", re.IGNORECASE)
_CLOSING_WITH_NAME = re.compile(
    rf"^\s*{_CLOSING_WORDS}\s*[,\-–]\s*(?P<name>(?:[^\W\d_][\w'’.\-]*|\[person\])(?:\s+(?:[^\W\d_][\w'’.\-]*|\[person\])){{0,2}})\s*[.!]?\s*$",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"^\s*(?:sent (?:from|via|with) (?:my|the|a|mobile|outlook|mail|yahoo|proton|samsung|gmail|blackberry)\b.{0,80}"
    r"|get outlook for \w+.{0,60}|von meinem .{0,40} gesendet.{0,20}|gesendet von .{0,50}|envoyé (?:de|depuis) mon .{0,50}"
    r"|enviado (?:desde|do) m[ie]u? .{0,50}|inviato da(?:l mio)? .{0,50}|verzonden vanaf mijn .{0,50}|skickat från min .{0,50})\s*$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^\s*(?:\*+\s*)?(?:caution|external|warning|disclaimer|confidentiality notice)\s*[:!].{0,40}\b(?:e-?mail|message|sender)\b"
    r"|^\s*this (?:e-?mail|message)(?: \([^)]{0,80}\))?(?: and any (?:attachments?|files?).{0,60})? (?:is|are|may be|may contain|contains?) .{0,60}(?:confidential|privileged|intended)"
    r"|^\s*please consider the environment before printing",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|morning|greetings|hallo|guten (?:tag|morgen)|liebe[sr]?"
    r"|sehr geehrte[rs]?|moin|bonjour|bonsoir|salut|cher|chère|hola|buenos días|buenas tardes|estimad[oa]s?|ciao|buongiorno|salve"
    r"|beste|goedemorgen|goedemiddag|olá|bom dia|hej|god morgon|dzień dobry|cześć|to whom it may concern)"
    r"(?P<whom>(?:[\s,]+(?:\[person\]|[^\W\d_][\w'’.&/-]*)){0,4})\s*(?P<end>[,!.:;\-–—…)]*)\s*$",
    re.IGNORECASE,
)
_ADDRESSEES = word_set(
    "team all everyone everybody there folks guys both again support helpdesk colleagues friends people sir madam sirs ladies gentlemen "
    "customer service and or the your dear hello hi [person] zusammen damen und herren team à tous toutes todos equipo allemaal tutti "
    "mr mrs ms dr prof herr frau monsieur madame success billing accounts sales crew"
)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+\S.{0,120}$")
_RULE = re.compile(r"^\s*(?:[-*_=~]\s?){3,}\s*$")
_NAME_LINE = re.compile(
    r"^\s*(?:[-–—~]\s?)?(?:\[person\]|[^\W\d_][\w'’.\-]*)(?:\s+(?:\[person\]|[^\W\d_][\w'’.\-]*)){0,3}\s*[,.]?\s*$"
)
_PARTICLES = word_set("de da del della di du van von der den la le el al bin ibn y e of")


def body_spans(text: str, *, markdown: bool = False) -> tuple[Span, ...]:
    """Parts of a message that its author wrote anew, in order; offsets count characters of ``text``.

    Left out: quoted replies and forwarded messages, signatures, a greeting line, disclaimers and, with
    ``markdown``, headings. When in doubt a line stays: a statement lost is worse than a name kept, and
    names are masked anyway.
    """
    lines = _lines(text)
    keep = [True] * len(lines)
    _drop_quoted(lines, keep)
    _drop_signature(lines, keep)
    _drop_formalities(lines, keep, markdown=markdown)
    spans: list[Span] = []
    joinable = False
    for (start, end, line), kept in zip(lines, keep, strict=True):
        if not kept:
            joinable = False
        elif joinable:
            spans[-1] = (spans[-1][0], end) if line.strip() else spans[-1]
        elif line.strip():
            spans.append((start, end))
            joinable = True
    return tuple(trimmed(text, span) for span in spans)


def body(text: str, *, markdown: bool = False) -> str:
    r"""The parts of `body_spans`, one below the other.

    >>> body("Hi team,\n\nThe export fails.\n\nThanks,\nJo Lund\nAnalyst")
    'The export fails.'
    """
    return "\n".join(text[start:end] for start, end in body_spans(text, markdown=markdown))


_Line = tuple[int, int, str]


def _lines(text: str) -> list[_Line]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append((start, start + len(line), line if len(line) <= 600 else line[:600] + "…"))
        start += len(line) + 1
    return found


def _drop_quoted(lines: Sequence[_Line], keep: list[bool]) -> None:
    at = 0
    while at < len(lines):
        line = lines[at][2]
        header = _header_length(lines, at)
        if header:
            after = at + header
            while after < len(lines) and not lines[after][2].strip():
                after += 1
            if after < len(lines) and _QUOTED_AFTER_HEADER.match(lines[after][2]):
                # the quotation is marked line by line: what stands below it may be the author's again
                while after < len(lines) and (
                    _QUOTED_AFTER_HEADER.match(lines[after][2]) or not lines[after][2].strip()
                ):
                    after += 1
            else:
                after = len(lines)
            keep[at:after] = [False] * (after - at)
            at = after
            continue
        if _QUOTED.match(line):
            keep[at] = False
        at += 1


def _header_length(lines: Sequence[_Line], at: int) -> int:
    """Lines that introduce somebody else's message here; 0 when none does."""
    line = lines[at][2]
    if _DIVIDER.match(line) or _attributes(line):
        return 1
    # mail clients wrap a long attribution
    if (
        at + 1 < len(lines)
        and len(line) < 120
        and _attributes(f"{line} {lines[at + 1][2].strip()}")
    ):
        return 2 if _ATTRIBUTION_START.match(line) else 0
    if _FROM.match(line) and sum(bool(_SENT.match(row[2])) for row in lines[at + 1 : at + 5]) >= 1:
        return 1
    return 0


def _attributes(line: str) -> bool:
    # the cheap test first: the pattern tries many ways on a long line
    if not line.rstrip().endswith(":") or len(line) > 400 or not _MOMENT.search(line):
        return False
    return _ATTRIBUTION.match(line) is not None


def _drop_signature(lines: Sequence[_Line], keep: list[bool]) -> None:
    for at, (_, _, line) in enumerate(lines):
        if not keep[at]:
            continue
        if line.rstrip() in ("--", "—") and at > 0:
            keep[at:] = [False] * (len(keep) - at)
            return
        if _MOBILE.match(line):
            keep[at] = False
        elif _CLOSING.match(line):
            _drop_closing(lines, keep, at)
        elif is_closing(line):
            keep[at] = False


def _drop_closing(lines: Sequence[_Line], keep: list[bool], at: int) -> None:
    """Drop a closing, the name below it and the lines of a business card; a sentence ends the card."""
    below = at + 1
    while below < len(lines) and keep[below] and not lines[below][2].strip():
        below += 1
    keep[at] = False
    if below >= len(lines) or not keep[below] or not _is_name(lines[below][2]):
        return
    keep[below] = False
    for later in range(below + 1, min(len(lines), below + 9)):
        line = lines[later][2]
        if not keep[later]:
            continue
        if line.strip() and not _on_a_card(line):
            return
        keep[later] = False


def _is_name(line: str) -> bool:
    if not _NAME_LINE.match(line):
        return False
    words = line.strip(" -–—~,.\t").split()
    return bool(words) and all(
        word[:1].isupper() or word.startswith("[") or word.lower() in _PARTICLES or len(words) == 1
        for word in words
    )


def _on_a_card(line: str) -> bool:
    """A title, company, address, phone or link: short, begins big or with a number, and is no sentence."""
    text = line.strip()
    words = text.split()
    if len(words) > 9 or (
        len(words) > 3
        and text[-1] in ".?!"
        and not text.lower().endswith(("inc.", "ltd.", "co.", "llc."))
    ):
        return False
    if re.match(r"(?i)p\.?\s?s\b", text):
        return False
    return (
        not text[0].islower() or "@" in text or "www." in text or "http" in text or len(words) == 1
    )


def is_greeting(line: str) -> bool:
    """Whether a line greets and says nothing else.

    >>> is_greeting("Hi Marta,"), is_greeting("hello export broken")
    (True, False)
    """
    found = _GREETING.match(line) if len(line) <= 120 else None
    if found is None:
        return False
    whom = found["whom"].replace(",", " ").replace("/", " ").split()
    strangers = [word for word in whom if word.lower().strip(".") not in _ADDRESSEES]
    # "Hello Export broken" may be a message; a name is at most two words and followed by a mark or nothing else
    return all(word[:1].isupper() for word in strangers) and len(strangers) <= (
        2 if found["end"] else 1
    )


def is_closing(line: str) -> bool:
    """Whether a line closes a message and says nothing else, with or without a name.

    >>> is_closing("Kind regards, Jo Lund"), is_closing("Thanks, but it is slow")
    (True, False)
    """
    if len(line) > 120:
        return False
    if _CLOSING.match(line):
        return True
    found = _CLOSING_WITH_NAME.match(line)
    return (
        found is not None
        and _is_name(found["name"])
        and (found["name"][:1].isupper() or found["name"].startswith("["))
    )


def _drop_formalities(lines: Sequence[_Line], keep: list[bool], *, markdown: bool) -> None:
    first = True
    for at, (_, _, line) in enumerate(lines):
        if not keep[at] or not line.strip():
            continue
        greets = first and is_greeting(line)
        if (
            greets
            or _DISCLAIMER.match(line)
            or _RULE.match(line)
            or (markdown and _HEADING.match(line))
        ):
            keep[at] = False
        first = False
