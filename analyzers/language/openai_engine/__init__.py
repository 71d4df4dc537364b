"""The engine that asks OpenAI, one structured-output call a session (``VOICE_ENGINE=openai``)."""

from analyzers.language.openai_engine.engine import OpenAIEngine as OpenAIEngine
