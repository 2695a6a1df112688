-- Who asked to be told, and digests.

CREATE TABLE subscription (
  id TEXT PRIMARY KEY,
  address TEXT NOT NULL,           -- '' once ended: nothing of the person is kept but the hash, so that a bounce is not asked again
  address_hash TEXT NOT NULL,
  secret TEXT NOT NULL,            -- stands in the links of its mails
  audience TEXT NOT NULL,
  areas TEXT NOT NULL,             -- JSON list; empty: every product area
  rhythm TEXT NOT NULL,            -- every_release, monthly, quarterly
  state TEXT NOT NULL,             -- asked, confirmed, ended
  asked_at {int} NOT NULL,
  confirmed_at {int},
  ended_at {int},
  ended_because TEXT NOT NULL,     -- unsubscribed, bounced
  soft_bounces {int} NOT NULL,
  UNIQUE (address_hash, audience)
) {strict};
CREATE INDEX subscription_state ON subscription (state, audience, rhythm);

CREATE TABLE digest (              -- as it was composed and sent
  id TEXT PRIMARY KEY,
  period TEXT NOT NULL,            -- 2026-03, 2026-Q1
  audience TEXT NOT NULL,
  areas TEXT NOT NULL,             -- JSON list; [] is everything
  title TEXT NOT NULL,
  body TEXT NOT NULL,              -- Markdown
  entries {int} NOT NULL,
  composed_at {int} NOT NULL,
  UNIQUE (period, audience, areas)
) {strict};
-- insert_only: digest
