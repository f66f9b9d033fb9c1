CREATE VIEW reading AS
SELECT
    articles.id,
    articles.published_day AS day,
    sites.name AS source,
    articles.site,
    articles.key,
    coalesce(provinces.name_before, sites.province) AS province_before,
    coalesce(provinces.name_now, sites.province) AS province_now,
    articles.section,
    articles.kicker,
    articles.title,
    articles.lead,
    articles.author,
    coalesce((SELECT group_concat(DISTINCT topics.topic) FROM topics WHERE topics.article = articles.id), '') AS topics,
    EXISTS (SELECT 1 FROM topics WHERE topics.article = articles.id AND topics.topic = 'khoi') AS bloc,
    articles.published_at,
    articles.published_precision,
    articles.words,
    articles.state,
    articles.revision,
    articles.url,
    coalesce(articles.kicker || ' ', '') || articles.title || char(10, 10)
        || coalesce(articles.lead || char(10, 10), '') || articles.body
        || CASE WHEN articles.captions = '' THEN '' ELSE char(10, 10) || articles.captions END AS text,
    articles.published_earliest,
    articles.published_latest
FROM articles
JOIN sites ON sites.id = articles.site
LEFT JOIN provinces ON provinces.name_before = sites.province;

CREATE VIEW daily AS
SELECT nullif(kept_days.day, '') AS day, kept_days.articles, kept_days.uncertain
FROM kept_days
WHERE kept_days.articles > 0;

CREATE VIEW monthly AS
SELECT
    kept_months.month,
    kept_months.site,
    sites.name AS source,
    coalesce(provinces.name_before, sites.province) AS province_before,
    coalesce(provinces.name_now, sites.province) AS province_now,
    kept_months.articles,
    coalesce(bloc.articles, 0) AS bloc_articles,
    coalesce(
        sites.complete_from <= kept_months.month || '-01'
        AND kept_months.month < (SELECT substr(max(night), 1, 7) FROM runs)
        AND NOT EXISTS (
            SELECT 1 FROM kept_links
            WHERE kept_links.site = kept_months.site AND kept_links.waiting + kept_links.failed > 0
                AND kept_links.day BETWEEN kept_months.month || '-01' AND kept_months.month || '-31'
        ), 0) AS complete
FROM kept_months
JOIN sites ON sites.id = kept_months.site
LEFT JOIN provinces ON provinces.name_before = sites.province
LEFT JOIN kept_topics AS bloc
    ON bloc.topic = 'khoi' AND bloc.month = kept_months.month AND bloc.site = kept_months.site
WHERE kept_months.month <> '' AND kept_months.articles > 0;

CREATE VIEW coverage AS
SELECT *, why_not_proven IS NULL AS proven FROM (
SELECT
    kept_links.site,
    kept_links.day,
    kept_links.listed,
    kept_links.collected,
    kept_links.late,
    kept_links.waiting,
    kept_links.failed,
    kept_links.rejected,
    kept_links.refused_by_robots,
    kept_links.offsite,
    kept_links.forgotten,
    coalesce(
        (
            SELECT gaps.source || ': ' || gaps.reason FROM gaps LEFT JOIN sources ON sources.url = gaps.source
            WHERE gaps.site = kept_links.site AND gaps.closed IS NULL
                AND kept_links.day >= coalesce(date(sources.last_whole, '+7 hours'), '')
            ORDER BY gaps.since LIMIT 1
        ),
        CASE WHEN kept_links.waiting + kept_links.failed > 0
            THEN (kept_links.waiting + kept_links.failed) || ' links not yet collected' END
    ) AS why_not_proven
FROM kept_links
WHERE kept_links.listed > 0
);

CREATE VIEW missed AS
SELECT
    listed.site,
    sites.name AS source,
    listed.key,
    listed.url,
    listed.title,
    listed.outcome,
    listed.reason,
    listed.detail,
    coalesce(listed.list_date, listed.feed_date, listed.sitemap_date) AS date_text,
    listed.source AS listed_by,
    listed.first_listed,
    listed.last_listed
