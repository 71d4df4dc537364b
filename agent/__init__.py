"""Run voice calls and collect everything about them. Analysis happens elsewhere (spec section 1)."""
