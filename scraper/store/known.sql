-- Keys of which something changed since the standing snapshot was last brought up to date (scraper.store.snapshot).
CREATE TABLE known_changes (site TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (site, key)) WITHOUT ROWID;

CREATE TRIGGER articles_known_added AFTER INSERT ON articles BEGIN
    INSERT INTO known_changes VALUES (new.site, new.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER articles_known_deleted AFTER DELETE ON articles BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER articles_known_changed AFTER UPDATE OF site, key ON articles
WHEN old.site IS NOT new.site OR old.key IS NOT new.key BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key), (new.site, new.key) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER addresses_known_added AFTER INSERT ON addresses BEGIN
    INSERT INTO known_changes VALUES (new.site, new.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER addresses_known_deleted AFTER DELETE ON addresses BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER addresses_known_changed AFTER UPDATE OF site, key ON addresses
WHEN old.site IS NOT new.site OR old.key IS NOT new.key BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key), (new.site, new.key) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER listed_known_added AFTER INSERT ON listed BEGIN
    INSERT INTO known_changes VALUES (new.site, new.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER listed_known_deleted AFTER DELETE ON listed BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER listed_known_changed AFTER UPDATE OF site, key, outcome, reason, decided_at, first_listed ON listed
WHEN old.site IS NOT new.site OR old.key IS NOT new.key OR old.outcome IS NOT new.outcome
    OR old.reason IS NOT new.reason OR old.decided_at IS NOT new.decided_at
    OR old.first_listed IS NOT new.first_listed BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key), (new.site, new.key) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER forgotten_known_added AFTER INSERT ON forgotten BEGIN
    INSERT INTO known_changes VALUES (new.site, new.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER forgotten_known_deleted AFTER DELETE ON forgotten BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER forgotten_known_changed AFTER UPDATE OF site, key ON forgotten BEGIN
    INSERT INTO known_changes VALUES (old.site, old.key), (new.site, new.key) ON CONFLICT DO NOTHING;
END;
