"""The morning report: one night on one screen, in Vietnamese or English.

Its rules: the sums balance; each number has a view in the database; each warning names one command; "no news" and
"could not look" never look alike; a good night is short.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.outcome.exit_codes import ExitCode
from flows.outcome.messages import Lang, in_language, number
from flows.outcome.night_summary import NightSummary
from scraper.clock import VIETNAM

_WORDS: dict[Lang, dict[str, str]] = {
    "vi": {
        "head": "TIN KHỐI · đêm {night}, {start}–{end} giờ VN · {verdict}",
        "well": "MỌI SỰ ỔN",
        "look": "CẦN XEM {count} VIỆC (mã {code})",
        "network": "Mất mạng: không máy chủ nào trả lời; kho giữ nguyên, đêm sau thử lại",
        "disk": "Hết chỗ trên đĩa: dọn đĩa rồi chạy lại; những gì đã ghi nhận còn nguyên",
        "sources": "Nguồn: {whole}/{total} đọc hết danh sách",
        "sources_left": " · {left} chưa (xem ⚠)",
        "links": "Liên kết: {seen} thấy = {already} đã có + {new} mới + {rejected} loại + {waiting} chưa lấy được",
        "sources_unfinished": " · {left} chưa tới cuối",
        "again": " (thử lại đêm sau)",
        "aside": " + {aside} để ngoài",
        "requests": "Yêu cầu: {total} = {parts}",
        "source": "{n} nguồn",
        "article": "{n} bài mới",
        "recheck": "{n} xem lại",
        "robots": "{n} robots",
        "other": "{n} khác",
        "new": "Mới {new}: {parts}",
        "khoi": "{n} khối",
        "ke-thua": "{n} đảng bộ kế thừa",
        "xay-dung-dang": "{n} xây dựng Đảng",
        "no-topic": "{n} khác",
        "watched": "theo dõi «{words}»: {n}",
        "edits": "Sửa {edited}, trong đó {silent} sửa lặng · Gỡ {gone}",
        "kept": ": {keys} (bản lưu còn)",
        "rejects": "Loại {n}: {parts}; không ghi, không đè",
        "failed": "⚠ {site}: {reason} → tinkhoi crawl {site}",
        "problems": "Việc còn mở: {n} → bảng problems",
        "missed": "⚠ Lỡ {n} đêm: {nights}; đêm nay lấy bù → tinkhoi doctor",
        "back": "Lùi về trước: {sites}",
        "back_from": "{site} đủ từ {day}",
        "back_none": "{site} chưa đủ",
        "back_left": " (cần từ {wanted}, còn {waiting} liên kết chờ)",
        "next": " · chạy tiếp {at}",
        "store": "Kho {articles} bài · {size} (+{added}), còn {free}",
    },
    "en": {
        "head": "TIN KHỐI · night of {night}, {start}–{end} Vietnam time · {verdict}",
        "well": "ALL IS WELL",
        "look": "{count} TO LOOK AT (code {code})",
        "network": "The network is down: no server answered; the archive is as it was, the next night tries again",
        "disk": "No space is left: make room and run again; what was acknowledged is kept",
        "sources": "Sources: {whole}/{total} lists read whole",
        "sources_left": " · {left} not (see ⚠)",
        "links": "Links: {seen} seen = {already} held + {new} new + {rejected} rejected + {waiting} not yet had",
        "sources_unfinished": " · {left} not to their end",
        "again": " (tried again next night)",
        "aside": " + {aside} set aside",
        "requests": "Requests: {total} = {parts}",
        "source": "{n} sources",
        "article": "{n} new articles",
        "recheck": "{n} re-checks",
        "robots": "{n} robots",
        "other": "{n} other",
        "new": "New {new}: {parts}",
        "khoi": "{n} bloc",
        "ke-thua": "{n} successor bodies",
        "xay-dung-dang": "{n} party building",
        "no-topic": "{n} other",
        "watched": "watched «{words}»: {n}",
        "edits": "Edited {edited}, {silent} of them silently · Gone {gone}",
        "kept": ": {keys} (our copy is kept)",
        "rejects": "Rejected {n}: {parts}; not written, nothing overwritten",
        "failed": "⚠ {site}: {reason} → tinkhoi crawl {site}",
        "problems": "Open problems: {n} → table problems",
        "missed": "⚠ {n} nights did not happen: {nights}; this one catches up → tinkhoi doctor",
        "back": "Way back: {sites}",
        "back_from": "{site} complete from {day}",
        "back_none": "{site} not yet complete",
        "back_left": " (wanted from {wanted}, {waiting} links waiting)",
        "next": " · next run {at}",
        "store": "Archive: {articles} articles · {size} (+{added}), {free} free",
    },
}


def render(summary: NightSummary, lang: Lang) -> str:
    """The report as text, one line a finding."""
    words = _WORDS[lang]

    def say(name: str, **values: object) -> str:
        return words[name].format(**{k: number(v, lang) if isinstance(v, int) else v for k, v in values.items()})

    def parts(counts: Mapping[str, int], names: Mapping[str, str]) -> Sequence[str]:
        return [say(names[key], n=n) for key, n in counts.items() if n]

    counted = summary.counted
    looks = len(summary.failures) + len(summary.findings) + bool(summary.missed)
    started, ended = (moment.astimezone(VIETNAM) for moment in (summary.started, summary.ended))
    good = summary.exit_code == ExitCode.OK and not looks
    lines = [
        say(
            "head",
            night=f"{started:%d/%m/%Y}",
            start=f"{started:%H:%M}",
            end=f"{ended:%H:%M}",
            verdict=words["well"] if good else say("look", count=max(looks, 1), code=int(summary.exit_code)),
        )
    ]
    urgent = {ExitCode.NETWORK: "network", ExitCode.DISK_FULL: "disk"}
    if summary.exit_code in urgent:
        lines.append(words[urgent[summary.exit_code]])
    lines += [f"· {in_language(note, lang)}" for note in summary.notes]
    left = counted.sources_total - counted.sources_whole
    lines.append(
        say("sources", whole=counted.sources_whole, total=counted.sources_total)
        + (say("sources_left" if looks else "sources_unfinished", left=left) if left else "")
    )
    lines.append(
        say(
            "links",
            seen=counted.links_seen,
            already=counted.already,
            new=counted.new,
            rejected=counted.rejected,
            waiting=counted.waiting,
        )
        + (words["again"] if counted.waiting else "")
        + (say("aside", aside=counted.set_aside) if counted.set_aside else "")
    )
    kinds = {"sources": "source", "articles": "article", "rechecks": "recheck", "robots": "robots", "other": "other"}
    lines.append(
        say("requests", total=counted.requests, parts=" + ".join(parts(counted.requests_by_kind, kinds)) or "0")
    )
    if counted.new:
        topics = {"khoi": "khoi", "ke-thua": "ke-thua", "xay-dung-dang": "xay-dung-dang", "other": "no-topic"}
        watched = " · ".join(say("watched", words=watchword, n=n) for watchword, n in counted.new_by_watch.items())
        line = say("new", new=counted.new, parts=" · ".join(parts(counted.new_by_topic, topics)))
        lines.append(f"{line} | {watched}" if watched else line)
    if counted.edited or counted.gone:
        line = say("edits", edited=counted.edited, silent=counted.silent, gone=len(counted.gone))
        if counted.gone:
            shown = ", ".join(counted.gone[:5]) + (", …" if len(counted.gone) > 5 else "")
            line += say("kept", keys=shown)
        lines.append(line)
    if counted.rejected:
        reasons = ", ".join(f"{number(n, lang)} {in_language(reason, lang)}" for reason, n in counted.rejects.items())
        lines.append(say("rejects", n=counted.rejected, parts=reasons))
    if summary.missed:
        nights = ", ".join(f"{night:%d/%m/%Y}" for night in summary.missed)
        lines.append(say("missed", n=len(summary.missed), nights=nights))
    lines += [say("failed", site=site, reason=in_language(why, lang)) for site, why in summary.failures.items()]
    lines += [f"⚠ {w.site}: {in_language(w.detail, lang)} → {w.command}" for w in summary.findings]
    if summary.way_back:
        reached = [
            (
                say("back_from", site=at.site, day=f"{at.complete_from:%d/%m/%Y}")
                if at.complete_from
                else say("back_none", site=at.site)
            )
            + say("back_left", wanted=f"{at.wanted:%d/%m/%Y}", waiting=at.waiting)
            for at in summary.way_back[:5]
        ]
        lines.append(say("back", sites="; ".join(reached) + ("; …" if len(summary.way_back) > 5 else "")))
    if counted.problems:
        lines.append(say("problems", n=counted.problems))
    lines.append(
        say(
            "store",
            articles=counted.articles_total,
            size=size(summary.bytes_total, lang),
            added=size(summary.bytes_added, lang),
            free=size(summary.bytes_free, lang),
        )
        + (say("next", at=f"{summary.next_run.astimezone(VIETNAM):%d/%m/%Y %H:%M}") if summary.next_run else "")
    )
    return "\n".join(lines)


def size(count: int, lang: Lang) -> str:
    """A number of bytes for people: ``3,1 GB`` in Vietnamese, ``3.1 GB`` in English."""
    value = float(count)
    units = ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    unit = units[0]
    text = f"{value:.1f}" if unit not in {"B", "kB"} and value < 100 else f"{value:.0f}"
    return f"{text.replace('.', ',') if lang == 'vi' else text} {unit}"
