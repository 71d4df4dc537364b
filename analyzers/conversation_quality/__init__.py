"""Report how well the conversation itself went: balance, listening, silences, ending and the scores over them (spec 3.3)."""
