-- A change is named by the beginning of its commit's id, seven characters or more.
CREATE INDEX change_begins ON change (substr(external_id, 1, 7));
