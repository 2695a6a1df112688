-- The process, in the order it happens. Free text stands in erasable_text (columns named *_text hold its id); people are ids.
-- Rows of tables marked insert_only are sealed: a ledger entry holds their hash, so they hold no floats.

CREATE TABLE event_cursor (      -- how far each subscriber has read the ledger
  id TEXT PRIMARY KEY,
  next_entry {int} NOT NULL
) {strict};

-- planning -----------------------------------------------------------------------------------------------------------
CREATE TABLE release (
  id TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  title TEXT NOT NULL,
  area TEXT NOT NULL,
  line TEXT NOT NULL,            -- release line: main, 2.x
  environment TEXT NOT NULL,
  stage TEXT NOT NULL,
  outcome TEXT NOT NULL,         -- open, shipped, rolled_back, cancelled, superseded
  owner TEXT NOT NULL,           -- person
  scope_freeze_at {int},
  window_start {int},
  window_end {int},
  definitions_id TEXT NOT NULL,
  emergency {int} NOT NULL,
  planned_at {int} NOT NULL,
  closed_at {int},
  revision {int} NOT NULL,       -- ETag
  UNIQUE (area, line, version)
) {strict};
CREATE INDEX release_stage ON release (stage, window_start);

CREATE TABLE component (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES release (id),
  service TEXT NOT NULL,
  position {int} NOT NULL,       -- deployment order, providers first
  from_version TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,          -- of the artefact; '' until known
  commit_id TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,    -- the owning team confirmed freeze date and window
  confirmed_at {int},
  UNIQUE (release_id, service)
) {strict};
CREATE TABLE component_target (
  id TEXT PRIMARY KEY,
  component_id TEXT NOT NULL REFERENCES component (id),
  environment TEXT NOT NULL,
  target TEXT NOT NULL,          -- region or cluster
  wave {int} NOT NULL
) {strict};

CREATE TABLE release_dependency (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES release (id),
  needs_release_id TEXT NOT NULL REFERENCES release (id),
  reason_text TEXT NOT NULL,
  accepted_by TEXT NOT NULL,
  UNIQUE (release_id, needs_release_id)
) {strict};

CREATE TABLE checklist_item (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES release (id),
  service TEXT NOT NULL,         -- '' for the release's own list
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  automatic {int} NOT NULL,
  state TEXT NOT NULL,           -- open, done
  evidence TEXT NOT NULL,
  done_by TEXT NOT NULL,
  done_at {int}
) {strict};

CREATE TABLE flag_change (       -- the flag plan: what the release switches
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES release (id),
  flag TEXT NOT NULL,
  platform TEXT NOT NULL,
  value_before TEXT NOT NULL,
  value_after TEXT NOT NULL,
  after_service TEXT NOT NULL,   -- switched when this component is out; '' at the end
  UNIQUE (release_id, flag)
) {strict};

