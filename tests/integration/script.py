"""The conversation of the calls here: short, with consent, a search and noted signals; the caller, who is known, hangs up."""

import json

from agent.offline.script import CallerProfile, Script, ScriptStep, ScriptTurn, ToolRequest

_SEARCH = ToolRequest(name="unleash_search_knowledge", arguments={"query": "connect Salesforce", "category": "integrations"})
_SIGNAL = ToolRequest(name="note_signal", arguments={"integration_needs": ["salesforce"], "team_size": 12})

NAME, EMAIL = "Dana Ortiz", "dana@northlight.example"
CALL = Script(
    room="scripted_call",
    caller=CallerProfile(
        identity="caller",
        metadata=json.dumps({"user_email": EMAIL, "user_name": NAME}),
        attributes={"browser": "Chrome 141", "os": "macOS 10.15", "region": "US-CA"},
    ),
    turns=(
        ScriptTurn(
            say="Yes, that is fine with me.",
            replies=(
                ScriptStep(tools=(ToolRequest(name="record_consent", arguments={"granted": True}),)),
                ScriptStep(text="Thank you, Dana. What are you trying to get done?"),
            ),
        ),
        ScriptTurn(
            say="There are twelve of us and we want to connect Salesforce.",
            replies=(
                ScriptStep(tools=(_SIGNAL, _SEARCH)),
                ScriptStep(text="You can create a proposal straight from an opportunity."),
            ),
        ),
    ),
)
SAID = [turn.say for turn in CALL.turns]