FROM listed
JOIN sites ON sites.id = listed.site
WHERE listed.outcome <> 'collected';

CREATE VIEW edits AS
SELECT
    articles.id,
    articles.site,
    articles.key,
    articles.title,
    revisions.number,
    revisions.seen_at,
    revisions.why,
    revisions.silent,
    revisions.updated_at,
    revisions.run,
    articles.published_day,
    articles.url,
    json_extract(before.content, '$[1]') AS title_before,
    CASE WHEN revisions.content IS NULL THEN articles.title ELSE json_extract(revisions.content, '$[1]') END AS title_after,
    json_extract(before.content, '$[2]') AS lead_before,
    CASE WHEN revisions.content IS NULL THEN articles.lead ELSE json_extract(revisions.content, '$[2]') END AS lead_after,
    before.published_at AS published_before,
    revisions.published_at AS published_after
FROM revisions
JOIN articles ON articles.id = revisions.article
LEFT JOIN revisions AS before ON before.article = revisions.article AND before.number = revisions.number - 1
WHERE revisions.number > 1;

CREATE VIEW vanished AS
SELECT
    articles.id,
    articles.site,
    articles.key,
    articles.title,
    articles.state,
    articles.since,
    articles.state_reason AS reason,
    articles.last_seen,
    articles.published_day,
    articles.url,
    captures.file,
    captures.offset
FROM articles
LEFT JOIN captures ON captures.id = articles.state_capture
WHERE articles.state <> 'live';

CREATE VIEW last_night AS
WITH run AS (
    SELECT id FROM runs WHERE trigger NOT IN ('import', 'wayback', 'commoncrawl', 'reparse')
    ORDER BY trigger = 'manual', started DESC LIMIT 1
)
SELECT
    CASE WHEN revisions.why = 'first' THEN 'new' WHEN revisions.silent THEN 'silent edit' ELSE revisions.why END AS what,
    articles.id,
    articles.site,
    articles.key,
    articles.published_day AS day,
    articles.title,
    coalesce((SELECT group_concat(DISTINCT topics.topic) FROM topics WHERE topics.article = articles.id), '') AS topics,
    revisions.seen_at,
    articles.url,
    revisions.run
FROM run
JOIN revisions ON revisions.run = run.id
JOIN articles ON articles.id = revisions.article
UNION ALL
SELECT
    articles.state,
    articles.id,
    articles.site,
    articles.key,
    articles.published_day,
    articles.title,
    coalesce((SELECT group_concat(DISTINCT topics.topic) FROM topics WHERE topics.article = articles.id), ''),
    articles.since,
    articles.url,
    captures.run
FROM run
JOIN captures ON captures.run = run.id
JOIN articles ON articles.state_capture = captures.id
WHERE articles.state <> 'live';

CREATE VIEW quiet_sites AS
WITH life AS (
    SELECT
        sites.id AS site,
        sites.name AS source,
        sites.status,
        sites.expected_a_month,
        (SELECT published_day FROM articles WHERE articles.site = sites.id AND published_day IS NOT NULL
            ORDER BY articles.id DESC LIMIT 1) AS newest_day,
        (SELECT max(first_seen) FROM articles WHERE articles.site = sites.id) AS last_new,
        (SELECT date(max(started), '+7 hours') FROM runs JOIN run_sites ON run_sites.run = runs.id
            WHERE run_sites.site = sites.id AND runs.trigger NOT IN ('import', 'wayback', 'commoncrawl', 'reparse')) AS last_run
    FROM sites
)
SELECT
    site,
    source,
    expected_a_month,
    newest_day,
    last_new,
    CAST(julianday(last_run) - julianday(newest_day) AS INTEGER) AS days_silent,
    round(expected_a_month / 30.4 * (julianday(last_run) - julianday(newest_day)), 1) AS articles_expected_since