CREATE TABLE freeze_exception_request (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  freeze_name TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  expires_at {int} NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: freeze_exception_request
CREATE TABLE freeze_exception (  -- an approved one
  id TEXT PRIMARY KEY,           -- the request's id
  release_id TEXT NOT NULL,
  freeze_name TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  expires_at {int} NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: freeze_exception

-- risk ---------------------------------------------------------------------------------------------------------------
CREATE TABLE change (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,      -- '' while in no release
  kind TEXT NOT NULL,            -- code, configuration, flag, schema, data, infrastructure, vendor
  source TEXT NOT NULL,          -- git, api, jira ...
  external_id TEXT NOT NULL,     -- commit id, ticket key
  services TEXT NOT NULL,        -- JSON list
  title TEXT NOT NULL,
  message TEXT NOT NULL,
  author TEXT NOT NULL,          -- opaque hash of the author's identity
  merged_at {int} NOT NULL,
  first_commit_at {int} NOT NULL,
  files TEXT NOT NULL,           -- JSON list of paths
  lines_added {int} NOT NULL,
  lines_deleted {int} NOT NULL,
  labels TEXT NOT NULL,          -- JSON list
  tier TEXT NOT NULL,            -- '' until classified
  tier_rule TEXT NOT NULL,       -- the rule, or 'override'
  tier_reason TEXT NOT NULL,     -- why, in the rule's words
  security_relevant {int} NOT NULL,
  breaking {int} NOT NULL,
  reversal TEXT NOT NULL,        -- how a migration or data change is undone; '' none needed or missing
  one_way {int} NOT NULL,
  UNIQUE (source, external_id, release_id)
) {strict};
CREATE INDEX change_release ON change (release_id);
CREATE TABLE tier_override (
  id TEXT PRIMARY KEY,
  change_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  from_tier TEXT NOT NULL,
  to_tier TEXT NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: tier_override
CREATE TABLE security_review (
  id TEXT PRIMARY KEY,
  change_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  verdict TEXT NOT NULL,         -- accepted, rejected
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: security_review
CREATE TABLE assessment (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  number {int} NOT NULL,
  likelihood_permille {int} NOT NULL,
  impact TEXT NOT NULL,          -- low, normal, high, critical
  level TEXT NOT NULL,           -- low, medium, high
  reasons TEXT NOT NULL,         -- JSON
  scenarios TEXT NOT NULL,       -- JSON
  blast_radius TEXT NOT NULL,    -- JSON
  scope_hash TEXT NOT NULL,      -- of the changes and versions it was made for
  assessed_by TEXT NOT NULL,
  at {int} NOT NULL,
  UNIQUE (release_id, number)
) {strict};
-- insert_only: assessment
CREATE TABLE assessment_reading (  -- who has read it: votes open after that
  id TEXT PRIMARY KEY,
  assessment_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  person TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: assessment_reading
CREATE TABLE rollback_procedure (
  id TEXT PRIMARY KEY,
  service TEXT NOT NULL,
  number {int} NOT NULL,
  hash TEXT NOT NULL,
  steps TEXT NOT NULL,           -- JSON
  at {int} NOT NULL,
  UNIQUE (service, hash)
) {strict};
-- insert_only: rollback_procedure
CREATE TABLE rehearsal (
  id TEXT PRIMARY KEY,           -- the run's id
  procedure_id TEXT NOT NULL,
  procedure_hash TEXT NOT NULL,
  service TEXT NOT NULL,
  environment TEXT NOT NULL,
  from_version TEXT NOT NULL,    -- the new version that was rolled back
  to_version TEXT NOT NULL,      -- the old version that had to be back
  started_at {int} NOT NULL,
  finished_at {int} NOT NULL,
  passed {int} NOT NULL,
  restored {int} NOT NULL,       -- proof that the old version is back
  evidence TEXT NOT NULL,        -- JSON: each step's outcome, duration, output digest
  ordered_by TEXT NOT NULL
) {strict};
-- insert_only: rehearsal
CREATE INDEX rehearsal_service ON rehearsal (service, finished_at);

-- changelog ----------------------------------------------------------------------------------------------------------
CREATE TABLE changelog_entry (
  id TEXT PRIMARY KEY,
  change_id TEXT NOT NULL UNIQUE REFERENCES change (id),
  release_id TEXT NOT NULL,
  type TEXT NOT NULL,            -- added, changed, deprecated, removed, fixed, security; '' when not notable
  breaking {int} NOT NULL,
  generated_text TEXT NOT NULL,  -- regeneration touches this one only
  human_text TEXT NOT NULL,
  customer_text TEXT NOT NULL,
  internal_text TEXT NOT NULL,
  migration_text TEXT NOT NULL,
  not_notable_because TEXT NOT NULL,
  revision {int} NOT NULL
) {strict};
CREATE TABLE note (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  audience TEXT NOT NULL,        -- internal, customers, migration
  body TEXT NOT NULL,            -- Markdown
  body_hash TEXT NOT NULL,
  state TEXT NOT NULL,           -- draft, published, withdrawn
  drafted_at {int} NOT NULL,
  UNIQUE (release_id, audience)
) {strict};
CREATE TABLE note_approval (     -- bound to the text's hash
  id TEXT PRIMARY KEY,
  note_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  audience TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  person TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: note_approval

-- go/no-go -----------------------------------------------------------------------------------------------------------
CREATE TABLE test_evidence (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  service TEXT NOT NULL,
  source TEXT NOT NULL,          -- junit, check_run
  digest TEXT NOT NULL,          -- of the artefact that was tested
  passed {int} NOT NULL,
  failed {int} NOT NULL,
  skipped {int} NOT NULL,
  report_hash TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: test_evidence
CREATE TABLE sign_off (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  role TEXT NOT NULL,
  person TEXT NOT NULL,
  verdict TEXT NOT NULL,         -- go, no_go
  scope_hash TEXT NOT NULL,      -- what was signed: a changed scope voids it
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: sign_off
CREATE TABLE waiver (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  gate TEXT NOT NULL,
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  until {int} NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: waiver
CREATE TABLE decision (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  number {int} NOT NULL,
  verdict TEXT NOT NULL,         -- go, no_go
  recommendation TEXT NOT NULL,
  gates TEXT NOT NULL,           -- JSON: every gate with its evidence, as it stood
  scope_hash TEXT NOT NULL,
  sequence TEXT NOT NULL,        -- JSON: what will be run
  sequence_hash TEXT NOT NULL,
  criteria TEXT NOT NULL,        -- JSON by service
  criteria_hash TEXT NOT NULL,
  procedures_hash TEXT NOT NULL,
  flags_hash TEXT NOT NULL,
  definitions_id TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  seconded_by TEXT NOT NULL,     -- an amendment's or override's second person
  reason_text TEXT NOT NULL,
  at {int} NOT NULL,
  UNIQUE (release_id, number)
) {strict};
-- insert_only: decision

-- deploy and steps -----------------------------------------------------------------------------------------------------
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,            -- rehearsal, deployment, rollback
  release_id TEXT NOT NULL,      -- '' for a rehearsal outside a release
  service TEXT NOT NULL,         -- rehearsal: the one service
  environment TEXT NOT NULL,
  state TEXT NOT NULL,           -- running, held, waiting, done, failed, abandoned
  sequence_hash TEXT NOT NULL,
  origin TEXT NOT NULL,          -- ordered, observed
  ordered_by TEXT NOT NULL,
  facts TEXT NOT NULL,           -- JSON: what the ordering area needs again at the end
  started_at {int} NOT NULL,
  ended_at {int}
) {strict};
CREATE INDEX run_release ON run (release_id, started_at);
CREATE TABLE step (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES run (id),
  position {int} NOT NULL,
  service TEXT NOT NULL,
  environment TEXT NOT NULL,
  target TEXT NOT NULL,
  phase TEXT NOT NULL,           -- deploy, validate, flag, rollback, restore_proof
  name TEXT NOT NULL,
  spec TEXT NOT NULL,            -- JSON of steps::StepSpec
  variables TEXT NOT NULL,       -- JSON: version, from_version ...
  owner TEXT NOT NULL,           -- login
  state TEXT NOT NULL,           -- pending, running, waiting, done, failed, unknown, skipped
  outcome TEXT NOT NULL,         -- one sentence
  started_at {int},
  ended_at {int},
  UNIQUE (run_id, position)
) {strict};
CREATE TABLE step_attempt (      -- committed before the effect starts
  id TEXT PRIMARY KEY,
  step_id TEXT NOT NULL REFERENCES step (id),
  run_id TEXT NOT NULL,
  number {int} NOT NULL,
  runner TEXT NOT NULL,          -- which runner holds it: the in-process one is only the first
  state TEXT NOT NULL,           -- started, succeeded, failed, unknown
  correlation TEXT NOT NULL,     -- id of the pipeline run, process id file ...
  exit_code {int},
  output TEXT NOT NULL,          -- last 64 KiB
  started_at {int} NOT NULL,
  ended_at {int},
  UNIQUE (step_id, number)
) {strict};
CREATE TABLE step_result (       -- sealed: how an attempt ended
  id TEXT PRIMARY KEY,           -- the attempt's id
  step_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  exit_code {int},
  output_hash TEXT NOT NULL,
  started_at {int} NOT NULL,
  ended_at {int} NOT NULL
) {strict};
-- insert_only: step_result
CREATE TABLE deployment (        -- a DORA fact: one component in one environment
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  service TEXT NOT NULL,
  environment TEXT NOT NULL,
  version TEXT NOT NULL,
  from_version TEXT NOT NULL,
  digest TEXT NOT NULL,
  origin TEXT NOT NULL,          -- ordered, observed
  unplanned {int} NOT NULL,      -- made because of an incident
  started_at {int} NOT NULL,
  finished_at {int},
  result TEXT NOT NULL,          -- running, success, failure, rolled_back
  restored_at {int},             -- when a rollback had put the old version back
  detected_at {int},
  detected_by TEXT NOT NULL      -- watch, monitor, on_call, staff, customer
) {strict};
CREATE INDEX deployment_service ON deployment (service, environment, started_at);
CREATE INDEX deployment_time ON deployment (environment, finished_at);

-- health ---------------------------------------------------------------------------------------------------------------
CREATE TABLE watch (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,         -- the health check that asked for it; '' after the deployment
  service TEXT NOT NULL,
  phase TEXT NOT NULL,           -- canary, validation
  criteria_hash TEXT NOT NULL,
  criteria TEXT NOT NULL,        -- JSON
  state TEXT NOT NULL,           -- watching, ended
  verdict TEXT NOT NULL,         -- '' or the judge's state
  may_proceed {int} NOT NULL,
  sentence TEXT NOT NULL,
  started_at {int} NOT NULL,
  next_interval {int} NOT NULL,  -- index of the interval to be judged next
  ended_at {int},
  detail TEXT NOT NULL           -- JSON: per metric state, ratio, log E
) {strict};
CREATE INDEX watch_release ON watch (release_id);
CREATE TABLE judged_interval (   -- what was asked and what was got; expires with samples
  id TEXT PRIMARY KEY,
  watch_id TEXT NOT NULL REFERENCES watch (id),
  interval_index {int} NOT NULL,
  samples TEXT NOT NULL,         -- JSON per metric: counts of both sides, resolved queries
  verdict TEXT NOT NULL,
  at {int} NOT NULL,
  UNIQUE (watch_id, interval_index)
) {strict};
CREATE TABLE health_verdict (    -- sealed: a change of verdict, with the hash of the samples it rests on
  id TEXT PRIMARY KEY,
  watch_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  service TEXT NOT NULL,
  verdict TEXT NOT NULL,
  sentence TEXT NOT NULL,
  detail TEXT NOT NULL,
  samples_hash TEXT NOT NULL,
  criteria_hash TEXT NOT NULL,
  method_version TEXT NOT NULL,
  interval_index {int} NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: health_verdict
CREATE TABLE recommendation (    -- to roll back; answered by a person
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  watch_id TEXT NOT NULL,
  service TEXT NOT NULL,
  act TEXT NOT NULL,             -- flag_off, traffic_back, component, release
  sentence TEXT NOT NULL,
  verdict_id TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: recommendation
CREATE TABLE recommendation_answer (
  id TEXT PRIMARY KEY,           -- the recommendation's id
  release_id TEXT NOT NULL,
  answer TEXT NOT NULL,          -- accepted, declined
  person TEXT NOT NULL,
  reason_text TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
-- insert_only: recommendation_answer
CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  dedup_key TEXT NOT NULL UNIQUE,
  release_id TEXT NOT NULL,
  watch_id TEXT NOT NULL,
  service TEXT NOT NULL,
  summary TEXT NOT NULL,
  state TEXT NOT NULL,           -- open, resolved
  opened_at {int} NOT NULL,
  resolved_at {int}
) {strict};
CREATE TABLE health_report (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  checkpoint TEXT NOT NULL,      -- 15m, 30m, 1h, 24h
  body TEXT NOT NULL,            -- JSON of health::Report
  at {int} NOT NULL,
  UNIQUE (release_id, checkpoint)
) {strict};
-- insert_only: health_report
CREATE TABLE incident (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,      -- '' while untied
  deployment_id TEXT NOT NULL,
  cause TEXT NOT NULL,           -- named, inferred, confirmed, ''
  service TEXT NOT NULL,
  title TEXT NOT NULL,
  source TEXT NOT NULL,          -- watch, monitor, on_call, staff, customer
  started_at {int} NOT NULL,
  detected_at {int} NOT NULL,
  acknowledged_at {int},
  mitigated_at {int},
  resolved_at {int}
) {strict};

-- communication and review ---------------------------------------------------------------------------------------------
CREATE TABLE communication (     -- the plan: what, to whom, by which channel, due when
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL REFERENCES release (id),
  kind TEXT NOT NULL,            -- notes, changelog_file, status_before, status_rollback, correction
  audience TEXT NOT NULL,
  channel TEXT NOT NULL,
  position {int} NOT NULL,
  due_at {int},
  state TEXT NOT NULL,           -- planned, sending, delivered, not_needed, failed
  job_id TEXT NOT NULL,
  nothing_because TEXT NOT NULL, -- "nothing for you, because"
  delivered_at {int},
  UNIQUE (release_id, kind, audience, channel)
) {strict};
CREATE TABLE publication (       -- sealed receipt
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL,
  communication_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  audience TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  external_id TEXT NOT NULL,     -- Message-ID, commit id, URL
  at {int} NOT NULL
) {strict};
-- insert_only: publication
CREATE TABLE retrospective (
  id TEXT PRIMARY KEY,
  release_id TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,            -- why it was opened
  state TEXT NOT NULL,           -- open, done
  timeline TEXT NOT NULL,        -- JSON
  factors TEXT NOT NULL,         -- JSON
  opened_at {int} NOT NULL,
  due_at {int} NOT NULL,
  closed_at {int}
) {strict};
CREATE TABLE retrospective_action (
  id TEXT PRIMARY KEY,
  retrospective_id TEXT NOT NULL REFERENCES retrospective (id),
  what TEXT NOT NULL,
  owner TEXT NOT NULL,
  due_at {int} NOT NULL,
  done_at {int}
) {strict};
