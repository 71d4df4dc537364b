"""Turn text into terms, the same way for transcripts and for queries: words without accents and case, stemmed (Porter).

DuckDB's own full-text index drops digits and 571 English words, "value", "use" and "help" among them, which callers of a
sales line do search for. Here a word is letters and digits of any script, and only words without a meaning of their own
are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import duckdb

from contract.platform.settings import Settings
from orchestration.warehouse.extensions import install_extensions

WORD = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}]+)*"
LONGEST_TERM = 64
"""Characters of a term: no word of a language is longer, and what is longer (an address, noise) is found by its first 64."""
_STOPWORDS = """
a about am an and any are as at be been being but by can could did do does done for from had has have he her hers him
his how i if in into is it its me my of on or our ours she should so such than that the their them then there these they
this those to us was we were what when where which who will with would you your yours
id ill im ive youd youll youre youve hed hes shed shes itd itll its thats theres theyd theyll theyre theyve wed weve
dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont wouldnt couldnt shouldnt cant lets
ah eh er erm hm hmm oh uh uhm um
"""
_MACROS = f"""
create temp macro plain_word(word) as left(
    regexp_replace(regexp_replace(lower(strip_accents(word)), '[''’]s$', ''), '[''’]', '', 'g'), {LONGEST_TERM});
create temp macro words_of(spoken) as regexp_extract_all(spoken, '{WORD.replace("'", "''")}');
"""


def open_words(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection with ``words_of(text)`` and, through ``vocabulary_sql``, the term of each word.

    What does not fit into memory spills into a folder of its own, since two connections must not share one.
    """
    folder = install_extensions(settings, ("fts",))
    spill = settings.search_dir.absolute() / "spill" / uuid4().hex
    connection = duckdb.connect(config={"extension_directory": str(folder), "temp_directory": str(spill)})
    connection.execute("load fts")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create temp table stopwords as select unnest(?::varchar[]) as word", [_STOPWORDS.split()])
    connection.execute(_MACROS)
    return connection


def vocabulary_sql(source: str) -> str:
    """Each distinct ``word`` of the relation ``source`` with its ``term``; stopwords have none and do not appear."""
    return f"""
        select word, stem(plain_word(word), 'porter') as term from (select distinct word from {source})
        where plain_word(word) not in (select s.word from stopwords as s)
    """  # noqa: S608 - names of ours


def terms_by_word(connection: duckdb.DuckDBPyConnection, words: Sequence[str]) -> dict[str, str]:
    """Return the term of each word that is no stopword."""
    return dict(connection.execute(vocabulary_sql("(select unnest(?::varchar[]) as word)"), [list(words)]).fetchall())


def split_words(connection: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> list[list[str]]:
    """Split each text into its words, as they stand in it and in their order."""
    rows = connection.execute("select words_of(text) from (select unnest(?::varchar[]) as text)", [list(texts)]).fetchall()
    return [words for (words,) in rows]
