CREATE TABLE second_factor (     -- accounts/second_factor.hpp
  id TEXT PRIMARY KEY REFERENCES person (id),
  salt {blob} NOT NULL,
  nonce {blob} NOT NULL,
  sealed {blob} NOT NULL,        -- with a key made from the person's password, which is kept nowhere
  confirmed_at {int},            -- NULL: begun, does not count yet
  last_step {int} NOT NULL,      -- a code is good once
  recovery_hashes TEXT NOT NULL  -- JSON list of sha256
) {strict};
