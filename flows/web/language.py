"""The two languages of the pages, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from flows.outcome import wording
from flows.outcome.messages import Lang, from_json
from flows.outcome.wording import number, reason
from flows.web.study_words import STUDY_WORDS
from scraper.clock import VIETNAM
from scraper.study.periods import Period

COOKIE = "tinkhoi_lang"

language: ContextVar[Lang] = ContextVar("language", default="vi")
"""The language of the request that is being answered."""

WORDS: dict[str, tuple[str, str]] = {
    "tagline": (
        "Kho lưu tin các đảng bộ khối và đảng bộ kế thừa ở các tỉnh",
        "An archive of news of Vietnam's provincial party blocs and their successors",
    ),
    "served_page": ("Trang như đã gửi", "The page as it was served"),
    "served_note": (
        "Đọc từ {file}, byte {offset}. Trang mở ra không chạy gì và không tải gì từ mạng.",
        "Read from {file}, byte {offset}. The page opens without running anything or loading anything.",
    ),
    "served_view": ("Mở trang", "Open the page"),
    "served_headers": ("Tiêu đề HTTP", "HTTP headers"),
    "served_fields": ("Các phần của bài trong mã nguồn", "The article's fields in the source"),
    "served_field": ("Phần", "Field"),
    "served_line": ("Dòng", "Line"),
    "served_words": ("Chữ", "Words"),
    "skip": ("Đến nội dung", "Skip to content"),
    "home": ("Trang đầu", "Home"),
    "all": ("Mọi bài", "All articles"),
    "calendar": ("Lịch phủ", "Coverage"),
    "data": ("Câu hỏi và bảng", "Questions and tables"),
    "main_menu": ("Trình đơn chính", "Main menu"),
    "search": ("Tìm", "Search"),
    "search_in": ("Tìm trong kho", "Search the archive"),
    "search_hint": (
        "Gõ có dấu hay không dấu đều được. “Cụm từ” trong ngoặc kép, tiền tố*, -từ cần loại.",
        "Type with or without marks. “A phrase” in quotes, a beginning*, -a word to leave out.",
    ),
    "try": ("Thử:", "Try:"),
    "last_night": ("Đêm qua", "Last night"),
    "night_of": ("Đêm {night}, {start}–{end} giờ Việt Nam", "Night of {night}, {start}–{end} Vietnam time"),
    "night_running": (
        "Đêm {night}, bắt đầu {start}: đang chạy, hoặc đã bị ngắt",
        "Night of {night}, begun {start}: still running, or cut short",
    ),
    "all_well": ("Mọi sự ổn", "All is well"),
    "look_at": ("Cần xem (mã {code})", "To look at (code {code})"),
    "running": ("Đang chạy", "Running"),
    "no_run": ("Chưa có lần chạy nào", "There was no run yet"),
    "lists_whole": ("danh sách đọc hết", "lists read whole"),
    "links_seen": ("liên kết thấy", "links seen"),
    "held": ("đã có", "held already"),
    "new": ("mới", "new"),
    "rejected": ("loại", "rejected"),
    "waiting": ("chờ lấy", "pending"),
    "set_aside": ("ngoài phạm vi", "excluded"),
    "edited": ("sửa", "edited"),
    "silently": ("sửa lặng", "silently"),
    "gone": ("gỡ", "gone"),
    "new_today": ("Mới hôm nay", "New today"),
    "nothing_new": ("Lần chạy cuối không đem về bài mới nào.", "The last run brought no new article."),
    "changed_today": ("Sửa và gỡ", "Edited and gone"),
    "what_new": ("mới", "new"),
    "what_edited": ("sửa", "edited"),
    "what_silent edit": ("sửa lặng", "silent edit"),
    "what_parser": ("đọc lại", "read anew"),
    "what_gone": ("đã gỡ", "gone"),
    "what_redirected": ("chuyển hướng", "redirected"),
    "state_gone": (
        "Trang gốc không còn từ {since}; đây là bản lưu.",
        "Gone at its source since {since}; this is our copy.",
    ),
    "state_redirected": (
        "Địa chỉ gốc dẫn sang trang khác từ {since}; đây là bản lưu.",
        "Its address leads elsewhere since {since}; this is our copy.",
    ),
    "more": ("Tất cả", "All of them"),
    "over_time": ("Bài theo thời gian", "Articles over time"),
    "over_time_note": ("24 tháng gần nhất, theo ngày đăng.", "The last 24 months, by day of publication."),
    "by_topic": ("Theo chủ đề", "By topic"),
    "by_province": ("Theo tỉnh, thành", "By province"),
    "chart_label": ("{name}: {count} bài trong {months} tháng", "{name}: {count} articles in {months} months"),
    "bar": ("{month}: {count} bài", "{month}: {count} articles"),
    "as_table": ("Xem số liệu", "Show the figures"),
    "month": ("Tháng", "Month"),
    "articles": ("bài", "articles"),
    "articles_held": ("{count} bài trong kho, từ {first} đến {last}", "{count} articles, from {first} to {last}"),
    "empty_archive": ("Kho chưa có bài nào.", "The archive holds no article yet."),
    "calendar_intro": (
        "Mỗi ô là một ngày: liên kết mà danh sách, feed, sitemap hôm đó lần đầu cho thấy, và đã lấy được hay chưa.",
        "Each square is a day: the links that lists, feeds and sitemaps first showed then, and what became of them.",
    ),
    "calendar_label": ("Lịch phủ từ {first} đến {last}", "Coverage from {first} to {last}"),
    "day_settled": ("đã xong", "settled"),
    "day_open": ("còn thiếu", "still open"),
    "day_quiet": ("đã xem, không có gì mới", "looked, nothing new"),
    "day_unseen": ("không xem", "not looked"),
    "day_title": (
        "{day}: {listed} thấy, {collected} lấy được, {open} còn thiếu",
        "{day}: {listed} listed, {collected} collected, {open} open",
    ),
    "day_title_quiet": ("{day}: đã xem, không có gì mới", "{day}: looked, nothing new"),
    "day_title_unseen": ("{day}: không xem", "{day}: not looked"),
    "day": ("Ngày", "Day"),
    "col_listed": ("Thấy", "Listed"),
    "col_collected": ("Lấy được", "Collected"),
    "col_late": ("Trong đó muộn", "Of them late"),
    "col_waiting": ("Đang chờ", "Waiting"),
    "col_failed": ("Hỏng", "Failed"),
    "col_rejected": ("Loại", "Rejected"),
    "col_refused_by_robots": ("robots cấm", "Robots refused"),
    "col_offsite": ("Trang ngoài", "Offsite"),
    "col_forgotten": ("Đã quên", "Forgotten"),
    "days_with_links": ("Những ngày có liên kết mới", "Days with new links"),
    "missed_link": ("Các liên kết chưa lấy", "Links not collected"),
    "site": ("Nguồn", "Source"),
    "any_topic": ("mọi chủ đề", "any topic"),
    "any_site": ("Mọi nguồn", "All sources"),
    "show": ("Xem", "Show"),
    "options": ("Tuỳ chọn", "Options"),
    "cite_ris": ("Tải RIS (Zotero, EndNote)", "Download RIS (Zotero, EndNote)"),
    "cite_bibtex": ("Tải BibTeX", "Download BibTeX"),
    "cite_csl-json": ("Tải CSL-JSON", "Download CSL-JSON"),
    "questions": ("Câu hỏi hay gặp", "Questions often asked"),
    "province": ("Tỉnh, thành", "Province"),
    "province_hint": ("tên cũ hay mới", "old or new name"),
    "formerly": ("trước là {names}", "formerly {names}"),
    "section": ("Chuyên mục", "Section"),
    "topic": ("Chủ đề", "Topic"),
    "author": ("Tác giả", "Author"),
    "since": ("Từ ngày", "From"),
    "until": ("Đến ngày", "To"),
    "order": ("Xếp theo", "Order"),
    "newest": ("mới nhất", "newest first"),
    "relevance": ("sát câu hỏi nhất", "relevance"),
    "exact": ("Đúng dấu như đã gõ", "Marks exactly as typed"),
    "narrow": ("Lọc", "Filters"),
    "apply": ("Tìm lại", "Search again"),
    "found": ("{count} bài", "{count} articles"),
    "found_one": ("1 bài", "1 article"),
    "found_none": ("Không thấy bài nào", "Nothing found"),
    "found_none_hint": (
        "Thử ít từ hơn, bỏ bớt điều kiện lọc, hoặc thêm * sau phần đầu của từ.",
        "Try fewer words, drop a filter, or put * after the beginning of a word.",
    ),
    "not_counted": ("Quá nhiều bài, chưa đếm hết trong thời hạn.", "Too many articles to count in time."),
    "counts_fold": (
        "Các con số không phân biệt dấu; danh sách thì đúng dấu như đã gõ.",
        "The counts disregard marks; the list has them as typed.",
    ),
    "misread": ("Không hiểu ngày “{text}”: viết như 11/07/2024.", "“{text}” is not a day: write 11/07/2024."),
    "results": ("Kết quả", "Results"),
    "unknown_site": ("Kho không có nguồn “{value}”.", "This archive has no source “{value}”."),
    "unknown_province": (
        "Không tỉnh, thành nào mang hay từng mang tên “{value}”.",
        "No province has or had the name “{value}”.",
    ),
    "unknown_topic": ("Không có chủ đề hay từ theo dõi “{value}”.", "There is no topic or watchword “{value}”."),
    "unknown_section": ("Không bài nào thuộc chuyên mục “{value}”.", "No article stands in the section “{value}”."),
    "unknown_author": ("Không bài nào ký tên “{value}”.", "No article has the byline “{value}”."),
    "unknown_since": ("Ngày đầu {value} sau ngày cuối.", "The first day, {value}, is after the last."),
    "take_along": ("Tải về các bài này", "Take these articles along"),
    "take_along_note": (
        "Trọn mọi bài tìm thấy, mới nhất trước, nhiều nhất {most} bài một tệp; nhiều hơn thì dùng tinkhoi export.",
        "All articles found, whole, newest first, at most {most} in a file; for more use tinkhoi export.",
    ),
    "what_fields_mean": ("Ý nghĩa các cột", "What the columns mean"),
    "too_many": (
        "Quá {most} bài, hay mất quá nhiều thời gian: hãy lọc bớt, hoặc dùng tinkhoi export --matching.",
        "More than {most} articles, or it takes too long: narrow the search, or use tinkhoi export --matching.",
    ),
    "feed": ("Theo dõi bằng Atom", "Follow by Atom"),
    "watchwords": ("Từ theo dõi", "Watchwords"),
    "watchwords_note": (
        "Mỗi đêm, báo cáo đếm bài mới có các từ này. Các bài đã có trong kho cũng được đánh dấu.",
        "The report of each night counts the new articles with these words. Articles held already are marked too.",
    ),
    "watch_words": ("Từ hay cụm từ", "Word or phrase"),
    "watch_hint": (
        "Các từ phải đứng liền nhau. Gõ có dấu thì chỉ tìm đúng dấu ấy, không dấu thì tìm mọi dấu.",
        "The words must stand in a row. With marks only these marks are found, without marks any.",
    ),
    "watch_add": ("Theo dõi", "Follow"),
    "watch_these": ("Theo dõi các từ này", "Follow these words"),
    "watch_remove": ("Thôi theo dõi", "Stop following"),
    "watch_since": ("Theo dõi từ", "Followed since"),
    "watch_none": ("Chưa theo dõi từ nào.", "No word is followed yet."),
    "watch_yesterday": ("Bài thấy từ hôm qua", "Articles seen since yesterday"),
    "watch_refused": (
        "Không đổi gì: cần ít nhất một từ, nhiều nhất {longest} ký tự, và chỉ bỏ được từ đang theo dõi.",
        "Nothing was changed: give a word, {longest} characters at most; only a followed word can be removed.",
    ),
    "remove": ("Bỏ điều kiện {name}", "Remove the filter {name}"),
    "previous": ("Trang trước", "Previous page"),
    "next": ("Trang sau", "Next page"),
    "page": ("Trang {page}", "Page {page}"),
    "pages": ("Các trang kết quả", "Pages of results"),
    "no_section": ("không rõ", "none"),
    "no_day": ("không rõ ngày", "no day"),
    "between": ("trong khoảng {first} – {last}", "between {first} and {last}"),
    "topic_khoi": ("Đảng bộ khối", "Party blocs"),
    "topic_ke-thua": ("Đảng bộ kế thừa", "Successor bodies"),
    "topic_xay-dung-dang": ("Xây dựng Đảng", "Party building"),
    "original": ("Trang gốc", "Original page"),
    "published": ("Đăng", "Published"),
    "printed_as": ("trang in: “{text}”", "printed: “{text}”"),
    "updated": ("Trang ghi sửa lúc", "Updated, says the page"),
    "figures": ("Ảnh", "Pictures"),
    "figures_note": ("Kho không lưu ảnh; liên kết mở trang gốc.", "Pictures are not kept; a link opens the source."),
    "figure_link": ("Ảnh {number} ở trang gốc", "Picture {number} at its source"),
    "no_caption": ("Không có chú thích", "No caption"),
    "about": ("Về bản lưu này", "About this copy"),
    "capture": ("Bản chụp", "Capture"),
    "at_byte": ("{file}, từ byte {offset}", "{file}, from byte {offset}"),
    "captured_at": ("Chụp lúc", "Captured at"),
    "seen": ("Thấy", "Seen"),
    "seen_from_to": ("lần đầu {first}, lần cuối {last}", "first {first}, last {last}"),
    "text_hash": ("Mã băm của lời", "Hash of the words"),
    "parser": ("Bộ đọc", "Parser"),
    "citation": ("Trích dẫn", "Citation"),
    "addresses": ("Các địa chỉ", "Addresses"),
    "tags": ("Thẻ", "Tags"),
    "why_topic": ("Vì sao: “{words}” (quy tắc “{rule}”)", "Why: “{words}” (rule “{rule}”)"),
    "problems": ("Điều cần lưu ý", "Problems"),
    "elsewhere": ("Cùng tin ở nơi khác", "The same story elsewhere"),
    "first_publisher": ("đăng trước nhất", "first to publish"),
    "words_more": ("dài hơn {count} chữ", "{count} words more"),
    "words_fewer": ("ngắn hơn {count} chữ", "{count} words fewer"),
    "this_one": ("bài này", "this one"),
    "revisions": ("Các bản", "Revisions"),
    "one_revision": (
        "Từ lần thấy đầu, lời bài không đổi.",
        "Its words have not changed since they were first seen.",
    ),
    "revision": ("Bản {number}", "Revision {number}"),
    "why_first": ("bản đầu", "first seen"),
    "why_edited": ("toà soạn sửa", "edited at the source"),
    "why_parser": ("đọc lại từ bản chụp", "read anew from its capture"),
    "silent": ("sửa lặng: ngày cập nhật không đổi", "silent: the date of update did not move"),
    "diff_label": ("Thay đổi so với bản trước", "Changes from the revision before"),
    "same_text": ("Lời không đổi; ngày đăng đổi.", "The words are the same; the date changed."),
    "record": ("Bản ghi trong bảng articles", "Its row in the table articles"),
    "error": ("Có lỗi", "Error"),
    "error_404": ("Không có trang này", "There is no such page"),
    "error_400": ("Không hiểu yêu cầu", "The request was not understood"),
    "error_500": ("Trang này hỏng", "This page failed"),
    "refused_host": ("Hãy mở trang này bằng tên localhost.", "Ask for this page as localhost."),
    "refused_method": ("Các trang này chỉ để đọc.", "These pages can only be read."),
    "refused_size": ("Biểu mẫu gửi quá nhiều.", "The form sends too much."),
    "refused_address": ("Địa chỉ phải viết bằng ASCII.", "An address is written in ASCII."),
    "refused_foreign": ("Trang của nơi khác không được đọc trang này.", "A page of another site may not read this."),
    "error_back": ("Về trang đầu", "Back to the first page"),
    "tables": ("Bảng", "Tables"),
    "views": ("Khung nhìn", "Views"),
    "own_sql": ("Tự viết SQL", "Write your own SQL"),
    "sql": ("Câu SQL (chỉ đọc)", "SQL (read-only)"),
    "run": ("Chạy", "Run"),
    "edit_sql": ("Sửa câu SQL", "Edit the SQL"),
    "show_sql": ("Xem câu SQL", "Show the SQL"),
    "hide_sql": ("Ẩn câu SQL", "Hide the SQL"),
    "rows": ("{count} dòng", "{count} rows"),
    "rows_more": ("hơn {count} dòng, chỉ cho xem chừng ấy", "more than {count} rows; these are shown"),
    "many_rows": ("nhiều dòng", "many rows"),
    "no_rows": ("Không có dòng nào", "No rows"),
    "as_format": ("Lấy dưới dạng", "Get as"),
    "table_label": ("Bảng kết quả, cuộn ngang được", "Table of results, scrolls sideways"),
    "filter_column": ("cột", "column"),
    "filter_op": ("phép so", "comparison"),
    "filter_value": ("giá trị", "value"),
    "lookup_contains": ("có chứa", "contains"),
    "lookup_endswith": ("kết thúc bằng", "ends with"),
    "lookup_startswith": ("bắt đầu bằng", "starts with"),
    "lookup_like": ("khớp mẫu LIKE", "is like"),
    "lookup_notlike": ("không khớp mẫu LIKE", "is not like"),
    "lookup_glob": ("khớp mẫu GLOB", "matches GLOB"),
    "lookup_in": ("là một trong", "is one of"),
    "lookup_notin": ("không là một trong", "is none of"),
    "lookup_arraycontains": ("danh sách có", "list has"),
    "lookup_arraynotcontains": ("danh sách không có", "list has not"),
    "lookup_date": ("vào ngày", "is on the day"),
    "lookup_isnull": ("không có giá trị", "has no value"),
    "lookup_notnull": ("có giá trị", "has a value"),
    "lookup_isblank": ("để trống", "is blank"),
    "lookup_notblank": ("không để trống", "is not blank"),
    "no_filter": ("– không lọc –", "– no filter –"),
    "definition": ("Định nghĩa", "Definition"),
    "links_from": ("Dòng của bảng khác trỏ đến đây", "Rows of other tables that point here"),
    "next_rows": ("Các dòng sau", "Next rows"),
    "footer": (
        "Đọc từ máy này, không gọi ra mạng. Ảnh và kiểu trang gốc không được lưu.",
        "Read from this machine, no request leaves it. Pictures and styles of the sources are not kept.",
    ),
    "other_language": ("English", "Tiếng Việt"),
} | STUDY_WORDS
"""Each in Vietnamese and in English."""

TOPICS = ("khoi", "ke-thua", "xay-dung-dang")
"""The topics that have a name of their own, in the order in which they are shown."""


def say(name: str, /, **values: object) -> str:
    """The words called ``name`` in the reader's language. Raises KeyError for a name there is not."""
    vietnamese, english = WORDS[name]
    text = vietnamese if language.get() == "vi" else english
    return text.format(**{k: figure(v) if isinstance(v, int) else v for k, v in values.items()})


