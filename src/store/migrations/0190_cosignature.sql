-- What witnesses outside have cosigned: that the ledger of this size and root continues all they had seen before.

CREATE TABLE cosignature (
  id TEXT PRIMARY KEY,
  witness TEXT NOT NULL,          -- its verifier key: name+id+base64
  size {int} NOT NULL,
  root TEXT NOT NULL,             -- hexadecimal
  note TEXT NOT NULL,             -- the signed checkpoint with the cosignature below it
  witnessed_at {int} NOT NULL,    -- by the witness's clock
  at {int} NOT NULL
) {strict};
-- insert_only: cosignature
