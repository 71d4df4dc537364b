"""The knowledge base the agent searches during a call: one protocol, Unleash in production, articles of this repository without it."""
