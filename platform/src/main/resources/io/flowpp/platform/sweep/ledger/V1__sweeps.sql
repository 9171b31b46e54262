-- The ledger of sweeps, for SQLite and PostgreSQL alike. Times are milliseconds since 1970 by the database's clock.

-- Gives sweeps their order and leases their tokens. A token is never given twice, so that a worker of a sweep that was
-- removed cannot write into a later one of the same name.
CREATE TABLE counter (
  id INTEGER PRIMARY KEY,
  value BIGINT NOT NULL
);

INSERT INTO counter (id, value) VALUES (1, 0);

CREATE TABLE sweep (
  name TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  file TEXT NOT NULL,
  home TEXT NOT NULL,
  text TEXT NOT NULL,
  experiment TEXT NOT NULL,
  ranges TEXT NOT NULL, -- JSON
  metric TEXT NOT NULL,
  direction TEXT NOT NULL,
  max_trials INTEGER,
  max_concurrent INTEGER NOT NULL,
  max_failures INTEGER,
  max_hours DOUBLE PRECISION,
  max_attempts INTEGER NOT NULL,
  hang_after TEXT NOT NULL, -- ISO 8601
  threads INTEGER NOT NULL,
  stopping INTEGER NOT NULL,
  began BIGINT,
  mlflow_run_id TEXT
);

CREATE TABLE trial (
  sweep TEXT NOT NULL REFERENCES sweep (name) ON DELETE CASCADE,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  dropped INTEGER NOT NULL, -- 1 where the sweep's file does not name it any more
  name TEXT NOT NULL,
  params TEXT NOT NULL, -- JSON
  seed BIGINT NOT NULL,
  config TEXT NOT NULL, -- JSON
  status TEXT NOT NULL,
  token BIGINT NOT NULL, -- of the latest lease; 0 before the first
  lease_until BIGINT,
  failures INTEGER NOT NULL, -- attempts that count against max_attempts
  progress TEXT, -- JSON
  result TEXT, -- JSON
  PRIMARY KEY (sweep, id)
);

CREATE TABLE attempt (
  token BIGINT PRIMARY KEY,
  sweep TEXT NOT NULL,
  trial TEXT NOT NULL,
  number INTEGER NOT NULL,
  claim TEXT NOT NULL, -- by which a worker that lost the answer knows its own claim again
  worker TEXT NOT NULL,
  host TEXT NOT NULL,
  pid BIGINT,
  process_start BIGINT,
  began BIGINT NOT NULL,
  ended BIGINT,
  outcome TEXT NOT NULL,
  cause TEXT, -- JSON
  FOREIGN KEY (sweep, trial) REFERENCES trial (sweep, id) ON DELETE CASCADE
);

CREATE INDEX attempt_of_trial ON attempt (sweep, trial);
CREATE INDEX attempt_of_claim ON attempt (claim);
