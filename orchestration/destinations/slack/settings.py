"""Define the settings of the Slack adapter, with the prefix ``VOICE_SLACK_``."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings

_NAMES = ("ops", "sales", "product")
_ID = "Needs the token; by its id, such as C0123456789, since Slack changes messages by id alone."
_WEBHOOK = "Used without a token: messages are posted there and never changed."


class SlackSettings(VendorSettings):
    """Settings of Slack: a bot's token with channels, or incoming webhooks. A channel with neither gets nothing."""

    model_config = SettingsConfigDict(env_prefix="VOICE_SLACK_", extra="ignore", frozen=True)

    bot_token: SecretStr | None = Field(
        default=None,
        description="Bot token (xoxb-…) of the Slack app, with chat:write and channels:history, else groups:history.",
    )
    ops_channel: str = Field(default="", description=f"Channel of alerts of operations. {_ID}")
    sales_channel: str = Field(default="", description=f"Channel of hot leads, bookings and competitors. {_ID}")
    product_channel: str = Field(default="", description=f"Channel of the hourly digests. {_ID}")
    ops_webhook: SecretStr | None = Field(default=None, description=f"Incoming webhook of operations. {_WEBHOOK}")
    sales_webhook: SecretStr | None = Field(default=None, description=f"Incoming webhook of sales. {_WEBHOOK}")
    product_webhook: SecretStr | None = Field(default=None, description=f"Incoming webhook of the digests. {_WEBHOOK}")
    buttons: bool = Field(
        default=False,
        description="Show a button that acknowledges an alert; Slack must reach `voice serve` for it (docs/web.md, webhooks).",
    )
    url: str = Field(default="https://slack.com/api/", description="Slack's Web API.")
    requests_per_minute: int = Field(
        default=50,
        ge=1,
        description="Maximum requests to Slack per minute, shared by all runs: what Slack allows for changing messages.",
    )

    @property
    def channels(self) -> dict[str, str]:
        """Return the ids of the channels that are set, by the name in ``data/alerts.yml``."""
        return {f"slack_{name}": value for name in _NAMES if (value := getattr(self, f"{name}_channel"))}

    @property
    def webhooks(self) -> dict[str, str]:
        """Return the addresses of the webhooks that are set, by the name in ``data/alerts.yml``; they are secrets."""
        return {f"slack_{name}": value.get_secret_value() for name in _NAMES if (value := getattr(self, f"{name}_webhook"))}

    @property
    def addresses(self) -> dict[str, str]:
        """Return where messages go by the name of the channel: with a token ids, else addresses of webhooks, which are secrets."""
        return self.channels if self.bot_token is not None else self.webhooks

    @property
    def missing(self) -> str | None:
        if self.bot_token is not None:
            return None if self.channels else "VOICE_SLACK_OPS_CHANNEL"
        return None if self.webhooks else "VOICE_SLACK_BOT_TOKEN"
