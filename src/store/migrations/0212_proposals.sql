-- Whom a proposal of definitions waits for, and what it would change: NULL of one from before.
ALTER TABLE definitions_proposal ADD COLUMN asked TEXT;    -- JSON list of logins
ALTER TABLE definitions_proposal ADD COLUMN changes TEXT;  -- JSON list: "services.cart: deploy"