def lookup_name(key: str) -> str | None:
    """What a comparison of Datasette's filters is called; None for a sign that all can read, such as ``=``."""
    name = f"lookup_{key}"
    return say(name) if name in WORDS else None


def reason_text(kind: str) -> str:
    """The kind of a problem, or why a page was refused; a kind without words stays as it is."""
    return reason(kind, language.get())


def detail_text(kept: str) -> tuple[str, Lang]:
    """What was kept of a page or a problem, and the language it is told in."""
    return wording.detail(kept, language.get())


def messages_text(kept: str | Sequence[Mapping[str, Any]] | None, stored: str) -> str:
    """The messages of a run in the reader's language; ``stored`` if an earlier version kept only that text."""
    return "; ".join(wording.say(each, language.get()) for each in from_json(kept)) or stored


def figure(count: int) -> str:
    """A number as the reader's language writes it."""
    return number(count, language.get())


def decimal_text(value: float, places: int = 1) -> str:
    """``12,5`` in Vietnamese, ``12.5`` in English; without its zeros after the point."""
    whole, point, rest = f"{value:,.{places}f}".partition(".")
    rest = rest.rstrip("0")
    if language.get() == "vi":
        return whole.replace(",", ".") + ("," + rest if rest else "")
    return whole + (point + rest if rest else "")


