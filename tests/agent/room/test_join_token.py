from datetime import timedelta

from livekit.api import TokenVerifier

from agent.room.join_token import join_token
from agent.room.participant import caller_of

SECRET = "s" * 40
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


def test_what_the_token_carries_is_what_the_agent_reads():
    device = {"user_agent": AGENT, "region": "US-CA", "agent_name": "trial-success", "ttl": timedelta(minutes=10)}
    caller = {"identity": "c-1", "name": "Dana Ortiz", "email": "dana@northlight.example"}
    claims = TokenVerifier("key", SECRET).verify(join_token(room="r-1", api_key="key", api_secret=SECRET, **caller, **device))
    read = caller_of("PA_1", claims.name, claims.metadata, claims.attributes)
    assert (read.email, read.name, read.location) == ("dana@northlight.example", "Dana Ortiz", "US-CA")
    assert (read.browser, read.os) == ("Edge 140", "Windows 10.0")
    assert claims.video is not None
    assert (claims.video.room, claims.video.room_join) == ("r-1", True)
    assert claims.room_config is not None
    assert claims.room_config.agents[0].agent_name == "trial-success"