FROM life
WHERE expected_a_month > 0
    AND julianday(last_run) - julianday(newest_day) >= 3
    AND expected_a_month / 30.4 * (julianday(last_run) - julianday(newest_day)) >= 7;

CREATE VIEW citations AS
SELECT
    articles.id,
    articles.site,
    articles.key,
    sites.name AS source,
    articles.title,
    articles.author,
    articles.published_day,
    articles.url,
    articles.captured_at,
    articles.revision,
    articles.text_hash,
    captures.file,
    captures.offset,
    coalesce(articles.author || ', ', '') || '“' || articles.title || '”, ' || sites.name || ', '
        || coalesce(strftime('%d/%m/%Y', articles.published_day), 'n.d.') || ', ' || articles.url
        || ' (captured ' || strftime('%Y-%m-%d %H:%M:%S', articles.captured_at) || ' UTC, SHA-256 '
        || articles.text_hash || ')' AS citation,
    coalesce(articles.author || ', ', '') || '“' || articles.title || '”, ' || sites.name || ', '
        || coalesce(strftime('%d/%m/%Y', articles.published_day), 'không rõ ngày') || ', ' || articles.url
        || ' (chụp lúc ' || strftime('%H:%M:%S, %d/%m/%Y', articles.captured_at) || ' (UTC), SHA-256 '
        || articles.text_hash || ')' AS citation_vi
FROM articles
JOIN sites ON sites.id = articles.site
JOIN captures ON captures.id = articles.capture;

CREATE VIEW open_corpus AS
SELECT
    articles.site,
    articles.key,
    articles.url,
    articles.published_day,
    articles.published_at,
    articles.published_precision,
    coalesce((SELECT group_concat(DISTINCT topics.topic) FROM topics WHERE topics.article = articles.id), '') AS topics,
    articles.words,
    articles.text_hash,
    articles.revision,
    articles.state,
    articles.captured_at,
    articles.published_earliest,
    articles.published_latest
FROM articles;

CREATE VIEW watch_hits AS
SELECT
    topics.topic AS watch,
    topics.words AS matched,
    articles.id,
    articles.site,
    articles.key,
    articles.published_day AS day,
    articles.title,
    articles.first_seen,
    articles.url
FROM topics
JOIN articles ON articles.id = topics.article
WHERE topics.rule = 'watch';

CREATE VIEW stories AS
SELECT
    articles.story,
    (
        SELECT count(*) FROM articles AS before
        WHERE before.story = articles.story
            AND (coalesce(before.published_day, substr(before.published_earliest, 1, 10), ''),
                before.published_precision <> 'minute', before.id)
            <= (coalesce(articles.published_day, substr(articles.published_earliest, 1, 10), ''),
                articles.published_precision <> 'minute', articles.id)
    ) AS place,
    (SELECT count(*) FROM articles AS each WHERE each.story = articles.story) AS places,
    articles.id,
    articles.site,
    articles.key,
    sites.name AS source,
    articles.published_day AS day,
    articles.published_at,
    articles.title,
    first_site.name AS first_source,
    articles.title = first.title AS same_title,
    articles.words - first.words AS words_more,
    articles.text_hash,
    articles.url
FROM articles
JOIN sites ON sites.id = articles.site
JOIN articles AS first ON first.id = (
    SELECT each.id FROM articles AS each WHERE each.story = articles.story
    ORDER BY coalesce(each.published_day, substr(each.published_earliest, 1, 10)),
        each.published_precision <> 'minute', each.id
    LIMIT 1
)
JOIN sites AS first_site ON first_site.id = first.site
WHERE articles.story IS NOT NULL
    AND EXISTS (SELECT 1 FROM articles AS other WHERE other.story = articles.story AND other.id <> articles.id);

