"""Define every setting of the agent's worker, read from the environment under the prefix ``VOICE_AGENT_``.

What it shares with the pipeline (the store, the queue, the clock) is in ``contract/platform/settings.py``. LiveKit reads
``LIVEKIT_URL``, ``LIVEKIT_API_KEY`` and ``LIVEKIT_API_SECRET`` itself; the plugins read their vendors' usual keys.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contract.platform.settings import known_zone, settings_or_failure

AGENT_VERSION = "2026.11.2"


class AgentSettings(BaseSettings):
    """Hold models, limits, tools and the spool's settings; the defaults run calls without any vendor but LiveKit."""

    model_config = SettingsConfigDict(env_prefix="VOICE_AGENT_", extra="ignore", frozen=True)

    name: str = Field(default="trial-success", description="The name LiveKit dispatches calls to.")
    version: str = Field(default=AGENT_VERSION, description="What documents say held the call; set it per deployment to compare.")
    llm: str = Field(
        default="openai/gpt-6-luna", description="provider/model through LiveKit Inference, or plugin:openai/model directly."
    )
    stt: str = Field(default="deepgram/nova-3", description="Speech to text, named like the LLM (plugin:deepgram/…).")
    tts: str = Field(
        default="elevenlabs/eleven_turbo_v2_5",
        description="Text to speech, named like the LLM (plugin:elevenlabs/…, plugin:openai/…).",
    )
    tts_voice: str = Field(default="", description="The voice's id at the vendor; empty means the vendor's default.")

    max_call_seconds: int = Field(default=1800, ge=30, description="A call longer than this is ended politely: time_limit.")
    max_cost_usd: float = Field(default=2.0, gt=0, description="A call dearer than this is ended politely: cost_limit.")
    max_silence_seconds: int = Field(default=60, ge=10, description="After this much silence of the caller: silence_timeout.")
    silence_prompt_seconds: int = Field(default=20, ge=5, description="After this much silence the agent asks if anybody is there.")

    unleash_url: HttpUrl | None = Field(default=None, description="Unleash search API; unset: the articles in data/knowledge.yml.")
    unleash_api_key: SecretStr | None = Field(default=None, description="Key of the Unleash API.")
    google_calendar_id: str = Field(default="", description="Calendar meetings are booked in; empty: .ics files under $VOICE_HOME.")
    google_credentials: Path | None = Field(
        default=None, description="Service account key file (JSON) that may write the calendar."
    )
    meeting_tz: str = Field(default="", description="Time zone of callers who name none; empty means VOICE_BUSINESS_TZ.")
    meeting_minutes: int = Field(default=30, ge=10, le=240, description="Length of a booked meeting.")
    tool_timeout_seconds: float = Field(default=4.0, gt=0, description="Longest one try of a tool's request may take.")

    checkpoint_seconds: float = Field(default=30.0, gt=0, description="How often a running call is checkpointed.")
    rejoin_seconds: float = Field(default=20.0, gt=0, description="How long a caller who dropped out may take to come back.")
    sweep_seconds: float = Field(default=60.0, gt=0, description="How often what lies in the spool is tried again.")

    health_host: str = Field(
        default="127.0.0.1",
        description="Address on which the worker answers health checks. 0.0.0.0 lets a probe from outside the machine reach it.",
    )
    health_port: int = Field(
        default=8081, ge=0, le=65535, description="Port of the health checks; a second worker on the machine needs another; 0: any."
    )
    max_calls: int | None = Field(
        default=None, ge=1, description="Most calls at once of this worker; unset: until the machine's CPU load reaches 70 %."
    )

    @field_validator("meeting_tz")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return known_zone(name) if name else name


def load_agent_settings() -> AgentSettings:
    """Read the settings from the environment; a wrong one raises ``ConfigurationFailure``, which names it."""
    return settings_or_failure(AgentSettings)
