"""The voice agent: it holds calls and collects everything about them; what it means is for others (spec section 1)."""
