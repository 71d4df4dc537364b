"""Expand call scripts (``data/golden/scripts``) into session documents of version 1 and their gold labels.

Deterministic: timings come from word counts and a generator seeded by the script's name, so a script always gives the same
document, with the same session id.
"""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import yaml

from contract.document.session import DiscoveredSignals
from contract.platform.failures import PermanentFailure
from contract.platform.times import aware, read_moment
from contract.platform.yaml_file import read_yaml
from evaluation.script_timing import CONNECTION, Clock, ScriptReply, iso, reply_pause, words_of

PREAMBLE_TOKENS = 1350
"""Prompt tokens before the transcript in the invented calls: about what instructions and tool schemas take."""
TOKENS_A_WORD = 1.35
"""Tokens of an English word on average, for the invented calls' token counts."""

_MODELS = {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"}
_DEVICE = {"browser": "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Chrome/131.0", "os": "macOS 14.5", "location": "US-CA"}
_SILENT_SIGNALS: dict[str, Any] = DiscoveredSignals(qualification_tier="Tier 2").model_dump(mode="json")


class CallScript(TypedDict):
    """Describe one YAML file: the call's metadata, its turns and its gold labels."""

    call: dict[str, Any]
    turns: list[dict[str, Any]]
    gold: dict[str, Any]


class Expanded(NamedTuple):
    """Hold an expanded script. ``script`` is the file's stem; ``document`` and ``gold`` are plain JSON values."""

    script: str
    document: dict[str, Any]
    gold: dict[str, Any]


def expanded_scripts(paths: list[Path]) -> list[Expanded]:
    """Expand every script, by name. Raises ``PermanentFailure``, which names a file that is no script."""
    return [expanded(path.stem, _read(path)) for path in sorted(paths)]


def expanded(stem: str, script: CallScript) -> Expanded:
    telling = _Telling(stem, script["call"])
    for number, turn in enumerate(script["turns"]):
        telling.tell(number, turn)
    gold = {"session_id": telling.session_id, "script": stem, **script["gold"]}
    return Expanded(stem, _plain(telling.document()), _plain(gold))


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Convert to JSON values: YAML parses an unquoted date as a date object."""
    return json.loads(json.dumps(value, default=str))


def _read(path: Path) -> CallScript:
    try:
        script: CallScript = read_yaml(path)
        _ = script["call"], script["turns"], script["gold"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        kind = type(error).__name__
        raise PermanentFailure(f"{path.name} is no call script ({kind}).", "It needs the keys call, turns and gold.") from None
    return script


def _hex(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]


def _start(value: Any) -> datetime:
    return aware(value) if isinstance(value, datetime) else read_moment(str(value))


class _Telling:
    """Build one call from its turns, in order."""

    def __init__(self, stem: str, call: dict[str, Any]) -> None:
        self._call, self._start = call, _start(call["start"])
        self._chance = random.Random(sha256(stem.encode()).digest())  # noqa: S311 - timings, not secrets
        self._clock = Clock(self._start)
        self.session_id = f"pandadoc_trial_{int(self._start.timestamp() * 1000)}_{_hex(stem, 6)}"
        self._participant = f"PA_{_hex(stem + 'p', 12)}"
        self._transcript: list[dict[str, Any]] = []
        self._metrics: list[dict[str, Any]] = []
        self._tools: list[dict[str, Any]] = []
        self._interruptions: list[dict[str, Any]] = []
        self._errors: list[dict[str, Any]] = []

    def tell(self, number: int, turn: dict[str, Any]) -> None:
        if "tool" in turn:
            moment = iso(self._clock.now + timedelta(seconds=0.3))
            self._tools.append(
                self._search(turn, moment) if turn["tool"] == "unleash_search_knowledge" else self._booking(turn, moment)
            )
            self._clock.pass_by(0.8)
        elif "error" in turn:
            what = {"type": turn.get("type", "APITimeoutError"), "message": turn.get("message", "request timed out")}
            self._errors.append({"timestamp": iso(self._clock.now), "component": turn["error"], **what})
        else:
            self._say(number, turn)

    def _search(self, turn: dict[str, Any], moment: str) -> dict[str, Any]:
        results = int(turn.get("results", 0))
        found = {"results_found": results > 0, "total_results": results}
        return {"tool": turn["tool"], "timestamp": moment, "query": turn["query"], "category": turn.get("category"), **found}

    def _booking(self, turn: dict[str, Any], moment: str) -> dict[str, Any]:
        success, tail, user = bool(turn.get("success", True)), self.session_id[-6:], self._call["user"]
        return {
            "tool": "book_sales_meeting",
            "timestamp": moment,
            "customer_name": turn.get("name", user.get("name")),
            "customer_email": turn.get("email", user.get("email")),
            "preferred_date": turn.get("date"),
            "preferred_time": turn.get("time"),
            "success": success,
            "meeting_link": f"https://meet.google.com/{tail}" if success else None,
            "calendar_event_id": f"evt_{tail}" if success else None,
            "meeting_time": turn.get("at") if success else None,
        }

    def _say(self, number: int, turn: dict[str, Any]) -> None:
        role, text = ("agent", turn["A"]) if "A" in turn else ("user", turn["U"])
        last = self._transcript[-1]["role"] if self._transcript else None
        seconds = self._clock.speaking_seconds(role, text, self._chance)
        answer = role == "agent" and last == "user"
        reply = reply_pause(self._call.get("latency", "normal"), self._chance) if answer else None
        pause = reply.seconds if reply else (self._chance.uniform(0.25, 0.9) if last else 0.6)
        begin, end = self._clock.speak(float(turn.get("gap", pause)), seconds)
        item = {"id": f"item_{number:03d}", "role": role, "text": text, "started_at": iso(begin), "ended_at": iso(end)}
        if role == "agent":
            item |= {
                "source": "user_initiated" if answer else "agent_initiated",
                "interrupted": bool(turn.get("interrupted", False)),
            }
            if item["interrupted"]:
                self._interruptions.append({"timestamp": iso(end), "item_id": item["id"]})
            if reply:
                self._metrics.append(self._measured(item, reply, seconds))
        else:
            item |= {"final": True, "speaker_id": self._participant}
        self._transcript.append(item)

    def _measured(self, item: dict[str, Any], reply: ScriptReply, seconds: float) -> dict[str, Any]:
        recognised = words_of(self._transcript[-1]["text"])
        prompt = PREAMBLE_TOKENS + int(sum(words_of(i["text"]) for i in self._transcript) * TOKENS_A_WORD)
        completion = int(words_of(item["text"]) * TOKENS_A_WORD)
        return {
            "timestamp": item["started_at"],
            "item_id": item["id"],
            "eou_delay": reply.eou_delay,
            "llm_ttft": reply.llm_ttft,
            "tts_ttfb": reply.tts_ttfb,
            "stt_duration": round(recognised * 9 * self._chance.uniform(0.8, 1.2)),
            "total_latency": reply.milliseconds,
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "stt_audio_duration": round(recognised / 2.3, 2),
            "tts_characters_count": len(item["text"]),
            "tts_audio_duration": round(seconds, 2),
        }

    def document(self) -> dict[str, Any]:
        call = self._call
        end = self._clock.now + timedelta(seconds=float(call.get("trailing_silence", 0.7)))
        seconds, recognised = (
            (end - self._start).total_seconds(),
            self._transcript[1]["started_at"] if len(self._transcript) > 1 else None,
        )
        return {
            "schema_version": 1,
            "session_id": self.session_id,
            "agent_version": str(call.get("agent_version", "2026.11.1")),
            "start_time": iso(self._start),
            "end_time": iso(end),
            "duration_seconds": round(seconds),
            "participant_id": self._participant,
            "user_email": call["user"].get("email"),
            "user_name": call["user"].get("name"),
            "disconnect_reason": call.get("end", "user_hangup"),
            "consent": {"obtained": bool(call.get("consent", True)), "timestamp": recognised},
            "transcript": self._transcript,
            "interruptions": self._interruptions,
            "turn_taking": self._turn_taking(),
            "metrics": self._metrics,
            "models": _MODELS | {"llm": call.get("llm", _MODELS["llm"])},
            "discovered_signals": _SILENT_SIGNALS | (call.get("signals") or {}),
            "tool_calls": self._tools,
            "connection": self._connection(seconds),
            "errors": self._errors,
        }

    def _turn_taking(self) -> dict[str, Any]:
        user, agent = (sum(_seconds(i) for i in self._transcript if i["role"] == role) for role in ("user", "agent"))
        turns = len(self._transcript)
        balance = round(user / agent, 3) if agent else None
        average = round((user + agent) / max(1, turns), 2)
        return {"turn_count": turns, "average_turn_duration_seconds": average, "turn_balance": balance}

    def _connection(self, seconds: float) -> dict[str, Any]:
        loss, jitter = CONNECTION[self._call.get("connection", "good")]
        return {
            "bandwidth_in": int(seconds * 4100),
            "bandwidth_out": int(seconds * 3600),
            "packet_loss": round(loss * self._chance.uniform(0.7, 1.3), 2),
            "jitter": round(jitter * self._chance.uniform(0.7, 1.3)),
            "device_info": self._call.get("device", _DEVICE),
        }


def _seconds(item: dict[str, Any]) -> float:
    """As the document says it, to the millisecond."""
    begin, end = (read_moment(item[name]) for name in ("started_at", "ended_at"))
    return (end - begin).total_seconds()
