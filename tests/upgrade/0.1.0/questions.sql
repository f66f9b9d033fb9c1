-- What README.md and docs/questions.md of 0.1.0 asked. A line `-- ` names the page and the question.

-- README.md: What did the bloc of one former province do in a month?
select day, kicker, title from reading
where province_before = 'Tiền Giang' and topics like '%khoi%' and day like '2024-07-%' order by day;

-- README.md: What was listed and not collected, and why?
select outcome, reason, count(*) from missed group by outcome, reason;

-- README.md: What did the last night bring?
select what, count(*) from last_night group by what;

-- docs/questions.md: Bloc articles of one former province, by day
SELECT day, count(*) AS articles FROM reading WHERE bloc AND province_before = 'Tiền Giang' GROUP BY day;

-- docs/questions.md: When each bloc ended and what followed it
SELECT name, ended, succeeded_by FROM party_bodies WHERE kind = 'bloc' ORDER BY ended IS NULL, ended, name;

-- docs/questions.md: The share of bloc articles by month, complete months only
SELECT month, round(100.0 * sum(bloc_articles) / sum(articles), 1) AS percent FROM monthly WHERE complete GROUP BY month;

-- docs/questions.md: Since when each site is complete
SELECT id, complete_from, watched_since FROM sites WHERE watched_since IS NOT NULL ORDER BY id;

-- docs/questions.md: A citation for an article
SELECT citation FROM citations WHERE site = 'baomau' AND key = :key;

-- docs/questions.md: Articles by present province
SELECT province_now, count(*) AS articles FROM reading GROUP BY province_now;

-- docs/questions.md: Dates that lack a minute
SELECT site, key, published_day, published_text FROM articles WHERE published_precision <> 'minute';

-- docs/questions.md: A corpus to share without its text
SELECT * FROM open_corpus ORDER BY published_at DESC;

-- docs/questions.md: Why an article counts as bloc, a hundred at random
SELECT key, title, topics.words, rule FROM topics JOIN articles ON id = article WHERE topic = 'khoi' ORDER BY random() LIMIT 100;

-- docs/questions.md: Bloc articles since the blocs ended
SELECT day, title FROM reading WHERE bloc AND day > '2025-02-28' ORDER BY day, title;

-- docs/questions.md: All captures of an address, with their digests
SELECT fetched_at, status, payload_digest, file, offset FROM captures WHERE url = :url ORDER BY fetched_at;

-- docs/questions.md: Nights on which a list was not read whole
SELECT night, site, url, reason FROM run_sources JOIN runs ON id = run WHERE NOT whole ORDER BY night;

-- docs/questions.md: Listed but not collected, by reason
SELECT outcome, reason, count(*) AS links FROM missed GROUP BY outcome, reason;

-- docs/questions.md: All addresses of an article
SELECT url FROM addresses WHERE site = 'baomau' AND key = :key ORDER BY first_seen, url;

-- docs/questions.md: What came live and what from an archive
SELECT origin, count(*) AS articles FROM articles GROUP BY origin;

-- docs/questions.md: Bytes that each site costs
SELECT site, sum(bytes) AS bytes FROM captures GROUP BY site;

-- docs/questions.md: What the sites took down
SELECT site, key, title, state, reason, since FROM vanished;

-- docs/questions.md: What was taken down here, on request
SELECT site, url, forgotten_at, reason FROM forgotten;

-- docs/questions.md: Articles that moved to another address
SELECT site, key, moved_to, seen_at FROM moves;

-- docs/questions.md: How each night ended
SELECT night, verdict, sources, sources_whole, requests, links_seen, new, edited, gone FROM nights ORDER BY night;

-- docs/questions.md: What was listed on each day, and what became of it
SELECT site, day, listed, collected, late, rejected, offsite FROM coverage ORDER BY day;

-- docs/questions.md: Days of which nothing is known, or on which nothing was published
SELECT site, day, why FROM gap_days ORDER BY site, day;

-- docs/questions.md: Sites that fell silent
SELECT site, newest_day, days_silent, articles_expected_since FROM quiet_sites;

-- docs/questions.md: New last night
SELECT day, title, topics FROM last_night WHERE what = 'new';

-- docs/questions.md: Silent edits
SELECT seen_at, key, title FROM edits WHERE silent;

-- docs/questions.md: “kỷ luật” this month
SELECT day, title FROM reading WHERE id IN (SELECT rowid FROM articles_fts('"ky luat"'))
AND day >= date('now', '+7 hours', 'start of month');

-- docs/questions.md: The same story in several places
SELECT story, place, source, first_source, title, same_title, words_more FROM stories ORDER BY story, place;

-- docs/questions.md: Articles by day
SELECT day, count(*) AS articles FROM reading GROUP BY day ORDER BY day DESC;

-- docs/questions.md: My watchwords since yesterday
SELECT watch, day, title FROM watch_hits WHERE first_seen >= date('now', '-1 day');

-- docs/questions.md: Captions that say “phát biểu”
SELECT title, caption FROM figures JOIN articles ON id = article WHERE caption LIKE '%phát biểu%';

-- docs/questions.md: Open problems
SELECT site, kind, detail, url FROM problems WHERE closed IS NULL;
