-- The tables as they were when versions were introduced: version 1. This file never changes again.

CREATE TABLE IF NOT EXISTS alerts (
    id BIGINT NOT NULL,
    alert_type VARCHAR NOT NULL,
    alert_name VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    message TEXT NOT NULL,
    context JSON NOT NULL,
    session_id VARCHAR,
    triggered_at DATETIME NOT NULL,
    sent_to VARCHAR,
    acknowledged_at DATETIME,
    acknowledged_by VARCHAR,
    resolved_at DATETIME,
    change_seq BIGINT NOT NULL,
    suppressed TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS annotation_batch_items (
    transcript VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    batch_key VARCHAR NOT NULL,
    reservation INTEGER NOT NULL,
    outcome VARCHAR,
    PRIMARY KEY (transcript, version)
);

CREATE TABLE IF NOT EXISTS annotation_batches (
    number INTEGER NOT NULL,
    batch_key VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    file_id VARCHAR,
    batch_id VARCHAR,
    PRIMARY KEY (number),
    UNIQUE (batch_key)
);

CREATE TABLE IF NOT EXISTS backfill_chunks (
    backfill INTEGER NOT NULL,
    number INTEGER NOT NULL,
    day DATE NOT NULL,
    store_keys JSON NOT NULL,
    analysis_seq BIGINT,
    redone INTEGER,
    failed INTEGER,
    left_alone INTEGER,
    seconds FLOAT,
    PRIMARY KEY (backfill, number)
);

CREATE TABLE IF NOT EXISTS backfills (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    analyzer VARCHAR NOT NULL,
    engine VARCHAR NOT NULL,
    deliver BOOLEAN NOT NULL,
    state VARCHAR NOT NULL,
    start_seq BIGINT NOT NULL,
    destinations JSON NOT NULL,
    planned_seconds FLOAT NOT NULL,
    planned_at DATETIME NOT NULL,
    publishing_seconds FLOAT,
    finished_at DATETIME
);

CREATE TABLE IF NOT EXISTS build_batch (
    session_id VARCHAR NOT NULL,
    analysis_seq BIGINT NOT NULL,
    first_seq BIGINT DEFAULT '0' NOT NULL,
    fresh BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (session_id)
);

CREATE TABLE IF NOT EXISTS circuits (
    destination VARCHAR NOT NULL,
    failures INTEGER NOT NULL,
    open_until DATETIME,
    PRIMARY KEY (destination)
);

CREATE TABLE IF NOT EXISTS copies (
    doc_sha VARCHAR NOT NULL,
    PRIMARY KEY (doc_sha)
);

CREATE TABLE IF NOT EXISTS counters (
    name VARCHAR NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE IF NOT EXISTS delivery_log (
    destination VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    item_key VARCHAR NOT NULL,
    session_id VARCHAR,
    state VARCHAR NOT NULL,
    reason TEXT,
    code VARCHAR,
    remote_id VARCHAR,
    content JSON NOT NULL,
    intended JSON,
    intended_at DATETIME,
    human_edited JSON NOT NULL,
    sends INTEGER DEFAULT '0' NOT NULL,
    failures INTEGER DEFAULT '0' NOT NULL,
    first_failed_at DATETIME,
    changed_at DATETIME NOT NULL,
    PRIMARY KEY (destination, kind, item_key)
);

CREATE TABLE IF NOT EXISTS delivery_sources (
    destination VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    source_key VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    analysis_seq BIGINT,
    PRIMARY KEY (destination, kind, source_key)
);

CREATE TABLE IF NOT EXISTS documents (
    store_key VARCHAR NOT NULL,
    session_id VARCHAR,
    day DATE,
    state VARCHAR NOT NULL,
    e_tag VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    received_at DATETIME NOT NULL,
    discovered_at DATETIME NOT NULL,
    doc_sha VARCHAR,
    revision INTEGER,
    complete BOOLEAN,
    test_call BOOLEAN,
    participant_id VARCHAR,
    start_time DATETIME,
    run_id VARCHAR,
    analysis_seq BIGINT,
    analysed_sha VARCHAR,
    analysed_at DATETIME,
    built_seq BIGINT,
    first_seq BIGINT,
    build_begun BOOLEAN,
    dead_claims INTEGER DEFAULT '0',
    change_seq BIGINT NOT NULL,
    hot BOOLEAN,
    reading_version INTEGER,
    PRIMARY KEY (store_key)
);

CREATE TABLE IF NOT EXISTS engine_days (
    day DATE NOT NULL,
    requests BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    cost_usd FLOAT NOT NULL,
    PRIMARY KEY (day)
);

CREATE TABLE IF NOT EXISTS engine_requests (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    day DATE NOT NULL,
    reserved_at DATETIME NOT NULL,
    requests INTEGER NOT NULL,
    tokens BIGINT NOT NULL,
    cost_usd FLOAT NOT NULL,
    settled BOOLEAN NOT NULL
);

CREATE TABLE IF NOT EXISTS follower_versions (
    follower VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    handled_at DATETIME NOT NULL,
    PRIMARY KEY (follower)
);

CREATE TABLE IF NOT EXISTS rejections (
    store_key VARCHAR NOT NULL,
    session_id VARCHAR,
    reason VARCHAR NOT NULL,
    detail TEXT NOT NULL,
    remedy TEXT NOT NULL,
    doc_sha VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    rejected_at DATETIME NOT NULL,
    copied BOOLEAN NOT NULL,
    PRIMARY KEY (store_key)
);

CREATE TABLE IF NOT EXISTS request_windows (
    destination VARCHAR NOT NULL,
    window_start DATETIME NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (destination, window_start)
);

CREATE TABLE IF NOT EXISTS routed_leads (
    lead_key VARCHAR NOT NULL,
    team VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    PRIMARY KEY (lead_key)
);

CREATE TABLE IF NOT EXISTS runs (
    run_id VARCHAR NOT NULL,
    host VARCHAR NOT NULL,
    pid INTEGER NOT NULL,
    process_started VARCHAR NOT NULL,
    lease_until DATETIME NOT NULL,
    released BOOLEAN NOT NULL,
    analysis_seq BIGINT,
    day DATE,
    last_day DATE,
    PRIMARY KEY (run_id)
);

CREATE TABLE IF NOT EXISTS starts (
    store_key VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    started_at DATETIME NOT NULL,
    agent_version VARCHAR,
    PRIMARY KEY (store_key)
);

CREATE INDEX IF NOT EXISTS ix_annotation_batch_items_batch ON annotation_batch_items (batch_key);

CREATE INDEX IF NOT EXISTS ix_delivery_log_session ON delivery_log (session_id);

CREATE INDEX IF NOT EXISTS ix_delivery_log_state ON delivery_log (destination, state);

CREATE INDEX IF NOT EXISTS ix_documents_change ON documents (change_seq);

CREATE INDEX IF NOT EXISTS ix_documents_day ON documents (day);

CREATE INDEX IF NOT EXISTS ix_documents_due ON documents (first_seq);

CREATE INDEX IF NOT EXISTS ix_documents_reading ON documents (state, reading_version);

CREATE INDEX IF NOT EXISTS ix_documents_session ON documents (session_id);

CREATE INDEX IF NOT EXISTS ix_documents_sha ON documents (doc_sha);

CREATE INDEX IF NOT EXISTS ix_documents_state ON documents (state);

CREATE INDEX IF NOT EXISTS ix_engine_requests_reserved ON engine_requests (reserved_at);

CREATE INDEX IF NOT EXISTS ix_starts_session ON starts (session_id);
