"""Alarms: each kind told once, by e-mail and by webhook, to servers on this machine."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.outcome.alarms import LEAST_FREE, after_failure, after_night, alarms_of, by_apprise
from flows.outcome.exit_codes import ExitCode, RunError
from flows.outcome.messages import Lang, message
from flows.outcome.night_summary import Finding, NightSummary
from flows.runs.night import run_night
from flows.runs.request import NightRequest
from flows.storage.folder import DataFolder
from flows.storage.settings import Settings
from scraper.clock import VIETNAM
from scraper.sample import SITE_ID, SampleNewspaper
from scraper.store.runs import RunSummary

FIRST = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # 01:30 on 24 November in Vietnam


def summary(night: int = 0, *, exit_code: ExitCode = ExitCode.OK, **changes: Any) -> NightSummary:
    """A good night ``night`` days after the first, with ``changes``."""
    started = FIRST + timedelta(days=night)
    counts = dict.fromkeys(
        ("sources_total", "sources_whole", "links_seen", "already", "new", "rejected", "waiting", "set_aside"), 0
    )
    counted = RunSummary(
        run="r",
        night="2026-11-24",
        trigger="nightly",
        started=started.isoformat(),
        ended=None,
        verdict=None,
        exit_code=None,
        sites=(),
        requests=0,
        requests_by_kind={},
        new_by_topic={},
        edited=0,
        silent=0,
        gone=(),
        rejects={},
        problems=0,
        bytes=0,
        articles_total=0,
        **counts,  # type: ignore[arg-type]
    )
    good = NightSummary(
        counted=counted,
        started=started,
        ended=started + timedelta(minutes=5),
        exit_code=exit_code,
        failures={},
        findings=(),
        bytes_total=1,
        bytes_added=0,
        bytes_free=LEAST_FREE * 100,
    )
    return replace(good, **changes)


MESSAGES = {
    "silent": message("silent", day="2026-11-19", rate=12.0),
    "layout": message("layout", some=3, all=9),
    "lies": message("lies", all=9, reasons={"soft-404": 4}),
    "lost": message("lost", some=3, all=4),
    "vanished": message("vanished", some=30),
    "empty": message("empty", url="http://bao.vn/"),
}


def finding(kind: str, site: str = "bao") -> Finding:
    return Finding(site=site, message=MESSAGES[kind], command=f"tinkhoi sites check {site}")


DNS = message("unread", url="http://bao.vn/", why="dns")
BLOCKED = message("ended-early", why="blocked")


def found(kind: str) -> dict[str, Any]:
    """What a night is like that has one finding."""
    return {"exit_code": ExitCode.DATA, "findings": (finding(kind),)}


KINDS: dict[str, dict[str, Any]] = {
    "nothing since 2026-11-19, usually 12 a month": found("silent"),
    "3 of 9 article pages no longer fit its page object": {
        "exit_code": ExitCode.DATA,
        "findings": (finding("layout"),),
    },
    "of 9 article pages: 4 soft-404; nothing was overwritten": {
        "exit_code": ExitCode.DATA,
        "findings": (finding("lies"),),
    },
    "3 of 4 new addresses lead to no article": found("lost"),
    "30 known articles vanished at once: not counted as gone yet": {
        "exit_code": ExitCode.DATA,
        "findings": (finding("vanished"),),
    },
    "http://bao.vn/ shows no article any more": found("empty"),
    "bao: the crawl ended early: blocked": {
        "exit_code": ExitCode.SITES_FAILED,
        "failures": {"bao": BLOCKED},
    },
    "the disk is full": {"exit_code": ExitCode.DISK_FULL},
    "or nearly so": {"bytes_free": LEAST_FREE - 1},
    "nights that did not happen: 22/11/2026, 23/11/2026": {"missed": (date(2026, 11, 22), date(2026, 11, 23))},
    "the network is down": {
        "exit_code": ExitCode.NETWORK,
        "failures": {"bao": DNS},
    },
}


class Post:
    """Takes messages in place of :func:`by_apprise`."""

    def __init__(self, works: bool = True) -> None:
        self.sent: list[tuple[str, str]] = []
        self.works = works

    def __call__(self, addresses: Sequence[str], title: str, text: str) -> bool:
        if self.works:
            self.sent.append((title, text))
        return self.works


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(root=tmp_path)
    folder.save_settings(Settings(alarms=("json://127.0.0.1:1/",)))
    return folder


@contextmanager
def mail_server() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server on loopback that takes everything (RFC 5321, as far as one message needs it)."""
    taken: list[bytes] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            def say(line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

            say("220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    say("354 go on")
                    lines = []
                    while (text := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(text)
                    taken.append(b"".join(lines))
                    say("250 taken")
                elif verb == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.server_address[1], taken
        server.shutdown()


def mail_to(port: int) -> str:
    """The address of alarms that go to :func:`mail_server`."""
    return f"mailto://127.0.0.1:{port}?from=kho@bao.example&to=nguoi.doc@bao.example"


def letter(mail: bytes) -> tuple[str, str]:
    """Subject and plain text of a mail."""
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["Subject"]), str(body.get_content())


@contextmanager
def webhook() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """A webhook on loopback."""
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_port, taken
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_alarm_of_each_kind_is_told_once(kind: str, data: DataFolder) -> None:
    pytest.importorskip("apprise", reason="Apprise is not installed (the extra `alarms`)")
    with mail_server() as (mail_port, mails), webhook() as (hook_port, hooks):
        data.save_settings(Settings(alarms=(mail_to(mail_port), f"json://127.0.0.1:{hook_port}/")))
        after_night(data, summary())
        for night in (1, 2, 3):
            after_night(data, summary(night, **KINDS[kind]))
    letters = [letter(mail) for mail in mails]
    posts = [(hook["title"], hook["message"]) for hook in hooks]
    for sent in (letters, posts):
        assert len(sent) == 2
        assert sent[0][0] == "Tin Khối 24/11/2026: all is well"
        title, text = sent[1]
        assert "25/11/2026" in title and "1 ⚠" in title
        assert text.startswith("⚠ ") and kind in text.splitlines()[0]


def test_a_good_week_sends_only_the_sign_of_life(data: DataFolder) -> None:
    post = Post()
    for night in range(7):
        after_night(data, summary(night), post)
    assert [title for title, _ in post.sent] == ["Tin Khối 24/11/2026: all is well"]
    after_night(data, summary(7), post)
    assert [title for title, _ in post.sent[1:]] == ["Tin Khối 01/12/2026: all is well"]


def test_what_stands_is_told_again_in_the_sign_of_life(data: DataFolder) -> None:
    post = Post()
    for night in range(8):
        after_night(data, summary(night, exit_code=ExitCode.DATA, findings=(finding("silent"),)), post)
    assert len(post.sent) == 2
    assert post.sent[1][1].startswith("… still: bao: nothing since 2026-11-19, usually 12 a month")


def test_an_alarm_that_went_and_came_again_is_told_again(data: DataFolder) -> None:
    post = Post()
    bad = {"exit_code": ExitCode.DATA, "findings": (finding("silent"),)}
    for night, changes in enumerate((bad, {}, bad)):
        after_night(data, summary(night, **changes), post)  # type: ignore[arg-type]
    assert len(post.sent) == 2


def test_one_message_a_night_and_a_late_alarm_the_next(data: DataFolder) -> None:
    post = Post()
    bad = {"exit_code": ExitCode.DATA, "findings": (finding("layout"),)}
    after_night(data, summary(0), post)
    after_night(data, summary(0, **bad), post)  # type: ignore[arg-type]
    assert len(post.sent) == 1
    after_night(data, summary(1, **bad), post)  # type: ignore[arg-type]
    assert "3 of 9 article pages no longer fit its page object" in post.sent[1][1]


def test_a_second_run_of_a_night_tells_what_no_later_night_would(data: DataFolder) -> None:
    """The network was down at half past one; the run after it brought articles with a watchword."""
    post = Post()
    after_night(data, summary(0, exit_code=ExitCode.NETWORK), post)
    for run, count in (("second", 3), ("third", 1), ("third", 1)):
        found = night_with_watchword(0, kỷ_luật=count)
        after_night(data, replace(found, counted=replace(found.counted, run=run)), post)
    assert [text.partition(" → ")[0] for _, text in post.sent[1:]] == [
        "⚠ watched «kỷ_luật»: 3 new",
        "⚠ watched «kỷ_luật»: 1 new",
    ]


def test_what_no_later_night_would_tell_is_kept_until_it_could_be_sent(data: DataFolder) -> None:
    refused = Post(works=False)
    for night, count in enumerate((2, 3)):
        found = night_with_watchword(night, khen=count)
        after_night(data, found, refused)
    post = Post()
    for night in (2, 3):
        after_night(data, summary(night), post)
    assert len(post.sent) == 1
    told = [line.partition(" → ")[0] for line in post.sent[0][1].splitlines()[:2]]
    assert sorted(told) == ["⚠ watched «khen»: 2 new", "⚠ watched «khen»: 3 new"]


def test_many_alarms_are_one_message(data: DataFolder) -> None:
    post = Post()
    findings = tuple(finding("silent", f"bao{n}") for n in range(5))
    after_night(data, summary(exit_code=ExitCode.DATA, findings=findings), post)
    assert len(post.sent) == 1
    assert all(f"bao{n}: nothing since 2026-11-19, usually 12 a month" in post.sent[0][1] for n in range(5))


def test_a_message_that_could_not_be_sent_is_tried_again(data: DataFolder) -> None:
    bad = {"exit_code": ExitCode.DATA, "findings": (finding("silent"),)}
    after_night(data, summary(**bad), Post(works=False))  # type: ignore[arg-type]
    post = Post()
    after_night(data, summary(1, **bad), post)  # type: ignore[arg-type]
    assert post.sent[0][1].startswith("⚠ bao: nothing since 2026-11-19, usually 12 a month")


def test_a_night_that_could_not_begin_is_told(data: DataFolder) -> None:
    post = Post()
    after_failure(data, FIRST, RunError("no contact address is set", ExitCode.CONFIGURATION), post)
    after_failure(data, FIRST, RunError("no contact address is set", ExitCode.CONFIGURATION), post)
    assert len(post.sent) == 1
    assert "the night did not happen: no contact address is set (code 4" in post.sent[0][1]


def test_a_dead_network_is_one_alarm_not_one_for_each_site() -> None:
    bad = summary(exit_code=ExitCode.NETWORK, failures={f"bao{n}": message("not-asked") for n in range(60)})
    assert (
        [alarm.name for alarm in alarms_of(bad, "vi")]
        == [alarm.name for alarm in alarms_of(bad, "en")]
        == ["network"]
    )


BAD: dict[str, Any] = {
    "exit_code": ExitCode.DATA,
    "findings": (finding("silent"),),
    "failures": {"khac": DNS},
    "missed": (date(2026, 11, 22),),
    "bytes_free": 1_234_567,
}
VIETNAMESE = [
    "⚠ đĩa đầy hoặc sắp đầy: còn 1.234.567 byte",
    "⚠ những đêm không chạy: 22/11/2026",
    "⚠ bao: không có bài từ 19/11/2026, thường 12 bài một tháng → tinkhoi sites check bao",
    "⚠ khac: http://bao.vn/: không tìm được máy chủ theo tên → tinkhoi crawl khac",
]
ENGLISH = [
    "⚠ the disk is full or nearly so: 1,234,567 bytes free",
    "⚠ nights that did not happen: 22/11/2026",
    "⚠ bao: nothing since 2026-11-19, usually 12 a month → tinkhoi sites check bao",
    "⚠ khac: http://bao.vn/: dns → tinkhoi crawl khac",
]


@pytest.mark.parametrize(
    ("lang", "lines", "well"), [("vi", VIETNAMESE, "mọi việc ổn"), ("en", ENGLISH, "all is well")]
)
def test_an_alarm_is_in_the_language_that_was_chosen(
    lang: Lang, lines: list[str], well: str, data: DataFolder
) -> None:
    data.save_settings(Settings(alarms=("json://127.0.0.1/",), lang=lang))
    post = Post()
    after_night(data, summary(), post)
    after_night(data, summary(1, **BAD), post)
    assert post.sent[0][0] == f"Tin Khối 24/11/2026: {well}"
    title, text = post.sent[1]
    assert title == f"Tin Khối 25/11/2026: 4 {lines[0]}"
    assert text.splitlines()[:5] == [*lines, ""]
    assert ("đêm 25/11/2026" in text, "night of 25/11/2026" in text) == (lang == "vi", lang == "en")


def test_without_a_choice_the_language_of_the_locale_comes_first_and_then_the_other(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    post = Post()
    after_night(data, summary(**BAD), post)
    title, text = post.sent[0]
    assert title.endswith(VIETNAMESE[0])
    assert text.index(VIETNAMESE[-1]) < text.index("đêm 24/11/2026") < text.index(ENGLISH[0])
    assert text.index(ENGLISH[-1]) < text.index("night of 24/11/2026")


def test_a_night_that_could_not_begin_is_told_in_the_language_that_was_chosen(data: DataFolder) -> None:
    data.save_settings(Settings(alarms=("json://127.0.0.1/",), lang="vi"))
    post = Post()
    wrong = RunError(
        "no site of a province {province!r}; `tinkhoi sites` shows each site's",
        ExitCode.CONFIGURATION,
        province="Đâu",
    )
    after_failure(data, FIRST, wrong, post)
    assert post.sent[0][1] == (
        "⚠ đêm nay không chạy: không có nguồn nào của tỉnh 'Đâu'; `tinkhoi sites` cho biết tỉnh của từng nguồn"
        " (mã 4: cấu hình hoặc lược đồ)\n"
    )


def test_without_addresses_nothing_is_sent_and_nothing_kept(tmp_path: Path) -> None:
    post = Post()
    after_night(DataFolder(root=tmp_path), summary(exit_code=ExitCode.DISK_FULL), post)
    assert post.sent == [] and not list(tmp_path.iterdir())


def test_an_address_of_no_kind_does_not_break_the_night(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = DataFolder(root=tmp_path)
    data.save_settings(Settings(alarms=("nosuchkind://secret",)))
    after_night(data, summary())
    assert "nosuchkind" in caplog.text and "secret" not in caplog.text


def test_e_mail_and_webhook_take_the_same_message() -> None:
    pytest.importorskip("apprise", reason="Apprise is not installed (the extra `alarms`)")
    with mail_server() as (mail_port, mails), webhook() as (hook_port, hooks):
        addresses = [mail_to(mail_port), f"json://127.0.0.1:{hook_port}/"]
        assert by_apprise(addresses, "Tin Khối: một việc", "⚠ báo: bố cục đổi")
    assert len(mails) == len(hooks) == 1
    assert message_from_bytes(mails[0], policy=policy.default)["To"] == "nguoi.doc@bao.example"
    subject, text = letter(mails[0])
    assert subject == "Tin Khối: một việc" and "⚠ báo: bố cục đổi" in text
    assert hooks[0]["title"] == "Tin Khối: một việc" and hooks[0]["message"] == "⚠ báo: bố cục đổi"


def test_a_night_tells_by_itself_and_a_crawl_by_hand_does_not(tmp_path: Path) -> None:
    pytest.importorskip("apprise", reason="Apprise is not installed (the extra `alarms`)")
    newspaper = SampleNewspaper(today=date(2026, 11, 24))
    data = DataFolder(root=tmp_path)
    with webhook() as (port, hooks):
        data.save_settings(Settings(alarms=(f"json://127.0.0.1:{port}/",)))
        with newspaper.serve() as server:
            (tmp_path / "sites").mkdir()
            (tmp_path / "sites" / f"{SITE_ID}.toml").write_text(newspaper.site_file(server.url), encoding="utf-8")
            run_night(NightRequest(data=data, sites=(SITE_ID,), trigger="manual", now=FIRST))
            assert hooks == []
            run_night(NightRequest(data=data, now=FIRST + timedelta(days=1)))
        assert [hook["title"] for hook in hooks] == ["Tin Khối 25/11/2026: all is well"]
        run_night(NightRequest(data=data, now=FIRST + timedelta(days=2)))  # nothing answers any more
    assert len(hooks) == 2 and SITE_ID in hooks[1]["message"]


def night_with_watchword(night: int, **found: int) -> NightSummary:
    one = summary(night)
    day = one.started.astimezone(VIETNAM).date().isoformat()
    return replace(one, counted=replace(one.counted, run=f"run of {day}", night=day, new_by_watch=found))


def test_new_articles_with_a_watchword_are_told_each_night_that_brings_some(data: DataFolder) -> None:
    post = Post()
    for night, found in enumerate(({"thi đua": 2}, {"thi đua": 1}, {}, {"thi đua": 3})):
        after_night(data, night_with_watchword(night, **found), post)
    assert [text.partition("\n")[0] for _, text in post.sent] == [
        f"⚠ watched «thi đua»: {count} new → tinkhoi search --topic 'thi đua'" for count in (2, 1, 3)
    ]
    assert all("… still" not in text for _, text in post.sent)
