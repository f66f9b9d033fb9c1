"""The questions that users ask, each one short SQL statement over documented tables and views.

Datasette shows them as canned queries. A parameter left empty asks for nothing in particular.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CannedQuestion:
    """A question in Vietnamese and in English, and its answer as SQL."""

    name: str
    vi: str
    en: str
    sql: str

    def as_canned_query(self) -> dict[str, Any]:
        """The question as Datasette's metadata has it, with ``titles`` by language for our templates."""
        return {
            "sql": self.sql,
            "title": f"{self.vi} · {self.en}",
            "titles": {"vi": self.vi, "en": self.en},
            "hide_sql": True,
        }


_NAMED = "site = substr(:article, 1, instr(:article, '/') - 1) AND key = substr(:article, instr(:article, '/') + 1)"
"""The article that the parameter names as SITE/KEY, by site and key, so that their index is used."""

_BLOC = "id IN (SELECT article FROM topics WHERE topic = 'khoi')"
"""The articles about a bloc, by the index of topics; ids are in the order of publication."""

QUESTIONS = (
    CannedQuestion(
        "bloc_articles_of_a_province",
        "Tin về đảng bộ khối của một tỉnh cũ, theo ngày",
        "Bloc articles of one former province, by day",
        f"SELECT day, source, site, key, title FROM reading WHERE {_BLOC} AND site IN (SELECT id FROM sites"  # noqa: S608
        " WHERE :province = '' OR fold(province) = fold(:province)) ORDER BY id DESC",
    ),
    CannedQuestion(
        "how_blocs_ended",
        "Mỗi đảng bộ khối kết thúc khi nào, kế thừa là ai",
        "When each bloc ended and what followed it",
        "SELECT ended, province, name, succeeded_by, source FROM party_bodies WHERE kind = 'bloc'"
        " ORDER BY ended IS NULL, ended, name",
    ),
    CannedQuestion(
        "bloc_share_by_month",
        "Tỷ lệ tin về khối theo tháng, chỉ các tháng đủ",
        "Share of bloc articles by month, complete months only",
        "SELECT month, sum(bloc_articles) AS bloc, sum(articles) AS articles,"
        " round(100.0 * sum(bloc_articles) / sum(articles), 1) AS percent"
        " FROM monthly GROUP BY month HAVING min(complete) ORDER BY month",
    ),
    CannedQuestion(
        "complete_since",
        "Mỗi nguồn đủ từ ngày nào",
        "Since when each site is complete",
        "SELECT name, complete_from, watched_since, status FROM sites"
        " WHERE watched_since IS NOT NULL ORDER BY complete_from",
    ),
    CannedQuestion(
        "citation",
        "Cách trích dẫn một bài (nguồn/khoá)",
        "A citation for an article (site/key)",
        "SELECT citation_vi, citation, captured_at, text_hash, file, offset FROM"  # noqa: S608
        f" citations WHERE {_NAMED}",
    ),
    CannedQuestion(
        "by_present_province",
        "Số bài theo tỉnh, thành hiện nay",
        "Counts by present province",
        "SELECT province_now, sum(articles) AS articles, sum(bloc_articles) AS bloc FROM monthly"
        " GROUP BY province_now ORDER BY articles DESC",
    ),
    CannedQuestion(
        "dates_without_a_minute",
        "Bài nào không rõ giờ phút, hay không rõ ngày",
        "Which dates lack a minute",
        "SELECT site, key, published_day, published_precision, published_text, title FROM articles"
        " WHERE published_precision <> 'minute' ORDER BY id DESC",
    ),
    CannedQuestion(
        "open_corpus",
        "Tập bài để chia sẻ, không kèm lời",
        "A corpus to share without its text",
        "SELECT * FROM open_corpus ORDER BY published_day DESC",
    ),
    CannedQuestion(
        "why_bloc",
        "Vì sao một bài được xếp vào “khối”: 100 bài ngẫu nhiên",
        "Why an article counts as “bloc”: 100 at random",
        "SELECT site, key, title, why.words, why.rule FROM"
        " (SELECT * FROM topics WHERE topic = 'khoi' ORDER BY random() LIMIT 100) AS why"
        " JOIN articles ON articles.id = why.article",
    ),
    CannedQuestion(
        "captures_of_an_address",
        "Mọi bản chụp của một địa chỉ, kèm mã băm",
        "All captures of an address, with digests",
        "SELECT fetched_at, status, kind, origin, file, offset, payload_digest FROM captures"
        " WHERE url = :url ORDER BY fetched_at",
    ),
    CannedQuestion(
        "lists_not_read_whole",
        "Những đêm có danh sách không đọc được hết",
        "Nights on which a list was not read whole",
        "SELECT night, site, url, pages, entries, reason FROM run_sources JOIN runs ON runs.id = run"
        " WHERE NOT whole ORDER BY night DESC, site",
    ),
    CannedQuestion(
        "missed_by_reason",
        "Thấy trong danh sách mà chưa lấy được, theo lý do",
        "Listed but not collected, by reason",
        "SELECT outcome, reason, count(*) AS links, max(last_listed) AS last_listed FROM listed"
        " WHERE outcome <> 'collected' GROUP BY outcome, reason ORDER BY links DESC",
    ),
    CannedQuestion(
        "addresses_of_an_article",
        "Mọi địa chỉ của một bài (nguồn/khoá)",
        "All addresses of an article (site/key)",
        f"SELECT url, first_seen FROM addresses WHERE {_NAMED} ORDER BY first_seen",  # noqa: S608
    ),
    CannedQuestion(
        "live_or_from_an_archive",
        "Bao nhiêu bài lấy trực tiếp, bao nhiêu từ kho lưu khác",
        "What came live and what from an archive",
        "SELECT site, origin, articles FROM kept_origins WHERE articles > 0 ORDER BY site, origin",
    ),
    CannedQuestion(
        "bytes_of_a_site",
        "Mỗi nguồn tốn bao nhiêu byte",
        "Bytes a site costs",
        "SELECT nullif(site, '') AS site, bytes, captures FROM kept_captures WHERE captures > 0 ORDER BY bytes DESC",
    ),
    CannedQuestion(
        "taken_down",
        "Bài nào đã bị gỡ",
        "What was taken down",
        "SELECT since, site, key, title, state, reason, published_day FROM vanished ORDER BY since DESC",
    ),
    CannedQuestion(
        "new_last_night",
        "Bài mới đêm qua",
        "New last night",
        "SELECT day, site, key, title, topics FROM last_night WHERE what = 'new' ORDER BY id DESC",
    ),
    CannedQuestion(
        "silent_edits",
        "Những bài bị sửa lặng",
        "Silent edits",
        "SELECT seen_at, site, key, number, title FROM edits WHERE why = 'edited' AND silent ORDER BY seen_at DESC",
    ),
    CannedQuestion(
        "words_this_month",
        "Bài tháng này có từ (mặc định: “kỷ luật”)",
        "Articles of this month with the words (by default “kỷ luật”)",
        "SELECT day, source, site, key, title FROM reading WHERE day >= date('now', '+7 hours', 'start of month')"
        " AND id IN (SELECT rowid FROM articles_fts"
        " WHERE articles_fts MATCH escape_fts(coalesce(nullif(:words, ''), 'kỷ luật'))"
        " AND rowid >= strftime('%s', 'now', '+7 hours', 'start of month', '-7 hours') / 60 << 10) ORDER BY id DESC",
    ),
    CannedQuestion(
        "same_story",
        "Cùng một tin ở nhiều nơi",
        "The same story in several places",
        "SELECT story, place, day, site, key, source, title, same_title, words_more FROM stories"
        " ORDER BY story DESC, place",
    ),
    CannedQuestion(
        "by_day",
        "Số bài theo ngày",
        "Articles by day",
        "SELECT day, articles, uncertain FROM daily ORDER BY day DESC",
    ),
    CannedQuestion(
        "watchwords_since_yesterday",
        "Từ theo dõi: bài thấy từ hôm qua",
        "My watchwords since yesterday",
        "SELECT topic AS watch, published_day AS day, site, key, title FROM sites"
        " CROSS JOIN articles ON site = sites.id"
        " AND first_seen >= strftime('%Y-%m-%dT%H:%M:%S', 'now', '-1 day')"
        " CROSS JOIN topics ON article = articles.id WHERE rule = 'watch' ORDER BY watch, day DESC",
    ),
    CannedQuestion(
        "captions_that_say",
        "Chú thích ảnh có từ (mặc định: “phát biểu”)",
        "Captions that say (by default “phát biểu”)",
        "SELECT site, key, articles.title, number, caption FROM articles_fts"
        " JOIN articles ON articles.id = articles_fts.rowid JOIN figures ON figures.article = articles.id"
        " WHERE articles_fts MATCH 'captions : (' || escape_fts(coalesce(nullif(:words, ''), 'phát biểu')) || ')'"
        " AND instr(fold(caption), fold(coalesce(nullif(:words, ''), 'phát biểu'))) ORDER BY articles_fts.rowid DESC",
    ),
    CannedQuestion(
        "open_problems",
        "Những điều còn phải xem",
        "Open problems",
        "SELECT site, kind, detail, url, first_seen, last_seen FROM problems"
        " WHERE closed IS NULL ORDER BY last_seen DESC",
    ),
    CannedQuestion(
        "listed_on_day",
        "Một ngày danh sách cho thấy gì, và đã lấy được hay chưa",
        "What was listed on a day, and what became of it",
        "SELECT outcome, site, key, title, reason, url FROM listed"
        " WHERE first_listed >= strftime('%Y-%m-%dT%H:%M', :day, '-7 hours')"
        " AND first_listed < strftime('%Y-%m-%dT%H:%M', :day, '+17 hours') AND (:site = '' OR site = :site)"
        " ORDER BY outcome, site, key",
    ),
    CannedQuestion(
        "links_by_day",
        "Mỗi ngày danh sách cho thấy bao nhiêu liên kết, và đã lấy được chưa",
        "What was listed on each day, and what became of it",
        "SELECT day, site, listed, collected, late, rejected, offsite, waiting, failed FROM coverage"
        " ORDER BY day DESC",
    ),
    CannedQuestion(
        "bloc_after_the_end",
        "Tin về khối từ khi các khối kết thúc",
        "Bloc articles since the blocs ended",
        f"SELECT day, source, site, key, title FROM reading WHERE {_BLOC} AND day > '2025-02-28' ORDER BY id DESC",  # noqa: S608
    ),
    CannedQuestion(
        "taken_down_here",
        "Bài nào đã gỡ ở đây theo yêu cầu",
        "What was taken down here, on request",
        "SELECT forgotten_at, site, url, reason FROM forgotten ORDER BY forgotten_at DESC",
    ),
    CannedQuestion(
        "moved",
        "Bài nào đã sang địa chỉ khác",
        "Articles that moved to another address",
        "SELECT seen_at, site, key, title, moved_to FROM moves ORDER BY seen_at DESC",
    ),
    CannedQuestion(
        "how_nights_ended",
        "Mỗi đêm kết thúc thế nào",
        "How each night ended",
        "SELECT night, verdict, sources, sources_whole, requests, links_seen, new, edited, gone FROM nights"
        " ORDER BY night DESC",
    ),
    CannedQuestion(
        "sites_by_night",
        "Từng nguồn qua từng đêm",
        "Each site on each night",
        "SELECT night, site, source, state, new, edited, gone, links_seen, reason FROM site_nights"
        " ORDER BY night DESC, source",
    ),
    CannedQuestion(
        "days_without_articles",
        "Ngày không rõ, hay ngày không đăng bài nào",
        "Days of which nothing is known, or on which nothing was published",
        "SELECT day, site, why FROM gap_days ORDER BY day DESC, site",
    ),
    CannedQuestion(
        "sites_moved_or_blocked",
        "Nguồn nào đã chuyển, đã ngừng hay chặn người xem",
        "Sites that moved, ended or refuse visitors",
        "SELECT id, name, status, since, moved_to FROM sites WHERE status IN ('moved', 'gone', 'blocked')"
        " ORDER BY status, id",
    ),
    CannedQuestion(
        "seen_from",
        "Các nguồn được xem từ đâu",
        "From where the sites were seen",
        "SELECT vantage, count(*) AS nights, min(night) AS first_night, max(night) AS last_night FROM nights"
        " GROUP BY vantage ORDER BY last_night DESC",
    ),
    CannedQuestion(
        "bytes_by_night",
        "Mỗi đêm thêm bao nhiêu byte",
        "Bytes that each night added",
        "SELECT night, bytes, requests, new FROM nights ORDER BY night DESC",
    ),
    CannedQuestion(
        "silent_sites",
        "Nguồn nào đã im lặng",
        "Sites that fell silent",
        "SELECT days_silent, site, source, newest_day, articles_expected_since FROM quiet_sites"
        " ORDER BY days_silent DESC",
    ),
    CannedQuestion(
        "titles_before_and_after",
        "Đầu đề, lời dẫn và ngày trước và sau mỗi lần sửa",
        "Title, lead and date before and after each edit",
        "SELECT seen_at, site, key, title_before, title_after, lead_before, lead_after, published_before,"
        " published_after, silent FROM edits WHERE why = 'edited' ORDER BY seen_at DESC",
    ),
)
