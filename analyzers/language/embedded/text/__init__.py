"""Prepare text for rules: words, sentences, numbers, product names, cue phrases and the language, with exact offsets."""
