"""A state database of an earlier version opens with all it held, and what it owed to the warehouse is still owed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import select

from orchestration.state.database import StateDatabase
from orchestration.state.tables import BUILD_BATCH, DOCUMENTS
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents

ADDED = {"documents": ("first_seq", "build_begun"), "build_batch": ("first_seq", "fresh")}


def test_columns_indexes_and_arrears_survive_an_upgrade(lake: Lake):
    lake.analyse(sample_documents()[:2])
    built(lake)
    lake.analyse(sample_documents()[2:3])
    lake.state.close()
    with closing(sqlite3.connect(lake.settings.state_path)) as earlier:
        earlier.execute("drop table schema_version")
        earlier.execute("drop index ix_documents_due")
        for table, columns in ADDED.items():
            for column in columns:
                earlier.execute(f"alter table {table} drop column {column}")
        earlier.commit()
    lake.state = StateDatabase(lake.settings.state_path)
    with lake.state.reading() as connection:
        due = connection.execute(select(DOCUMENTS.c.session_id).where(DOCUMENTS.c.first_seq > 0)).scalars().all()
        indexes = connection.exec_driver_sql("select name from sqlite_master where type = 'index'").scalars().all()
        assert connection.execute(select(BUILD_BATCH)).all() == []
    assert due == [sample_documents()[2].session_id]
    assert "ix_documents_due" in indexes
    built(lake)
    assert rows(lake.settings, "select count(*) from sessions") == [(3,)]
