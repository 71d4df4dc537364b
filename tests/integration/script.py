"""The conversations of the calls here: short, with consent, a search and noted signals; the caller, who is known, hangs up."""

import json

from agent.offline.script import CallerProfile, Script, ScriptStep, ScriptTurn, ToolRequest

_SEARCH = ToolRequest(name="unleash_search_knowledge", arguments={"query": "connect Salesforce", "category": "integrations"})
_SIGNAL = ToolRequest(name="note_signal", arguments={"integration_needs": ["salesforce"], "team_size": 12})

INTERRUPTS_AFTER_SECONDS = 4.5
"""Seconds of an answer before the caller speaks: LiveKit ignores them in its first 3, in which a browser learns to cancel echo."""
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
FIRST_TURN = CALL.model_copy(update={"turns": CALL.turns[:1]})
SECOND_TURN = CALL.model_copy(update={"turns": CALL.turns[1:]})

_QUESTION = ScriptTurn(
    say="Please tell me how sending works.",
    replies=(
        ScriptStep(
            text="You choose a template, fill in the names of the people who sign, and set the order in which they do. "
            "Everybody gets an e-mail with a link, signs on any device, and you see who has opened the document and when."
        ),
    ),
)
INTERRUPTED = CALL.model_copy(
    update={"turns": (_QUESTION, CALL.turns[1].model_copy(update={"interrupts_after_seconds": INTERRUPTS_AFTER_SECONDS}))}
)
"""A call whose caller speaks into the first answer."""
ANSWERS = CALL.model_copy(update={"turns": (*CALL.turns, _QUESTION)})
"""What the model and the recogniser know: the sentences of every call here."""
