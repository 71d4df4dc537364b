-- the tables of commit 3647b38, 2026-11-23
BEGIN TRANSACTION;
CREATE TABLE alerts (
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
	PRIMARY KEY (id)
);
INSERT INTO "alerts" VALUES(7,'alert_type of alerts','alert_name of alerts','severity of alerts','message of alerts','{"a": "1"}','session_id of alerts','2026-11-20 15:04:05.000000','sent_to of alerts','2026-11-20 15:04:05.000000','acknowledged_by of alerts','2026-11-20 15:04:05.000000',7);
CREATE TABLE annotation_batch_items (
	transcript VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	batch_key VARCHAR NOT NULL, 
	reservation INTEGER NOT NULL, 
	outcome VARCHAR, 
	PRIMARY KEY (transcript, version)
);
INSERT INTO "annotation_batch_items" VALUES('transcript of annotation_batch_items','version of annotation_batch_items','batch_key of annotation_batch_items',7,'outcome of annotation_batch_items');
CREATE TABLE annotation_batches (
	number INTEGER NOT NULL, 
	batch_key VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	file_id VARCHAR, 
	batch_id VARCHAR, 
	PRIMARY KEY (number), 
	UNIQUE (batch_key)
);
INSERT INTO "annotation_batches" VALUES(7,'batch_key of annotation_batches','version of annotation_batches','state of annotation_batches','file_id of annotation_batches','batch_id of annotation_batches');
CREATE TABLE build_batch (
	session_id VARCHAR NOT NULL, 
	analysis_seq BIGINT NOT NULL, 
	PRIMARY KEY (session_id)
);
INSERT INTO "build_batch" VALUES('session_id of build_batch',7);
CREATE TABLE copies (
	doc_sha VARCHAR NOT NULL, 
	PRIMARY KEY (doc_sha)
);
INSERT INTO "copies" VALUES('doc_sha of copies');
CREATE TABLE counters (
	name VARCHAR NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('name of counters',7);
CREATE TABLE documents (
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
	change_seq BIGINT NOT NULL, 
	PRIMARY KEY (store_key)
);
INSERT INTO "documents" VALUES('built','session_id of documents','2026-11-20','analysed','e_tag of documents',7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','doc_sha of documents',1,0,0,'participant_id of documents','2026-11-20 15:04:05.000000','run_id of documents',3,'analysed_sha of documents','2026-11-20 15:04:05.000000',3,7);
INSERT INTO "documents" VALUES('due','session_id of documents','2026-11-20','analysed','e_tag of documents',7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','doc_sha of documents',1,0,0,'participant_id of documents','2026-11-20 15:04:05.000000','run_id of documents',4,'analysed_sha of documents','2026-11-20 15:04:05.000000',NULL,7);
INSERT INTO "documents" VALUES('pending','session_id of documents','2026-11-20','discovered','e_tag of documents',7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','doc_sha of documents',NULL,0,0,'participant_id of documents','2026-11-20 15:04:05.000000','run_id of documents',NULL,'analysed_sha of documents','2026-11-20 15:04:05.000000',NULL,7);
CREATE TABLE engine_days (
	day DATE NOT NULL, 
	requests BIGINT NOT NULL, 
	tokens BIGINT NOT NULL, 
	cost_usd FLOAT NOT NULL, 
	PRIMARY KEY (day)
);
INSERT INTO "engine_days" VALUES('2026-11-20',7,7,0.5);
CREATE TABLE engine_requests (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	day DATE NOT NULL, 
	reserved_at DATETIME NOT NULL, 
	requests INTEGER NOT NULL, 
	tokens BIGINT NOT NULL, 
	cost_usd FLOAT NOT NULL, 
	settled BOOLEAN NOT NULL
);
INSERT INTO "engine_requests" VALUES(7,'2026-11-20','2026-11-20 15:04:05.000000',7,7,0.5,0);
CREATE TABLE rejections (
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
INSERT INTO "rejections" VALUES('store_key of rejections','session_id of rejections','reason of rejections','detail of rejections','remedy of rejections','doc_sha of rejections',7,'2026-11-20 15:04:05.000000',0);
CREATE TABLE runs (
	run_id VARCHAR NOT NULL, 
	host VARCHAR NOT NULL, 
	pid INTEGER NOT NULL, 
	process_started VARCHAR NOT NULL, 
	lease_until DATETIME NOT NULL, 
	released BOOLEAN NOT NULL, 
	analysis_seq BIGINT, 
	day DATE, 
	PRIMARY KEY (run_id)
);
INSERT INTO "runs" VALUES('run_id of runs','host of runs',7,'process_started of runs','2026-11-20 15:04:05.000000',0,7,'2026-11-20');
CREATE TABLE starts (
	store_key VARCHAR NOT NULL, 
	session_id VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	agent_version VARCHAR, 
	PRIMARY KEY (store_key)
);
INSERT INTO "starts" VALUES('store_key of starts','session_id of starts','2026-11-20 15:04:05.000000','agent_version of starts');
CREATE INDEX ix_documents_sha ON documents (doc_sha);
CREATE INDEX ix_documents_change ON documents (change_seq);
CREATE INDEX ix_documents_day ON documents (day);
CREATE INDEX ix_documents_session ON documents (session_id);
CREATE INDEX ix_documents_state ON documents (state);
CREATE INDEX ix_starts_session ON starts (session_id);
CREATE INDEX ix_engine_requests_reserved ON engine_requests (reserved_at);
CREATE INDEX ix_annotation_batch_items_batch ON annotation_batch_items (batch_key);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('engine_requests',7);
COMMIT;
