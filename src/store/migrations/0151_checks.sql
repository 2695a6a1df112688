-- Items of a checklist that check themselves: how it went the last time.

ALTER TABLE checklist_item ADD COLUMN found TEXT NOT NULL DEFAULT '';
ALTER TABLE checklist_item ADD COLUMN output_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE checklist_item ADD COLUMN checked_at {int};
