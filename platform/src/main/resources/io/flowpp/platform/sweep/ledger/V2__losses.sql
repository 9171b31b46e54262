-- Workers that a trial has cost since a person last had its sweep go on: one that takes its machine down must not do so for ever.
ALTER TABLE trial ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
