"""Define the agent: a trial-success specialist with five tools. It collects and notes; calls are analysed elsewhere."""

from __future__ import annotations

import json
from typing import Annotated, Any

from livekit.agents import Agent, RunContext, StopResponse, function_tool
from pydantic import Field

from agent.call import Call
from agent.knowledge.search import Category
from agent.signals import SIGNAL_SCHEMA, noted, read_update
from agent.speech.phrases import greeting, instructions
from agent.tools.booking import book
from agent.tools.knowledge_search import search

_NOTE_SIGNAL: dict[str, Any] = {
    "name": "note_signal",
    "description": "Note what the caller just revealed about their team or work, and only that. A later value replaces an earlier.",
    "parameters": SIGNAL_SCHEMA,
}
_DAY = (
    "Day in the caller's own words, e.g. 'Friday the 4th', 'tomorrow', 'December 4th'; null when none was named."
    " Never work out a date yourself."
)
_TIME = (
    "Time in the caller's own words, with am or pm and the time zone or city they named, e.g. '2pm', 'between two and four',"
    " '3pm Pacific'; null when none was named. Never convert it to another zone."
)


class TrialSpecialist(Agent):
    """Combine instructions with small typed tools. Words of model and caller are untrusted: tools validate their arguments."""

    def __init__(self, call: Call) -> None:
        super().__init__(instructions=instructions())
        self._call = call

    async def on_enter(self) -> None:
        caller = self._call.caller
        self.session.say(greeting(caller.name if caller else None))

    @function_tool
    async def record_consent(self, context: RunContext[Call], granted: bool) -> str:
        """Record the caller's answer to the question whether the call may be transcribed. Call it as soon as they answered.

        Args:
            granted: true when they agreed, false when they refused.
        """
        context.userdata.answered_consent(granted)
        return "Noted." if granted else "Noted: nothing the caller says is written down. Thank them and go on helping."

    @function_tool
    async def unleash_search_knowledge(
        self,
        context: RunContext[Call],
        query: Annotated[str, Field(description="The caller's question, in their words.")],
        category: Annotated[Category | None, Field(description="What kind of question it is, or null.")],
    ) -> str:
        """Search PandaDoc's knowledge base. Use it before stating any fact about features, prices, integrations or faults."""
        return await search(context.userdata, context.function_call.call_id, query, category)

    @function_tool
    async def book_sales_meeting(
        self,
        context: RunContext[Call],
        customer_name: Annotated[str, Field(description="The caller's full name.")],
        customer_email: Annotated[str, Field(description="Where the invitation goes.")],
        preferred_date: Annotated[str | None, Field(description=_DAY)],
        preferred_time: Annotated[str | None, Field(description=_TIME)],
    ) -> str:
        """Book a meeting with a sales colleague. Only after the caller agreed to one. Then say the weekday, date, time and zone
        that the answer names; when the answer asks for something, ask the caller and book again with their words.
        """
        context.disallow_interruptions()
        call_id = context.function_call.call_id
        return await book(context.userdata, call_id, customer_name, customer_email, preferred_date, preferred_time)

    @function_tool(raw_schema=_NOTE_SIGNAL)
    async def note_signal(self, raw_arguments: dict[str, object], context: RunContext[Call]) -> str:
        update, refused = read_update(raw_arguments)
        context.userdata.learnt(noted(context.userdata.signals, update))
        return f"Noted, except: {json.dumps(refused)}" if refused else "Noted."

    @function_tool
    async def end_call(self, context: RunContext[Call]) -> None:
        """End the call. Only after the caller is done and you have said goodbye."""
        context.userdata.ends("agent_goodbye")
        session = context.session
        context.speech_handle.add_done_callback(lambda _: session.shutdown(drain=False))
        raise StopResponse
