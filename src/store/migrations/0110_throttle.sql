-- How often somebody tried something in vain: counted here, so that replicas count together and a restart forgets nothing. The key is a
-- hash: who tried is nobody's business once the window has passed.
CREATE TABLE throttle (
  id TEXT PRIMARY KEY,             -- hash of what is counted and for whom
  tries {int} NOT NULL,
  since {int} NOT NULL,            -- of the first try in this window
  until {int} NOT NULL             -- then the row means nothing any more
) {strict};
CREATE INDEX throttle_until ON throttle (until);
