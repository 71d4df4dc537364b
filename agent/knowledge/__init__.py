"""Search a knowledge base during a call: one protocol; Unleash in production, articles of this repository without it."""
