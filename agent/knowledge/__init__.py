"""The knowledge base searched during a call: one protocol; Unleash in production, articles of this repository without it."""
