"""What the agent says on its own: fixed phrases, error speech, recordings, and goodbye before it hangs up."""
