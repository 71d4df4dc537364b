"""Book a meeting during a call: one protocol, Google Calendar in production, ``.ics`` files without it."""