CREATE VIEW moves AS
SELECT
    articles.id,
    articles.site,
    articles.key,
    articles.title,
    articles.published_day,
    articles.url AS moved_to,
    addresses.first_seen AS seen_at
FROM kept_moves
CROSS JOIN articles ON articles.id = kept_moves.article
JOIN addresses ON addresses.url = articles.url AND addresses.site = articles.site
WHERE addresses.first_seen > articles.first_seen
    AND EXISTS (
        SELECT 1 FROM addresses AS before
        WHERE before.article = articles.id AND before.first_seen < addresses.first_seen
    );

CREATE VIEW nights AS
SELECT
    runs.night,
    runs.id AS run,
    runs.trigger,
    runs.started,
    runs.ended,
    runs.verdict,
    runs.exit_code,
    runs.version,
    runs.vantage,
    count(run_sites.site) AS sites,
    sum(run_sites.verdict = 'failed') AS sites_failed,
    sum(run_sites.sources) AS sources,
    sum(run_sites.sources_whole) AS sources_whole,
    sum(run_sites.requests) AS requests,
    sum(run_sites.links_seen) AS links_seen,
    sum(run_sites.already) AS already,
    sum(run_sites.new) AS new,
    sum(run_sites.rejected) AS rejected,
    sum(run_sites.waiting) AS waiting,
    sum(run_sites.set_aside) AS set_aside,
    sum(run_sites.edited) AS edited,
    sum(run_sites.silent) AS silent,
    sum(run_sites.gone) AS gone,
    sum(run_sites.bytes) AS bytes
FROM runs
LEFT JOIN run_sites ON run_sites.run = runs.id
GROUP BY runs.id;

CREATE VIEW site_nights AS
SELECT
    run_sites.site,
    sites.name AS source,
    runs.night,
    runs.id AS run,
    CASE
        WHEN run_sites.verdict = 'failed' THEN 'failed'
        WHEN run_sites.sources > 0 AND run_sites.sources_whole = run_sites.sources THEN 'read whole'
        ELSE 'not read whole'
    END AS state,
    run_sites.sources,
    run_sites.sources_whole,
    run_sites.requests,
    run_sites.links_seen,
    run_sites.new,
    run_sites.rejected,
    run_sites.waiting,
    run_sites.failed,
    run_sites.edited,
    run_sites.gone,
    run_sites.bytes,
    run_sites.reason
FROM run_sites
JOIN runs ON runs.id = run_sites.run
JOIN sites ON sites.id = run_sites.site
WHERE runs.trigger NOT IN ('import', 'wayback', 'commoncrawl', 'reparse');

CREATE VIEW gap_days AS
WITH RECURSIVE
last AS (SELECT max(night) AS night FROM runs),
calendar (site, day) AS (
    SELECT id, watched_since FROM sites, last WHERE watched_since < last.night
    UNION ALL
    SELECT site, date(day, '+1 day') FROM calendar, last WHERE date(day, '+1 day') < last.night
),
looks AS (
    SELECT run_sites.site, runs.night, max(run_sites.sources > 0 AND run_sites.sources_whole = run_sites.sources) AS whole
    FROM run_sites
    JOIN runs ON runs.id = run_sites.run
    WHERE runs.trigger NOT IN ('import', 'wayback', 'commoncrawl', 'reparse')
    GROUP BY run_sites.site, runs.night
)
SELECT
    calendar.site,
    calendar.day,
    CASE
        WHEN looks.night IS NULL THEN 'not looked'
        WHEN NOT looks.whole THEN 'not read whole'
        ELSE 'nothing published'
    END AS why
FROM calendar
LEFT JOIN looks ON looks.site = calendar.site AND looks.night = date(calendar.day, '+1 day')
WHERE looks.night IS NULL
    OR NOT looks.whole
    OR NOT EXISTS (
        SELECT 1 FROM articles WHERE articles.site = calendar.site AND articles.published_day = calendar.day
    );
