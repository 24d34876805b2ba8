"""E-mail over SMTP: one message a recipient, sent at most once."""

from __future__ import annotations

import base64
import hashlib
import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import quote

from pydantic import Field, model_validator

from next_evidence.brief.render import RenderedBrief
from next_evidence.delivery.options import StrictOptions, parse_options, secret
from next_evidence.delivery.protocol import Found, Message
from next_evidence.errors import (
    DeliveryError,
    DeliveryRefused,
    DeliveryRejected,
    DeliveryUnavailable,
    DeliveryUnknown,
)

Mailbox = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=254)]
_VARIABLE = r"^([A-Za-z_][A-Za-z0-9_]*)?$"


class EmailOptions(StrictOptions):
    """Options of the delivery ``email``."""

    host: str = Field(min_length=1, description="Your SMTP server.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is encrypted."
    )
    username_env: str = Field(
        default="", pattern=_VARIABLE, description="Environment variable with the user name."
    )
    password_env: str = Field(
        default="", pattern=_VARIABLE, description="Environment variable with the password."
    )
    sender: str = Field(
        pattern=r"^([^<>\r\n]+<)?[^@\s<>,;]+@[^@\s<>,;]+>?$",
        description="Who the mail comes from, e.g. `Next Evidence <evidence@acme.example>`.",
    )
    to: tuple[Mailbox, ...] = Field(
        min_length=1, description="Who gets the digest, and briefs whose owner has no route."
    )
    routes: dict[str, tuple[Mailbox, ...]] = Field(
        default_factory=dict,
        description="An owner's own mailboxes, by the `owner` of persona documents.",
    )
    unsubscribe: str = Field(
        default="",
        pattern=r"^((https://|mailto:)[^\s<>]+)?$",
        description="Where a reader leaves the list, `{recipient}` standing for who; empty: by mail to the sender.",
    )
    timeout_s: int = Field(default=30, ge=1, le=300, description="How long to wait for an answer.")

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.security == "none" and self.password_env:
            raise ValueError("a password is sent only over an encrypted connection")
        return self


