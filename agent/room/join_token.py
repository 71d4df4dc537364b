"""Mint the token a browser joins a call with, for the web server that hands it out.

The agent cannot see a caller's browser or where they are (spec 1.6), so the endpoint, which can, writes them into the token. They
and the caller's name and e-mail are personal data: the token must only be given to the caller it is about.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta

from livekit.api import AccessToken, VideoGrants
from livekit.protocol.agent_dispatch import RoomAgentDispatch
from livekit.protocol.room import RoomConfiguration

from agent.room.participant import BROWSER, EMAIL_KEYS, NAME_KEYS, OS, REGION, email_address, plain_text

_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"(?:OPR|OPiOS)/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+(?:\.\d+)?)[^ ]* (?:Mobile/\S+ )?Safari/"),
)
_SYSTEMS = (
    ("iOS", r"(?:iPhone|iPad|iPod).*? OS (\d+(?:[._]\d+)?)"),
    ("Android", r"Android(?: (\d+(?:\.\d+)?))?"),
    ("Windows", r"Windows NT (\d+\.\d+)"),
    ("ChromeOS", r"CrOS \S+ (\d+)"),
    ("macOS", r"Mac OS X(?: (\d+[._]\d+))?"),
    ("Linux", r"Linux()"),
)
_MAX_USER_AGENT = 1000
"""Characters of a user agent that are parsed: real ones have some 200, and the header is untrusted."""


def join_token(
    *,
    room: str,
    identity: str,
    name: str | None,
    email: str | None,
    user_agent: str | None,
    region: str | None,
    api_key: str,
    api_secret: str,
    agent_name: str,
    ttl: timedelta,
) -> str:
    """Sign a token for one caller and one room that also dispatches the agent there. ``region`` is like ``US-CA``."""
    caller = {EMAIL_KEYS[0]: email_address(email), NAME_KEYS[0]: plain_text(name)}
    browser, system = browser_and_os(user_agent or "")
    device = {BROWSER: browser, OS: system, REGION: plain_text(region)}
    token = (
        AccessToken(api_key, api_secret)
        .with_identity(identity)
        .with_ttl(ttl)
        .with_grants(VideoGrants(room_join=True, room=room, can_publish=True, can_subscribe=True, can_update_own_metadata=False))
        .with_metadata(json.dumps({key: value for key, value in caller.items() if value}))
        .with_attributes({key: value for key, value in device.items() if value})
        .with_room_config(RoomConfiguration(agents=[RoomAgentDispatch(agent_name=agent_name)]))
    )
    shown = caller[NAME_KEYS[0]]
    return (token.with_name(shown) if shown else token).to_jwt()


def browser_and_os(user_agent: str) -> tuple[str | None, str | None]:
    """Parse name and version of the common browsers and systems; None for what is not recognised.

    Browsers freeze parts of it: Windows 11 says ``NT 10.0``, current macOS says ``10.15``. These are passed on unchanged.
    """
    text = user_agent[:_MAX_USER_AGENT]
    return _first(_BROWSERS, text), _first(_SYSTEMS, text)


def _first(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    for name, pattern in known:
        if found := re.search(pattern, text):
            return f"{name} {(found.group(1) or '').replace('_', '.')}".strip()
    return None
