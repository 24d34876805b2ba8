"""Options of the delivery ``slack``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from next_evidence.delivery.options import StrictOptions, Variable

Address = Annotated[str, Field(pattern=r"^[CGDUW][A-Z0-9]{2,}$")]
Person = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,}$")]


class SlackOptions(StrictOptions):
    """Options of the delivery ``slack``."""

    token_env: Variable = Field(
        default="SLACK_BOT_TOKEN",
        description="Name of the environment variable that holds the bot token.",
    )
    channel: Address = Field(
        description="Id of the channel for the digest, and for briefs whose owner has no route."
    )
    routes: dict[str, Address] = Field(
        default_factory=dict,
        description="An owner's own channel or person, by the `owner` of persona documents.",
    )
    most_briefs: int = Field(
        default=3, ge=0, le=50, description="Briefs a channel gets in a cycle; the digest has all."
    )
    api_url: str = Field(
        default="https://slack.com/api/",
        pattern=r"^https?://\S+/$",
        description="Where Slack's API lies, e.g. that of GovSlack.",
    )
    timeout_s: int = Field(default=30, ge=1, le=300, description="How long to wait for an answer.")
    actions: Literal["links", "socket", "http"] = Field(
        default="links",
        description="How people act on a brief: `links` needs nothing that runs; the others are buttons, which "
        "`next-evidence serve --slack` answers over Socket Mode or over HTTP.",
    )
    reviewers: dict[Person, str] = Field(
        default_factory=dict,
        description="Who may decide: member id, and the name under which decisions are kept.",
    )
    approvals_to: Annotated[str, Field(pattern=r"^([CGDUW][A-Z0-9]{2,})?$")] = Field(
        default="",
        description="Channel or person that is asked before anything is posted; empty: only the command line is.",
    )
    app_token_env: Variable = Field(
        default="SLACK_APP_TOKEN",
        description="Environment variable with the app-level token, for Socket Mode.",
    )
    signing_secret_env: Variable = Field(
        default="SLACK_SIGNING_SECRET",
        description="Environment variable with the signing secret, for HTTP.",
    )
    listen: str = Field(
        default="127.0.0.1:3000",
        pattern=r"^[A-Za-z0-9.-]+:\d{1,5}$",
        description="Host and port for HTTP; put a TLS proxy before it.",
    )

    @model_validator(mode="after")
    def _somebody_may_act(self) -> SlackOptions:
        if self.actions != "links" and not self.reviewers:
            raise ValueError("buttons need reviewers: without them nobody may press one")
        if self.approvals_to and self.actions == "links":
            raise ValueError("approvals_to needs buttons: set actions to socket or http")
        return self
