-- The deployments of a day that has ended, put together in one text: a report over years reads days, not rows. It is made from the rows of
-- `deployment` and `deployment_commit`, and the database itself throws it away when one of them changes: it can be missing, never wrong.
CREATE TABLE delivery_day (
  environment TEXT NOT NULL,
  day {int} NOT NULL,              -- whole days since 1970, UTC, by the end of the deployment
  body TEXT NOT NULL,              -- as src/dora/delivery_days.hpp says
  PRIMARY KEY (environment, day)
) {strict};
CREATE INDEX deployment_of_release ON deployment (finished_at, release_id) WHERE release_id <> '';

--sqlite:CREATE TRIGGER deployment_day_on_insert AFTER INSERT ON deployment WHEN NEW.finished_at IS NOT NULL BEGIN DELETE FROM delivery_day WHERE environment = NEW.environment AND day = NEW.finished_at / 86400000; END;
--sqlite:CREATE TRIGGER deployment_day_on_delete AFTER DELETE ON deployment WHEN OLD.finished_at IS NOT NULL BEGIN DELETE FROM delivery_day WHERE environment = OLD.environment AND day = OLD.finished_at / 86400000; END;
--sqlite:CREATE TRIGGER deployment_day_on_update AFTER UPDATE ON deployment BEGIN DELETE FROM delivery_day WHERE environment = OLD.environment AND day = OLD.finished_at / 86400000; DELETE FROM delivery_day WHERE environment = NEW.environment AND day = NEW.finished_at / 86400000; END;
--sqlite:CREATE TRIGGER commit_day_on_insert AFTER INSERT ON deployment_commit BEGIN DELETE FROM delivery_day WHERE (environment, day) IN (SELECT environment, finished_at / 86400000 FROM deployment WHERE id = NEW.deployment_id); END;
--sqlite:CREATE TRIGGER commit_day_on_delete AFTER DELETE ON deployment_commit BEGIN DELETE FROM delivery_day WHERE (environment, day) IN (SELECT environment, finished_at / 86400000 FROM deployment WHERE id = OLD.deployment_id); END;
--sqlite:CREATE TRIGGER commit_day_on_update AFTER UPDATE ON deployment_commit BEGIN DELETE FROM delivery_day WHERE (environment, day) IN (SELECT environment, finished_at / 86400000 FROM deployment WHERE id IN (OLD.deployment_id, NEW.deployment_id)); END;
--postgres:CREATE FUNCTION evenkeel_day_of_deployment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP <> 'INSERT' THEN DELETE FROM delivery_day WHERE environment = OLD.environment AND day = OLD.finished_at / 86400000; END IF; IF TG_OP <> 'DELETE' THEN DELETE FROM delivery_day WHERE environment = NEW.environment AND day = NEW.finished_at / 86400000; END IF; RETURN NULL; END $$;
--postgres:CREATE FUNCTION evenkeel_day_of_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP <> 'INSERT' THEN DELETE FROM delivery_day WHERE (environment, day) IN (SELECT environment, finished_at / 86400000 FROM deployment WHERE id = OLD.deployment_id); END IF; IF TG_OP <> 'DELETE' THEN DELETE FROM delivery_day WHERE (environment, day) IN (SELECT environment, finished_at / 86400000 FROM deployment WHERE id = NEW.deployment_id); END IF; RETURN NULL; END $$;
--postgres:CREATE TRIGGER deployment_day AFTER INSERT OR UPDATE OR DELETE ON deployment FOR EACH ROW EXECUTE FUNCTION evenkeel_day_of_deployment();
--postgres:CREATE TRIGGER deployment_commit_day AFTER INSERT OR UPDATE OR DELETE ON deployment_commit FOR EACH ROW EXECUTE FUNCTION evenkeel_day_of_commit();
