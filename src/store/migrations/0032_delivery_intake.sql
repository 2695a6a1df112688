-- Deployments that went past Evenkeel, told by their pipelines, with the commits they brought.
CREATE TABLE deployment_commit (
  id TEXT PRIMARY KEY,           -- deployment id, '/', commit id
  deployment_id TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  authored_at {int}              -- null when nobody said
) {strict};
CREATE INDEX deployment_commit_of ON deployment_commit (deployment_id);