def period_text(period: Period) -> str:
    """``07/2024`` for a month; for a week ``08/07/2024``, its Monday; else both ends."""
    if period.first.day == 1 and period.days >= 28 and (period.last + timedelta(days=1)).day == 1:
        return month_text(f"{period.first:%Y-%m}")
    if period.days == 7 and period.first.weekday() == 0:
        return say("week_of", day=day_text(period.first))
    return f"{day_text(period.first)} – {day_text(period.last)}"


def topic_name(topic: str) -> str:
    """The name of a topic for people; a watchword is its own name."""
    return say(f"topic_{topic}") if topic in TOPICS else topic


def in_vietnam(moment: str) -> datetime:
    """A stored moment on Vietnam's clock."""
    return datetime.fromisoformat(moment).astimezone(VIETNAM)


def day_text(day: str | date | None) -> str:
    """``11/07/2024``; words for a day that is not known."""
    if day is None:
        return say("no_day")
    return f"{date.fromisoformat(day) if isinstance(day, str) else day:%d/%m/%Y}"


def days_text(day: str | None, first: str | None, last: str | None) -> str:
    """``11/07/2024``; ``10/07/2024 – 11/07/2024`` where only the moments are known that it lies between."""
    if day is None and first is not None and last is not None:
        return f"{day_text(first[:10])} – {day_text(last[:10])}"
    return day_text(day)


