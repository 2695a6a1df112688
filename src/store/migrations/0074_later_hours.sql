-- What a watch after promotion knows of a metric's earlier days, beyond the first hour.
ALTER TABLE metric_past ADD COLUMN later TEXT NOT NULL DEFAULT '{}';  -- JSON of health::LearnedLater
