BEGIN TRANSACTION;
CREATE TABLE alert_episodes (
	rule VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	phase VARCHAR NOT NULL, 
	first_window DATETIME NOT NULL, 
	last_true_at DATETIME NOT NULL, 
	fired_at DATETIME, 
	resolved_at DATETIME, 
	value FLOAT, 
	n INTEGER, 
	facts JSON NOT NULL, 
	silenced_by VARCHAR, 
	silenced_until DATETIME, 
	PRIMARY KEY (rule, subject)
);
INSERT INTO "alert_episodes" VALUES('rule of alert_episodes','subject of alert_episodes','phase of alert_episodes','2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000',0.5,7,'{"a": "1"}','silenced_by of alert_episodes','2026-11-20 15:04:05.000000');
CREATE TABLE alert_silences (
	rule VARCHAR NOT NULL, 
	until DATETIME NOT NULL, 
	silenced_by VARCHAR NOT NULL, 
	PRIMARY KEY (rule)
);
INSERT INTO "alert_silences" VALUES('rule of alert_silences','2026-11-20 15:04:05.000000','silenced_by of alert_silences');
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
	suppressed TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "alerts" VALUES(7,'alert_type of alerts','alert_name of alerts','severity of alerts','message of alerts','{"a": "1"}','session_id of alerts','2026-11-20 15:04:05.000000','sent_to of alerts','2026-11-20 15:04:05.000000','acknowledged_by of alerts','2026-11-20 15:04:05.000000',7,'suppressed of alerts');
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
CREATE TABLE backfill_chunks (
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
INSERT INTO "backfill_chunks" VALUES(7,7,'2026-11-20','{"a": "1"}',7,7,7,7,0.5);
CREATE TABLE backfills (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	first_day DATE NOT NULL, 
	last_day DATE NOT NULL, 
	analyzer VARCHAR NOT NULL, 
	engine VARCHAR NOT NULL, 
	deliver BOOLEAN NOT NULL, 
	failed_only BOOLEAN DEFAULT '0' NOT NULL, 
	state VARCHAR NOT NULL, 
	start_seq BIGINT NOT NULL, 
	destinations JSON NOT NULL, 
	planned_seconds FLOAT NOT NULL, 
	planned_at DATETIME NOT NULL, 
	publishing_seconds FLOAT, 
	finished_at DATETIME
);
INSERT INTO "backfills" VALUES(7,'2026-11-20','2026-11-20','analyzer of backfills','engine of backfills',0,0,'state of backfills',7,'{"a": "1"}',0.5,'2026-11-20 15:04:05.000000',0.5,'2026-11-20 15:04:05.000000');
CREATE TABLE build_batch (
	session_id VARCHAR NOT NULL, 
	analysis_seq BIGINT NOT NULL, 
	first_seq BIGINT DEFAULT '0' NOT NULL, 
	fresh BOOLEAN DEFAULT '0' NOT NULL, 
	PRIMARY KEY (session_id)
);
INSERT INTO "build_batch" VALUES('session_id of build_batch',7,7,0);
CREATE TABLE call_views (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	viewed_at DATETIME NOT NULL, 
	viewer VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	session_id VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL
);
INSERT INTO "call_views" VALUES(7,'2026-11-20 15:04:05.000000','viewer of call_views','role of call_views','session_id of call_views','outcome of call_views');
CREATE TABLE circuits (
	destination VARCHAR NOT NULL, 
	failures INTEGER NOT NULL, 
	open_until DATETIME, 
	PRIMARY KEY (destination)
);
INSERT INTO "circuits" VALUES('destination of circuits',7,'2026-11-20 15:04:05.000000');
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
CREATE TABLE delivery_log (
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
INSERT INTO "delivery_log" VALUES('destination of delivery_log','kind of delivery_log','item_key of delivery_log','session_id of delivery_log','state of delivery_log','reason of delivery_log','code of delivery_log','remote_id of delivery_log','{"a": "1"}','{"a": "1"}','2026-11-20 15:04:05.000000','{"a": "1"}',7,7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000');
CREATE TABLE delivery_sources (
	destination VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	source_key VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	analysis_seq BIGINT, 
	PRIMARY KEY (destination, kind, source_key)
);
INSERT INTO "delivery_sources" VALUES('destination of delivery_sources','kind of delivery_sources','source_key of delivery_sources','version of delivery_sources',7);
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
	first_seq BIGINT, 
	build_begun BOOLEAN, 
	dead_claims INTEGER DEFAULT '0', 
	died_alone INTEGER DEFAULT '0', 
	change_seq BIGINT NOT NULL, 
	hot BOOLEAN, 
	reading_version INTEGER, 
	PRIMARY KEY (store_key)
);
INSERT INTO "documents" VALUES('built','session_id of documents','2026-11-20','analysed','e_tag of documents',7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','doc_sha of documents',1,0,0,'participant_id of documents','2026-11-20 15:04:05.000000','run_id of documents',3,'analysed_sha of documents','2026-11-20 15:04:05.000000',3,NULL,0,7,7,7,0,7);
INSERT INTO "documents" VALUES('due','session_id of documents','2026-11-20','analysed','e_tag of documents',7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','doc_sha of documents',1,0,0,'participant_id of documents','2026-11-20 15:04:05.000000','run_id of documents',4,'analysed_sha of documents','2026-11-20 15:04:05.000000',NULL,4,0,7,7,7,0,7);
INSERT INTO "documents" VALUES('pending','session_id of documents','2026-11-20','discovered','e_tag of documents',7,'2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','doc_sha of documents',NULL,0,0,'participant_id of documents','2026-11-20 15:04:05.000000','run_id of documents',NULL,'analysed_sha of documents','2026-11-20 15:04:05.000000',NULL,NULL,0,7,7,7,0,7);
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
CREATE TABLE failed_redos (
	store_key VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	run_id VARCHAR NOT NULL, 
	failed_at DATETIME NOT NULL, 
	PRIMARY KEY (store_key)
);
INSERT INTO "failed_redos" VALUES('store_key of failed_redos','reason of failed_redos','detail of failed_redos','run_id of failed_redos','2026-11-20 15:04:05.000000');
CREATE TABLE follower_versions (
	follower VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	handled_at DATETIME NOT NULL, 
	PRIMARY KEY (follower)
);
INSERT INTO "follower_versions" VALUES('follower of follower_versions','version of follower_versions','2026-11-20 15:04:05.000000');
CREATE TABLE inbound_events (
	vendor VARCHAR NOT NULL, 
	event_key VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	received_at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	handled_at DATETIME, 
	outcome TEXT, 
	PRIMARY KEY (vendor, event_key)
);
INSERT INTO "inbound_events" VALUES('vendor of inbound_events','event_key of inbound_events','kind of inbound_events','2026-11-20 15:04:05.000000','body of inbound_events','2026-11-20 15:04:05.000000','outcome of inbound_events');
CREATE TABLE live_samples (
	sampled_at DATETIME NOT NULL, 
	measure VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	value FLOAT, 
	PRIMARY KEY (sampled_at, measure)
);
INSERT INTO "live_samples" VALUES('2026-11-20 15:04:05.000000','measure of live_samples','source of live_samples',0.5);
CREATE TABLE recent_calls (
	call_key VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	known_at DATETIME NOT NULL, 
	ended_at DATETIME NOT NULL, 
	started_at DATETIME, 
	failed BOOLEAN, 
	reason VARCHAR NOT NULL, 
	agent_version VARCHAR, 
	minutes FLOAT, 
	replies INTEGER DEFAULT '0' NOT NULL, 
	latency_ms_sum BIGINT DEFAULT '0' NOT NULL, 
	components JSON NOT NULL, 
	tokens BIGINT, 
	usd FLOAT, 
	usd_by_component JSON NOT NULL, 
	connection VARCHAR, 
	region VARCHAR, 
	apis JSON NOT NULL, 
	errors JSON NOT NULL, 
	engagement FLOAT, 
	engagement_reason VARCHAR, 
	failed_searches JSON NOT NULL, 
	feature_requests JSON NOT NULL, 
	PRIMARY KEY (call_key)
);
INSERT INTO "recent_calls" VALUES('call_key of recent_calls','source of recent_calls','2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000','2026-11-20 15:04:05.000000',0,'reason of recent_calls','agent_version of recent_calls',0.5,7,7,'{"a": "1"}',7,0.5,'{"a": "1"}','connection of recent_calls','region of recent_calls','{"a": "1"}','{"a": "1"}',0.5,'engagement_reason of recent_calls','{"a": "1"}','{"a": "1"}');
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
CREATE TABLE report_mails (
	report VARCHAR NOT NULL, 
	period DATE NOT NULL, 
	recipient VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	composed_at DATETIME NOT NULL, 
	archived VARCHAR NOT NULL, 
	figures JSON NOT NULL, 
	PRIMARY KEY (report, period, recipient)
);
INSERT INTO "report_mails" VALUES('report of report_mails','2026-11-20','recipient of report_mails','message_id of report_mails','2026-11-20 15:04:05.000000','archived of report_mails','{"a": "1"}');
CREATE TABLE request_windows (
	destination VARCHAR NOT NULL, 
	window_start DATETIME NOT NULL, 
	requests INTEGER NOT NULL, 
	PRIMARY KEY (destination, window_start)
);
INSERT INTO "request_windows" VALUES('destination of request_windows','2026-11-20 15:04:05.000000',7);
CREATE TABLE routed_leads (
	lead_key VARCHAR NOT NULL, 
	team VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	PRIMARY KEY (lead_key)
);
INSERT INTO "routed_leads" VALUES('lead_key of routed_leads','team of routed_leads','owner of routed_leads');
CREATE TABLE runs (
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
INSERT INTO "runs" VALUES('run_id of runs','host of runs',7,'process_started of runs','2026-11-20 15:04:05.000000',0,7,'2026-11-20','2026-11-20');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(5);
CREATE TABLE starts (
	store_key VARCHAR NOT NULL, 
	session_id VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	agent_version VARCHAR, 
	PRIMARY KEY (store_key)
);
INSERT INTO "starts" VALUES('store_key of starts','session_id of starts','2026-11-20 15:04:05.000000','agent_version of starts');
CREATE TABLE unsubscriptions (
	report VARCHAR NOT NULL, 
	recipient VARCHAR NOT NULL, 
	unsubscribed_at DATETIME NOT NULL, 
	PRIMARY KEY (report, recipient)
);
INSERT INTO "unsubscriptions" VALUES('report of unsubscriptions','recipient of unsubscriptions','2026-11-20 15:04:05.000000');
CREATE INDEX ix_documents_session ON documents (session_id);
CREATE INDEX ix_documents_due ON documents (first_seq);
CREATE INDEX ix_documents_reading ON documents (state, reading_version);
CREATE INDEX ix_documents_day ON documents (day);
CREATE INDEX ix_documents_state ON documents (state);
CREATE INDEX ix_documents_sha ON documents (doc_sha);
CREATE INDEX ix_documents_change ON documents (change_seq);
CREATE INDEX ix_starts_session ON starts (session_id);
CREATE INDEX ix_recent_calls_ended ON recent_calls (ended_at);
CREATE INDEX ix_recent_calls_known ON recent_calls (known_at);
CREATE INDEX ix_engine_requests_reserved ON engine_requests (reserved_at);
CREATE INDEX ix_annotation_batch_items_batch ON annotation_batch_items (batch_key);
CREATE INDEX ix_delivery_log_state ON delivery_log (destination, state);
CREATE INDEX ix_delivery_log_session ON delivery_log (session_id);
CREATE INDEX ix_inbound_events_handled ON inbound_events (handled_at, received_at);
CREATE INDEX ix_call_views_session ON call_views (session_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('engine_requests',7);
INSERT INTO "sqlite_sequence" VALUES('backfills',7);
INSERT INTO "sqlite_sequence" VALUES('call_views',7);
COMMIT;
