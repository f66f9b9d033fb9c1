CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

CREATE TABLE provinces (
    name_before TEXT PRIMARY KEY,
    name_now TEXT NOT NULL,
    changed_on TEXT,
    source TEXT NOT NULL
);
CREATE TABLE party_bodies (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('bloc', 'successor', 'committee')),
    province TEXT REFERENCES provinces (name_before),
    founded TEXT,
    ended TEXT,
    succeeded_by TEXT,
    source TEXT NOT NULL
);
CREATE TABLE sites (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    province TEXT,
    home TEXT NOT NULL,
    family TEXT NOT NULL,
    status TEXT NOT NULL,
    since TEXT,
    moved_to TEXT,
    watched_since TEXT,
    complete_from TEXT,
    expected_a_month REAL,
    checked TEXT
);

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    night TEXT NOT NULL,
    trigger TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT,
    verdict TEXT,
    exit_code INTEGER,
    version TEXT,
    vantage TEXT
);
CREATE INDEX runs_started ON runs (started);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    site TEXT REFERENCES sites (id),
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    kind TEXT NOT NULL,
    purpose TEXT NOT NULL,
    outcome TEXT,
    detail TEXT,
    origin TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    record_id TEXT NOT NULL UNIQUE,
    payload_digest TEXT,
    bytes INTEGER NOT NULL,
    run TEXT NOT NULL REFERENCES runs (id)
);
CREATE INDEX captures_url ON captures (url);
CREATE INDEX captures_run ON captures (run, site, purpose);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    key TEXT NOT NULL,
    published_day TEXT,
    published_at TEXT,
    published_precision TEXT NOT NULL CHECK (published_precision IN ('minute', 'day', 'none')),
    published_text TEXT,
    updated_at TEXT,
    state TEXT NOT NULL CHECK (state IN ('live', 'gone', 'redirected')),
    since TEXT NOT NULL,
    state_reason TEXT,
    state_capture INTEGER REFERENCES captures (id),
    origin TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    last_looked TEXT NOT NULL,
    words INTEGER NOT NULL,
    text_hash TEXT NOT NULL,
    parser TEXT NOT NULL,
    revision INTEGER NOT NULL,
    story INTEGER,
    capture INTEGER NOT NULL REFERENCES captures (id),
    captured_at TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    url TEXT NOT NULL,
    section TEXT,
    author TEXT,
    masthead TEXT,
    kicker TEXT,
    title TEXT NOT NULL,
    lead TEXT,
    tags TEXT NOT NULL,
    date_evidence TEXT NOT NULL,
    captions TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (site, key)
);
CREATE INDEX articles_day ON articles (published_day, site);
CREATE INDEX articles_looked ON articles (site, id, last_looked, state);
CREATE INDEX articles_state ON articles (state, since) WHERE state <> 'live';
CREATE INDEX articles_first_seen ON articles (first_seen);
CREATE INDEX articles_story ON articles (story) WHERE story IS NOT NULL;
CREATE INDEX articles_capture ON articles (capture);
CREATE INDEX articles_state_capture ON articles (state_capture) WHERE state_capture IS NOT NULL;

CREATE TABLE addresses (
    url TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE,
    site TEXT NOT NULL REFERENCES sites (id),
    key TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    PRIMARY KEY (url, site)
) WITHOUT ROWID;
CREATE INDEX addresses_article ON addresses (article);
CREATE INDEX addresses_key ON addresses (site, key);
CREATE TABLE figures (
    article INTEGER NOT NULL REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE,
    number INTEGER NOT NULL,
    src TEXT NOT NULL,
    alt TEXT,
    caption TEXT,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE topics (
    article INTEGER NOT NULL REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE,
    topic TEXT NOT NULL,
    words TEXT NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (article, topic, words, rule)
) WITHOUT ROWID;
CREATE INDEX topics_topic ON topics (topic, article);
CREATE TABLE revisions (
    article INTEGER NOT NULL REFERENCES articles (id) ON UPDATE CASCADE ON DELETE CASCADE,
    number INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('first', 'edited', 'parser')),
    silent INTEGER NOT NULL,
    text_hash TEXT NOT NULL,
    published_at TEXT,
    updated_at TEXT,
    parser TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES captures (id),
    run TEXT NOT NULL REFERENCES runs (id),
    content TEXT,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE INDEX revisions_run ON revisions (run, why);
CREATE INDEX revisions_capture ON revisions (capture);

CREATE TABLE listed (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    source TEXT NOT NULL,
    list_date TEXT,
    feed_date TEXT,
    sitemap_date TEXT,
    first_listed TEXT NOT NULL,
    last_listed TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (
        outcome IN ('collected', 'waiting', 'rejected', 'refused by robots', 'offsite', 'failed', 'forgotten')
    ),
    reason TEXT,
    detail TEXT,
    decided_at TEXT,
    decided_run TEXT REFERENCES runs (id),
    listed_run TEXT NOT NULL REFERENCES runs (id),
    article INTEGER REFERENCES articles (id) ON UPDATE CASCADE ON DELETE SET NULL,
    UNIQUE (site, key)
);
CREATE INDEX listed_url ON listed (url);
CREATE INDEX listed_run ON listed (listed_run, site);
CREATE INDEX listed_decided ON listed (decided_run, site);
CREATE INDEX listed_outcome ON listed (outcome, site) WHERE outcome <> 'collected';
CREATE INDEX listed_article ON listed (article);
CREATE INDEX listed_first ON listed (site, first_listed);
CREATE TABLE sources (
    url TEXT PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    kind TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    last_looked TEXT NOT NULL,
    last_whole TEXT
) WITHOUT ROWID;
CREATE TABLE run_sources (
    run TEXT NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL REFERENCES sites (id),
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    status INTEGER,
    pages INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    unseen INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (run, site, url)
) WITHOUT ROWID;
CREATE TABLE run_sites (
    run TEXT NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL REFERENCES sites (id),
    sources INTEGER NOT NULL DEFAULT 0,
    sources_whole INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    source_requests INTEGER NOT NULL DEFAULT 0,
    article_requests INTEGER NOT NULL DEFAULT 0,
    recheck_requests INTEGER NOT NULL DEFAULT 0,
    robots_requests INTEGER NOT NULL DEFAULT 0,
    other_requests INTEGER NOT NULL DEFAULT 0,
    links_seen INTEGER NOT NULL DEFAULT 0,
    already INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0,
    set_aside INTEGER NOT NULL DEFAULT 0,
    edited INTEGER NOT NULL DEFAULT 0,
    silent INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    verdict TEXT,
    reason TEXT,
    PRIMARY KEY (run, site)
) WITHOUT ROWID;
CREATE TABLE problems (
    id INTEGER PRIMARY KEY,
    site TEXT REFERENCES sites (id),
    url TEXT NOT NULL,
    article INTEGER REFERENCES articles (id) ON UPDATE CASCADE ON DELETE SET NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    run TEXT REFERENCES runs (id),
    capture INTEGER REFERENCES captures (id),
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    closed TEXT
);
CREATE UNIQUE INDEX problems_open ON problems (url, kind) WHERE closed IS NULL;
CREATE INDEX problems_article ON problems (article) WHERE article IS NOT NULL;
CREATE INDEX problems_capture ON problems (capture) WHERE capture IS NOT NULL;
CREATE TABLE watches (
    words TEXT PRIMARY KEY,
    since TEXT NOT NULL
);
CREATE TABLE forgotten (
    site TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    forgotten_at TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (site, key)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE articles_fts USING fts5(
    kicker, title, lead, body, captions,
    content='articles', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE articles_terms USING fts5vocab(articles_fts, row);
