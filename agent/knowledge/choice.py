"""Choose the knowledge base a call searches."""

from __future__ import annotations

from agent.knowledge.embedded import embedded
from agent.knowledge.search import KnowledgeBase
from agent.knowledge.unleash import UnleashKnowledgeBase
from agent.outbound import TimeBounds
from agent.settings import AgentSettings


def knowledge_base(settings: AgentSettings) -> KnowledgeBase:
    """Return Unleash when its address is set, else the articles in ``data/knowledge.yml``."""
    if settings.unleash_url is None:
        return embedded()
    return UnleashKnowledgeBase(str(settings.unleash_url), settings.unleash_api_key, TimeBounds(settings.tool_timeout_seconds))
