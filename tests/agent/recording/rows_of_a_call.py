"""The rows of a short spoken call, as LiveKit's events make them, with times in seconds since the call began."""

from __future__ import annotations

from typing import Any

START = 1_795_000_000.0
Row = dict[str, Any]


def row(kind: str, at: float, **fields: Any) -> Row:
    return {"kind": kind, "at": START + at, **fields}


def said(
    at: float,
    role: str,
    text: str,
    ends: float | None = None,
    *,
    speech: str | None = None,
    interrupted: bool = False,
    **timing: float,
) -> Row:
    spoken = {"started_at": START + at, "ended_at": START + ends} if ends is not None else {}
    return row("item", at, role=role, text=text, id=f"{role}{at}", speech_id=speech, interrupted=interrupted) | spoken | timing


def llm(at: float, speech: str, prompt: int, completion: int, ttft: float = 0.4) -> Row:
    tokens = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return row("llm", at, speech_id=speech, ttft=ttft, **tokens)


def tts(at: float, speech: str, characters: int, audio: float, ttfb: float = 0.2) -> Row:
    return row("tts", at, speech_id=speech, characters=characters, audio_duration=audio, ttfb=ttfb)


def begin() -> Row:
    models = {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"}
    return row("begin", 0, session_id="room_1", room="room_1", agent_version="2026.11.2", offset=0.0, models=models)


def call() -> list[Row]:
    """Greeting, an answered question with a search, an interrupted reply, the question that interrupted it, a goodbye."""
    return [
        begin(),
        row("participant", 0.5, participant_id="PA_1", email="dana@northlight.example", name="Dana", browser="Chrome", os="macOS"),
        row("speech", 1, speech_id="s0", source="say"),
        tts(1.2, "s0", 40, 3.0),
        said(1, "assistant", "Hello, may I transcribe?", 4, speech="s0"),
        row("heard", 6, text="yes what does it cost"),
        row("stt", 6, duration=0.0, audio_duration=2.0),
        row("speech", 6.1, speech_id="s1", source="generate_reply"),
        said(4.5, "user", "yes what does it cost", 6, eou=0.21),
        row("consent", 6.2, obtained=True),
        llm(6.5, "s1", 1000, 20, ttft=0.48),
        tts(6.9, "s1", 12, 1.0, ttfb=0.19),
        said(7.015, "assistant", "Let me look.", 8, speech="s1", ttft=0.48, ttfb=0.19, e2e=1.015),
        row(
            "tool",
            8.1,
            call_id="c1",
            tool="unleash_search_knowledge",
            query="price",
            category="pricing",
            results_found=True,
            total_results=4,
            error=None,
        ),
        row("executed", 8.2, call_id="c1", tool="unleash_search_knowledge", error=None),
        llm(8.5, "s1", 1100, 60),
        tts(8.8, "s1", 200, 12.0),
        row("overlap", 11),
        row("hushed", 11.1),
        row("stt", 12, duration=0.0, audio_duration=1.5),
        said(9, "assistant", "There are three", 13.2, speech="s1", interrupted=True, ttft=0.4, ttfb=0.2),
        row("speech", 12.1, speech_id="s2", source="generate_reply"),
        said(11, "user", "wait which is for teams", 12, eou=0.3),
        row("signals", 12.2, signals={"team_size": 12, "qualification_tier": "Tier 1"}),
        llm(12.5, "s2", 1200, 10),
        tts(12.8, "s2", 20, 2.0),
        said(13, "assistant", "The business plan.", 15, speech="s2", ttft=0.4, ttfb=0.2, e2e=1.0),
        row("error", 15.5, component="llm", type="APITimeoutError", message="timed out", recoverable=True),
        row("connection", 15.6, bytes_received=1000, bytes_sent=2000, packets_received=990, packets_lost=10, jitter=14.0),
        row("close", 16, reason="participant_disconnected"),
        row("end", 16.4, unrecorded=0),
    ]