class EmailChannel:
    """Sends mail. What was sent cannot be changed, nor asked about: when an answer is lost, a person decides.

    Parameters
    ----------
    options
        Checked options.
    connect
        Opens a connection that is ready to send; `smtplib` by default.
    now
        The clock, for the ``Date`` header.
    """

    corrects = False
    searches = False
    most_briefs: int | None = None

    def __init__(
        self,
        options: EmailOptions,
        *,
        connect: Callable[[EmailOptions], smtplib.SMTP] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._options, self._connect, self._now = options, connect or connected, now

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, root: Path) -> Self:
        """Make it from `EmailOptions`; name and password are read when the first mail is sent."""
        del root  # nothing of it lies in the workspace
        return cls(parse_options(EmailOptions, options, delivery="email"))

    def messages(self, brief: RenderedBrief) -> tuple[Message, ...]:
        """The same mail for each recipient."""
        name = "index" if brief.persona_id is None else "brief"
        content = json.dumps(
            {
                "subject": brief.title,
                "text": brief.text(f"{name}.email.txt"),
                "html": brief.text(f"{name}.email.html"),
                "pictures": {
                    file.removesuffix(".png"): base64.b64encode(brief.files[file]).decode()
                    for file in sorted(brief.files)
                    if file.endswith(".png")
                },
            },
            ensure_ascii=False,
        )
        recipients = self._options.routes.get(brief.owner, self._options.to)
        return tuple(
            Message(address, brief.cycle, brief.persona_id, 0, content)
            for address in dict.fromkeys(recipients)
        )

    def withdrawal(self) -> str:
        """Nothing: what was sent stays."""
        return ""

    def post(self, message: Message, *, key: str, parent: str | None) -> str:
        """Send one mail; its ``Message-ID`` follows from ``key``, so a mail sent again is recognised as the same."""
        del parent  # every mail opens its own conversation
        mail = self._mail(message, key)
        connection = self._open()
        try:
            sender = parseaddr(self._options.sender)[1]
            _expect(_asked(lambda: connection.mail(sender)), "the sender", DeliveryRefused)
            _expect(
                _asked(lambda: connection.rcpt(message.address)), "the recipient", DeliveryRejected
            )
            _expect(_handed_over(connection, mail), "the mail", DeliveryRejected)
        finally:
            # the answer to the mail is known by now: how they part does not matter
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        return str(mail["Message-ID"])

    def correct(self, message: Message, *, key: str, parent: str | None, receipt: str) -> None:
        """Always `DeliveryRejected`: a mail cannot be changed."""
        raise DeliveryRejected("a mail that was sent cannot be changed")

    def find(
        self, message: Message, *, key: str, parent: str | None, since: datetime
    ) -> Found | None:
        """Always `DeliveryUnknown`: nobody can be asked."""
        raise DeliveryUnknown("whether a mail arrived cannot be asked")

    def _open(self) -> smtplib.SMTP:
        try:
            return self._connect(self._options)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise DeliveryRefused(
                f"the mail server refuses us ({_code(error)}); look at security, username_env and password_env in settings"
            ) from None
        except ssl.SSLCertVerificationError:
            raise DeliveryRefused("the mail server's certificate is not to be trusted") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryUnavailable(f"no mail server ({type(error).__name__})") from None

    def _mail(self, message: Message, key: str) -> EmailMessage:
        content = json.loads(message.content)
        address = parseaddr(self._options.sender)[1]
        domain = address.rpartition("@")[2]
        about = message.persona_id or "all"
        reader = hashlib.blake2b(message.address.encode(), digest_size=4).hexdigest()
        # nobody ever sent this one: mail programs gather what refers to it, cycle after cycle
        thread = f"<persona.{about}.{reader}@{domain}>"
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._options.sender
        mail["To"] = message.address
        mail["Subject"] = " ".join(content["subject"].split())  # no line break ends a header
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = f"<brief.{message.cycle}.{about}.{key}@{domain}>"
        mail["In-Reply-To"] = mail["References"] = thread
        mail["List-Id"] = f"<next-evidence.{domain}>"
        by_mail = f"<mailto:{address}?subject=unsubscribe>"
        leave = self._options.unsubscribe.replace("{recipient}", quote(message.address, safe=""))
        mail["List-Unsubscribe"] = f"<{leave}>" if leave.startswith("mailto:") else by_mail
        if leave.startswith("https:"):  # one click, by RFC 8058; by mail for programs without it
            mail.replace_header("List-Unsubscribe", f"<{leave}>, {by_mail}")
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(content["text"], cte="quoted-printable")
        mail.add_alternative(content["html"], subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{key}_forms")
        shown = cast("EmailMessage", mail.get_payload(1))
        pictures = {
            name: picture
            for name, picture in content["pictures"].items()
            if f'src="cid:{name}"' in content["html"]
        }
        for name, picture in pictures.items():
            shown.add_related(
                base64.b64decode(picture),
                "image",
                "png",
                cid=f"<{name}>",
                filename=f"{name}.png",
                disposition="inline",
            )
        if pictures:
            shown.set_boundary(f"=_{key}_pictures")
        return mail


def connected(options: EmailOptions) -> smtplib.SMTP:
    """A connection to the server, encrypted and logged in as settings say."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if options.security == "tls":
        connection = smtplib.SMTP_SSL(
            options.host, options.port, timeout=options.timeout_s, context=context
        )
    else:
        connection = smtplib.SMTP(options.host, options.port, timeout=options.timeout_s)
    try:
        if options.security == "starttls":
            connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
        if options.password_env:
            connection.login(secret(options.username_env), secret(options.password_env))
    except BaseException:
        connection.close()
        raise
    return connection


def _asked(question: Callable[[], tuple[int, bytes]]) -> int:
    """The server's code, while a lost answer still means that nothing was sent."""
    try:
        return question()[0]
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryUnavailable(f"the mail server went away ({type(error).__name__})") from None


def _handed_over(connection: smtplib.SMTP, mail: EmailMessage) -> int:
    """The server's code for the mail itself; from here on a lost answer leaves everything open."""
    try:
        return connection.data(mail.as_bytes())[0]
    except smtplib.SMTPDataError as error:
        return error.smtp_code
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryUnknown(
            f"the mail server gave no answer to the mail ({type(error).__name__})"
        ) from None


def _expect(code: int, what: str, refusal: type[DeliveryError]) -> None:
    if 400 <= code < 500:
        raise DeliveryUnavailable(f"the mail server does not take {what} now ({code})")
    if not 200 <= code < 300:
        raise refusal(f"the mail server refuses {what} ({code})")


def _code(error: smtplib.SMTPException) -> str:
    return str(getattr(error, "smtp_code", type(error).__name__))
