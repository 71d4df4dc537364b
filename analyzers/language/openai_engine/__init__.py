"""The engine that asks OpenAI, one structured-output call a session (``VOICE_ENGINE=openai``)."""
