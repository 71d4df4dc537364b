"""Where results go: one engine for every destination, and what each of them needs to know."""