def month_text(month: str) -> str:
    """``07/2024``."""
    year, _, number_of_month = month.partition("-")
    return f"{number_of_month}/{year}"


def moment_text(moment: str | datetime) -> str:
    """``11/07/2024 15:51`` on Vietnam's clock."""
    return f"{in_vietnam(moment if isinstance(moment, str) else moment.isoformat()):%d/%m/%Y %H:%M}"


def full_moment_text(moment: datetime) -> str:
    """``15:51, 11/07/2024 (GMT+7)``, as papers print it."""
    return f"{moment.astimezone(VIETNAM):%H:%M, %d/%m/%Y} (GMT+7)"


def interval_text(first: datetime, last: datetime) -> str:
    """``trong khoảng 21:30 – 23:00, 11/07/2024 (GMT+7)``; both days where it reaches over a midnight."""
    first, last = first.astimezone(VIETNAM), last.astimezone(VIETNAM)
    begin = f"{first:%H:%M}" if first.date() == last.date() else f"{first:%H:%M, %d/%m/%Y}"
    return say("between", first=begin, last=f"{last:%H:%M, %d/%m/%Y} (GMT+7)")


def preferred(cookie: str | None, accept_language: str, default: Lang) -> Lang:
    """The language chosen by link (the cookie), else the first of both that the browser accepts, else ``default``."""
    if cookie in {"vi", "en"}:
        return "vi" if cookie == "vi" else "en"
    best, weight = default, 0.0
    for part in accept_language.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            asked = float(quality) if quality else 1.0
        except ValueError:
            continue
        tag = name.lower().partition("-")[0]
        if tag in {"vi", "en"} and asked > weight:
            best, weight = ("vi" if tag == "vi" else "en"), asked
    return best
