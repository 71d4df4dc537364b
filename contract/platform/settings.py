"""Every setting of the platform, read from the environment under the prefix ``VOICE_``."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, tzinfo
from pathlib import Path
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contract.platform.clock import Clock, clock_at
from contract.platform.failures import ConfigurationFailure

PROJECT_ROOT = Path(__file__).resolve().parents[2]


ReasoningEffort = Literal["none", "low", "medium", "high"]
"""How much a reasoning model thinks, in the words of the vendor's API."""


class Settings(BaseSettings):
    """``VOICE_HOME`` and the rest; every default does the real job on one machine."""

    model_config = SettingsConfigDict(env_prefix="VOICE_", extra="ignore", frozen=True)

    home: Path = Field(
        default=PROJECT_ROOT / "data" / "local", description="Where state, warehouse, reports and the Dagster instance live."
    )
    store: str = Field(
        default="", description="Root of the object store: file:///path or s3://bucket/prefix. Default: $VOICE_HOME/store."
    )
    now: AwareDatetime | None = Field(default=None, description="Pins the clock (ISO 8601 with offset); unset means the real time.")
    business_tz: str = Field(default="America/New_York", description="Time zone of 'today', business hours and mail times.")
    first_day: date | None = Field(
        default=None,
        description="First UTC day with a partition in Dagster. Default: the earliest in the ledger when the code is loaded.",
    )
    engine: Literal["embedded", "openai"] = Field(default="embedded", description="Which engine annotates transcripts.")
    pseudonym_key: SecretStr | None = Field(
        default=None, description="Secret behind lead keys and redacted names. Default: made once in $VOICE_HOME/pseudonym.key."
    )
    queue_url: str = Field(
        default="", pattern=r"^(|.+\.fifo/?)$", description="Amazon SQS FIFO queue that announces documents; empty means none."
    )
    queue_visibility_seconds: int = Field(
        default=300,
        ge=1,
        le=43_200,
        description="How long a received message is hidden from other readers; what is not taken in by then is received again.",
    )
    queue_cloudwatch: bool = Field(
        default=False,
        description="Whether CloudWatch is asked for the age of the oldest message of the queue."
        " Without it, the age is that of the oldest message received in the last minute.",
    )
    warehouse_memory: str = Field(
        default="4GB",
        description="Most memory that building or publishing the warehouse takes in DuckDB; beyond it, it spills to disk.",
    )
    state_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL that holds the operational database: postgresql://user:password@host/database."
        " Default: SQLite, $VOICE_HOME/state.db.",
    )
    dagster_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL that holds Dagster's runs, events and schedules: postgresql://user:password@host/database."
        " Default: SQLite files in $VOICE_HOME/dagster.",
    )
    serving_url: SecretStr | None = Field(
        default=None, description="PostgreSQL that serves marts and rollups too: postgresql://user:password@host/database."
    )
    owner: str = Field(
        default="team:voice-platform",
        pattern=r"^(team:[A-Za-z0-9_.-]+|[^@\s]+@[^@\s]+\.[^@\s]+)$",
        description="Who answers for the assets in Dagster: team:<name>, or an e-mail address.",
    )
    code_url: str = Field(
        default="",
        description="Where the repository's files are browsed, for links from Dagster and to runbooks: https://<host>/<repository>/blob/<revision>."
        " Empty links to the files on this machine.",
    )
    base_url: str = Field(
        default="", description="Address of the pages that links to calls and meetings lead to. Without it no link is shown."
    )
    group_may_read: bool = Field(
        default=False,
        description="Whether the files' group may read what is made under VOICE_HOME (for a BI tool of another user).",
    )
    batch_sessions: int = Field(default=500, ge=1, le=5000, description="Most sessions one run takes.")
    lease_seconds: int = Field(
        default=300, ge=30, description="How long a claim of a run on another machine lasts without renewal."
    )
    lost_after_seconds: int = Field(default=90, ge=30, description="A call whose heartbeat is older than this is lost.")
    workers: int = Field(default=2, ge=1, description="Processes that annotate transcripts.")
    call_cpu_seconds: float = Field(
        default=60.0,
        gt=0,
        description="Most CPU time that annotating one call, or one of its reports, may take; beyond it the call is rejected.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None, validation_alias="OPENAI_API_KEY", description="Key of the openai engine (OPENAI_API_KEY, without prefix)."
    )
    openai_model: str = Field(
        default="gpt-6-luna",
        description="Model of the openai engine. Without a price in data/price_book.yml its costs are unknown.",
    )
    openai_dialect: Literal["responses", "chat"] = Field(
        default="responses",
        description="The Responses API, or Chat Completions for a server with only that (OPENAI_BASE_URL; needs no key).",
    )
    openai_reasoning_effort: ReasoningEffort = Field(
        default="low", description="How much a reasoning model (gpt-5 and later, o series) thinks before it answers."
    )
    openai_daily_usd: float = Field(
        default=25.0,
        ge=0,
        description="Most the openai engine may cost a UTC day at list prices; beyond it the embedded one is the fallback.",
    )
    openai_requests_per_minute: int = Field(default=500, ge=1, description="Requests a minute, shared by all concurrent runs.")
    openai_tokens_per_minute: int = Field(default=200_000, ge=1, description="Tokens a minute, shared by all concurrent runs.")
    openai_timeout_seconds: float = Field(default=300.0, gt=0, description="Longest one request may take from first to last byte.")
    openai_concurrency: int = Field(default=8, ge=1, le=256, description="Requests under way at a time in one process.")
    openai_max_output_tokens: int = Field(default=32_768, ge=1000, description="Most tokens the model may answer with.")
    openai_languages: str = Field(
        default="",
        pattern=r"^(all|[a-z]{2,3}(,[a-z]{2,3})*)?$",
        description="Languages besides English whose calls the model reads: ISO 639 codes such as es,id, or all. Calls in others"
        " are unavailable. Ask only for what the model is good at.",
    )
    destination_timeout_seconds: float = Field(
        default=60.0, gt=0, description="Longest wait for an answer of a destination, connecting included."
    )

    @field_validator("business_tz")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return known_zone(name)

    @field_validator("state_url", "dagster_url")
    @classmethod
    def _postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://; without it, SQLite is used")
        return url

    @property
    def store_uri(self) -> str:
        return self.store or (self.home / "store").absolute().as_uri()

    @property
    def clock(self) -> Clock:
        return clock_at(self.now)

    @property
    def business_zone(self) -> tzinfo:
        return ZoneInfo(self.business_tz)

    @property
    def state(self) -> Path | SecretStr:
        """Where the operational database is: the address of a PostgreSQL, else the file of a SQLite."""
        return self.state_url or self.state_path

    @property
    def state_path(self) -> Path:
        return self.home / "state.db"

    @property
    def warehouse_path(self) -> Path:
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def published_dir(self) -> Path:
        return self.home / "published"

    @property
    def search_dir(self) -> Path:
        return self.home / "search"

    @property
    def reports_dir(self) -> Path:
        return self.home / "reports"

    @property
    def evaluations_dir(self) -> Path:
        return self.home / "evaluations"

    @property
    def spool_dir(self) -> Path:
        return self.home / "spool"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"


class VendorSettings(BaseSettings):
    """Base of what one vendor's adapter reads from the environment, under a prefix of its own."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    @property
    @abstractmethod
    def missing(self) -> str | None:
        """The variable that must be set before the vendor can be used; None when it is configured."""


def known_zone(name: str) -> str:
    """The name itself, or ``ValueError`` when it is no time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not an IANA time zone such as America/New_York") from error
    return name


_Any = TypeVar("_Any", bound=BaseSettings)


def load_settings() -> Settings:
    """The platform's settings from the environment; a wrong one is a ``ConfigurationFailure`` that names it."""
    return settings_or_failure(Settings)


def settings_or_failure(kind: type[_Any]) -> _Any:
    """Settings of one kind from the environment; what is wrong is said by the names of its variables, never by its values."""
    try:
        return kind()
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        wrong = ", ".join(
            f"{prefix}{'_'.join(map(str, e['loc'])).upper()} {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise ConfigurationFailure(f"Settings are wrong: {wrong}.", "Correct the environment and run again.") from None
