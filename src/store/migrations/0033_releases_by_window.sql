-- Which other releases stand in a window is asked for every release that is looked at: answered from this index alone.
CREATE INDEX release_window ON release (environment, window_end, window_start, stage, version);
