-- What refused an act on a release, by gate or rule and day: a gate that never does is named (P6).
CREATE TABLE gate_refusal (
  id TEXT PRIMARY KEY,           -- gate, release, day
  gate TEXT NOT NULL,
  release_id TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX gate_refusal_at ON gate_refusal (at);
