-- The table of results-sqlite.properties: sqlite3 results.db < results-sqlite.sql
-- The connector has no upsert for SQLite; with ON CONFLICT REPLACE its inserts are: a result that comes again replaces its row.
PRAGMA journal_mode = WAL; -- who reads does not hold up the connector
CREATE TABLE IF NOT EXISTS recognitions (
  request_id TEXT NOT NULL PRIMARY KEY ON CONFLICT REPLACE,
  status TEXT NOT NULL,
  err_no INTEGER NOT NULL,
  err_msg TEXT,
  pipeline TEXT,
  image_width INTEGER,
  image_height INTEGER,
  detections INTEGER NOT NULL,
  recognised INTEGER NOT NULL,
  label TEXT,
  score REAL,
  x1 INTEGER,
  y1 INTEGER,
  x2 INTEGER,
  y2 INTEGER,
  detection_class TEXT,
  detection_score REAL,
  match_id TEXT,
  match_label TEXT,
  match_score REAL,
  match_gallery TEXT,
  gallery TEXT,
  gallery_epoch INTEGER,
  models TEXT,
  build TEXT,
  config_hash TEXT,
  total_ms REAL,
  completed_at TEXT,
  attributes TEXT
);
