-- Counts that pages and questions show, kept by triggers (scraper.store.kept_counts).
-- A day is the day of publication, or the first on which the article can have been published; '' where it is unknown.
CREATE TABLE kept_days (
    day TEXT PRIMARY KEY,
    articles INTEGER NOT NULL,
    uncertain INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE kept_months (
    month TEXT NOT NULL,
    site TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (month, site)
) WITHOUT ROWID;
CREATE TABLE kept_topics (
    topic TEXT NOT NULL,
    month TEXT NOT NULL,
    site TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (topic, month, site)
) WITHOUT ROWID;
CREATE TABLE kept_sections (
    site TEXT NOT NULL,
    section TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (site, section)
) WITHOUT ROWID;
CREATE TABLE kept_origins (
    site TEXT NOT NULL,
    origin TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (site, origin)
) WITHOUT ROWID;
CREATE TABLE kept_captures (
    site TEXT PRIMARY KEY,
    captures INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE kept_links (
    day TEXT NOT NULL,
    site TEXT NOT NULL,
    listed INTEGER NOT NULL,
    collected INTEGER NOT NULL,
    late INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    refused_by_robots INTEGER NOT NULL,
    offsite INTEGER NOT NULL,
    forgotten INTEGER NOT NULL,
    PRIMARY KEY (day, site)
) WITHOUT ROWID;
CREATE INDEX kept_links_open ON kept_links (site, day) WHERE waiting + failed > 0;
