"""Run calls with real sound and no network: a synthesised caller, local speech models, and simulated playback."""
