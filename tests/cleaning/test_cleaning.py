"""The one door: what is taken out of a body, what must stay in it, and what is no article."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from scraper.cleaning import refine, soft_error
from scraper.cleaning.bylines import same_name, without_signature
from scraper.cleaning.captions import pair_captions
from scraper.cleaning.leads import masthead, without_empty_zones, without_repeated_lead
from scraper.items import REASONS, Article, Paragraph, Picture, PrintedArticle, Reject, Topic, Witness, WitnessSource
from scraper.record import record

CAPTURED = datetime(2024, 7, 12, 1, 30, tzinfo=UTC)
TRUST = (WitnessSource.VISIBLE, WitnessSource.SITEMAP)
PROSE = "Trong 6 tháng đầu năm, Đảng ủy Khối tổ chức 1 lớp bồi dưỡng nhận thức về Đảng với 99 học viên."
LEAD = "(ABO) Sáng 11-7, Đảng ủy Khối tổ chức Hội nghị Ban Chấp hành Đảng bộ Khối lần thứ 19."
PICTURE = Picture(src="https://bao.vn/1.jpg")


def printed(**fields: Any) -> PrintedArticle:
    plain = PrintedArticle(
        url="https://bao.vn/bai-1.html",
        canonical_url=None,
        native_id="1",
        title="Đảng ủy Khối sơ kết 6 tháng đầu năm",
        lead=LEAD,
        body=(Paragraph(text=PROSE),),
        published_text="Thứ Năm, 11/07/2024, 15:51 (GMT+7)",
        parser="test/1",
    )
    return replace(plain, **fields)


def refined(page: PrintedArticle, **given: Any) -> Article:
    article = refine(page, **{"site": "bao", "key": "1", "trust": TRUST, "captured_at": CAPTURED, **given})
    assert isinstance(article, Article), article
    return article


def rejected(page: PrintedArticle) -> Reject:
    refusal = refine(page, site="bao", key="1", trust=TRUST, captured_at=CAPTURED)
    assert isinstance(refusal, Reject), refusal
    assert refusal.reason in REASONS
    return refusal


# --- masthead ---


@pytest.mark.parametrize(
    ("opening", "sign"),
    [
        ("(ABO) Sáng 11-7", "ABO"),
        ("(ĐN) Ngày 27-8", "ĐN"),
        ("BHG - Chiều 17/10", "BHG"),
        ("(Báo Quảng Ngãi)- Ngày 26/11", "Báo Quảng Ngãi"),
        ("(ĐTO) Sáng nay", "ĐTO"),
        ("(HG) - Ngày 2-10", "HG"),
        ("(GLO)- Sáng 5-9", "GLO"),
        ("(LĐ online) Sáng 8-8", "LĐ online"),
        ("TTĐT - Đồng chí Bí thư", "TTĐT"),
        ("(Chinhphu.vn) – Thủ tướng", "Chinhphu.vn"),
        ("Sáng 11-7, Đảng ủy Khối", None),
        ("(Sáng 11-7) Đảng ủy Khối", None),
        ("(gọi tắt là Đảng ủy Khối) tổ chức", None),
        ("HĐND - UBND tỉnh tổ chức", None),
        ("UBND - cơ quan hành chính", None),
        ("", None),
    ],
)
def test_masthead_opens_the_lead(opening, sign):
    assert masthead(opening) == sign


def test_lead_keeps_its_masthead_as_printed():
    article = refined(printed())
    assert (article.lead, article.masthead) == (LEAD, "ABO")


def test_masthead_of_a_page_without_lead_opens_its_body():
    article = refined(printed(lead=None, body=(Paragraph(text=f"BHG - {PROSE}"),)))
    assert (article.masthead, article.body) == ("BHG", (f"BHG - {PROSE}",))


# --- repeated lead, empty zones ---


@pytest.mark.parametrize(
    "again",
    [
        [LEAD],
        [LEAD.removeprefix("(ABO) ")],
        [LEAD.upper()],
        ["(ABO) Sáng 11-7, Đảng uỷ Khối tổ chức Hội nghị", "Ban Chấp hành Đảng bộ Khối lần thứ 19."],
    ],
)
def test_repeated_lead_is_dropped(again):
    body = [*(Paragraph(text=text) for text in again), Paragraph(text=PROSE)]
    assert without_repeated_lead(body, LEAD) == (Paragraph(text=PROSE),)


@pytest.mark.parametrize(
    "other",
    [
        LEAD.replace("19", "20"),
        LEAD + " " + PROSE,
        "Sáng 11-7, Đảng ủy Khối tổ chức lễ trao huy hiệu Đảng cho 19 đảng viên.",
    ],
)
def test_paragraph_that_says_more_or_other_than_the_lead_stays(other):
    body = (Paragraph(text=other), Paragraph(text=PROSE))
    assert without_repeated_lead(body, LEAD) == body


def test_lead_again_later_in_the_body_stays():
    body = tuple(Paragraph(text=text) for text in (PROSE, PROSE + " a", PROSE + " b", LEAD))
    assert without_repeated_lead(body, LEAD) == body


def test_lone_points_are_empty_zones_of_the_template():
    body = [Paragraph(text=text) for text in (".", PROSE, ",", "* * *", ";", ". .")]
    assert [block.text for block in without_empty_zones(body) if isinstance(block, Paragraph)] == [PROSE, "* * *"]


# --- captions ---


def paired(*blocks: Paragraph | Picture) -> tuple[list[str | None], list[str]]:
    out = pair_captions(blocks)
    captions = [block.caption for block in out if isinstance(block, Picture)]
    return captions, [block.text for block in out if isinstance(block, Paragraph)]


def with_alt(alt: str) -> Picture:
    return Picture(src="https://bao.vn/1.jpg", alt=alt)


@pytest.mark.parametrize(
    ("alt", "caption"),
    [
        ("Đại biểu dự hội nghị.", "Đại biểu dự hội nghị."),
        ("Trưởng Ban Tuyên giáo Đảng uỷ Khối phát biểu.", "Trưởng Ban Tuyên giáo Đảng ủy Khối phát biểu."),
        ("Quang cảnh Đại hội lần thứ 1", "Quang cảnh Đại hội lần thứ I"),
        ("Đại biểu chụp ảnh lưu niệm sau hội nghị.", "Đại biểu chụp ảnh lưu niệm tại hội nghị."),
        ("Phó Bí thư Đảng ủy Khối phát biểu tại hội ng", "Phó Bí thư Đảng ủy Khối phát biểu tại hội nghị."),
    ],
)
def test_paragraph_like_the_alt_is_the_caption(alt, caption):
    assert paired(with_alt(alt), Paragraph(text=caption), Paragraph(text=PROSE)) == ([caption], [PROSE])


@pytest.mark.parametrize(
    "caption",
    [
        Paragraph(text="Đại biểu dự hội nghị.", align="center", italic=True),
        Paragraph(text="Đại biểu dự hội nghị.", align="center"),
        Paragraph(text="Đại biểu dự hội nghị.", italic=True),
        Paragraph(text="Đại biểu dự hội nghị.", align="center", bold=True, italic=True),
    ],
)
def test_short_paragraph_of_another_type_below_a_picture_is_its_caption(caption):
    prose = Paragraph(text=PROSE, align="justify")
    assert paired(prose, with_alt("IMG_1234"), caption, prose) == ([caption.text], [PROSE, PROSE])


@pytest.mark.parametrize(
    "below",
    [
        Paragraph(text="Hội nghị đã thảo luận sôi nổi."),
        Paragraph(text="Hội nghị đã thảo luận sôi nổi.", align="justify"),
        Paragraph(text="KẾT QUẢ NỔI BẬT", align="center", bold=True),
        Paragraph(text="1. Công tác tư tưởng", align="center", italic=True),
        Paragraph(text="“Lấy cái đẹp dẹp cái xấu”", italic=True),
        Paragraph(text="Bác Hồ đã căn dặn:", align="center", italic=True),
        Paragraph(text="P. MAI", align="right", italic=True),
        Paragraph(text=PROSE * 4, align="center", italic=True),
    ],
)
def test_prose_below_a_picture_is_never_eaten(below):
    prose = Paragraph(text=PROSE, align="justify")
    assert paired(prose, PICTURE, below, replace(prose, bold=True)) == ([None], [PROSE, below.text, PROSE])


def test_verse_and_an_article_set_in_one_type_stay_prose():
    lines = [Paragraph(text=text, italic=True) for text in ("Câu thơ thứ nhất", "Câu thơ thứ hai")]
    assert paired(Paragraph(text=PROSE), PICTURE, *lines)[0] == [None]
    centred = [Paragraph(text=f"{PROSE} {n}", align="center") for n in range(3)]
    assert paired(centred[0], PICTURE, centred[1]) == ([None], [centred[0].text, centred[1].text])


def test_pictures_in_a_row_take_the_captions_that_are_like_their_alts():
    run = [with_alt("Quang cảnh hội nghị"), with_alt("Đại biểu phát biểu tham luận")]
    below = [Paragraph(text="Quang cảnh hội nghị."), Paragraph(text="Đại biểu phát biểu tham luận.")]
    assert paired(*run, *below, Paragraph(text=PROSE)) == ([below[0].text, below[1].text], [PROSE])


def test_one_caption_below_a_row_of_pictures_is_the_lasts():
    caption = Paragraph(text="Một số hình ảnh tại hội nghị.", align="center", italic=True)
    assert paired(PICTURE, PICTURE, caption, Paragraph(text=PROSE)) == ([None, caption.text], [PROSE])


def test_credit_line_belongs_to_the_caption():
    caption = Paragraph(text="Đại biểu dự hội nghị.", align="center", italic=True)
    credit = Paragraph(text="Ảnh: P. MAI", align="center", italic=True)
    assert paired(PICTURE, caption, credit, Paragraph(text=PROSE)) == (["Đại biểu dự hội nghị. Ảnh: P. MAI"], [PROSE])


def test_caption_bound_by_the_markup_is_kept_and_the_next_paragraph_too():
    bound = replace(PICTURE, caption="Đại biểu.")
    below = Paragraph(text="Một dòng nghiêng.", align="center", italic=True)
    assert paired(bound, below) == (["Đại biểu."], ["Một dòng nghiêng."])


# --- signature ---


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (Paragraph(text="P. MAI"), "P. MAI"),
        (Paragraph(text="HỮU NGHỊ - P. MAI"), "HỮU NGHỊ - P. MAI"),
        (Paragraph(text="Văn Dũng", align="right", bold=True), "Văn Dũng"),
        (Paragraph(text="Lê Thị Ngọc Ánh"), "Lê Thị Ngọc Ánh"),
        (Paragraph(text="Ban Tuyên giáo Đảng ủy Khối", align="right", bold=True), "Ban Tuyên giáo Đảng ủy Khối"),
        (Paragraph(text="Ban Tuyên giáo Đảng ủy Khối", bold=True), "Ban Tuyên giáo Đảng ủy Khối"),
        (Paragraph(text="Tin, ảnh: P. MAI"), "P. MAI"),
        (Paragraph(text="Bài và ảnh: Văn Dũng"), "Văn Dũng"),
        (Paragraph(text="Tác giả: Văn Dũng", align="right"), "Văn Dũng"),
        (Paragraph(text="(Theo TTXVN)"), "Theo TTXVN"),
    ],
)
def test_last_short_line_signs_the_article(line, name):
    article = refined(printed(body=(Paragraph(text=PROSE), line, Paragraph(text="."))))
    assert (article.author, article.body) == (name, (PROSE,))


@pytest.mark.parametrize(
    "line",
    [
        Paragraph(text="Hội nghị bế mạc cùng ngày."),
        Paragraph(text="Hội nghị bế mạc cùng ngày"),
        Paragraph(text="Đồng chí Thái Ngọc Bảo Trâm phát biểu"),
        Paragraph(text="Thành phố Mỹ Tho, ngày 11 tháng 7 năm 2024", align="right"),
        Paragraph(text="(Còn nữa)", align="right"),
        Paragraph(text="HẾT", align="right"),
        Paragraph(text="Hội nghị thành công tốt đẹp!", bold=True),
        Paragraph(text="Các đơn vị đạt giải:", bold=True),
        Paragraph(text=PROSE, align="right"),
    ],
)
def test_prose_at_the_end_is_no_signature(line):
    assert without_signature([Paragraph(text=PROSE), line], None) == ((Paragraph(text=PROSE), line), None)


def test_last_name_of_a_list_of_names_is_no_signature():
    names = [Paragraph(text=name) for name in ("Thái Ngọc Bảo Trâm", "Nguyễn Văn Thạch", "Võ Văn Dũng")]
    assert without_signature([Paragraph(text=PROSE), *names], None)[1] is None


def test_pictures_may_follow_the_signature():
    blocks, name = without_signature([Paragraph(text=PROSE), Paragraph(text="P. MAI"), PICTURE], None)
    assert (blocks, name) == ((Paragraph(text=PROSE), PICTURE), "P. MAI")


def test_author_is_preferred_to_the_source_that_signs_too():
    signed = [Paragraph(text="P. MAI", align="right"), Paragraph(text="(Theo Báo Ấp Bắc)", align="right")]
    assert without_signature([Paragraph(text=PROSE), *signed], None) == ((Paragraph(text=PROSE),), "P. MAI")


def test_signature_that_repeats_the_byline_is_taken_out():
    article = refined(printed(byline="P. Mai", body=(Paragraph(text=PROSE), Paragraph(text="P. MAI", align="right"))))
    assert (article.author, article.body, article.problems) == ("P. Mai", (PROSE,), ())


def test_another_signature_than_the_byline_is_a_problem():
    body = (Paragraph(text=PROSE), Paragraph(text="P. MAI", align="right", bold=True))
    article = refined(printed(byline="Văn Dũng", body=body))
    assert (article.author, article.body) == ("Văn Dũng", (PROSE,))
    assert [(problem.kind, "P. MAI" in problem.detail) for problem in article.problems] == [("two-authors", True)]


def test_names_are_the_same_whatever_their_letters():
    assert same_name("P. MAI", "P.Mai")
    assert not same_name("P. MAI", "Văn Dũng")


# --- the gate ---


@pytest.mark.parametrize(
    ("reason", "title", "lead"),
    [
        ("no-title", "  ", LEAD),
        ("no-title", "…", LEAD),
        ("no-body", "Tít", None),
        ("soft-404", "Không tìm thấy trang", "Trang bạn yêu cầu không tồn tại hoặc đã bị xóa."),
        ("soft-404", "Lỗi 404", "Quay về trang chủ."),
        ("soft-404", "404 Not Found", "nginx"),
        ("login", "Đăng nhập", "Vui lòng đăng nhập để tiếp tục."),
        ("maintenance", "Thông báo", "Hệ thống đang được bảo trì, mời bạn quay lại sau."),
        ("maintenance", "Thông báo", "Website tạm ngưng hoạt động."),
        ("blocked", "Xin chờ", "Checking your browser before accessing bao.vn."),
        ("blocked", "Xác nhận", "Vui lòng nhập mã captcha bên dưới."),
        ("parked", "bao.vn", "This domain is for sale. Buy this domain."),
        ("hacked", "Hacked by someone", "greetings"),
        ("hacked", "网站首页新闻中心", "今天的新闻是这样的内容很多文字"),
        ("encoding", "Ä\x90áº£ng á»§y Khá»\x91i sÆ¡ káº¿t", "Há»\x99i nghá»\x8b Ban Cháº¥p hÃ nh Ä\x90áº£ng bá»\x99"),
    ],
)
def test_pages_that_lie_with_status_200_are_rejected(reason, title, lead):
    assert rejected(printed(title=title, lead=lead, body=())).reason == reason


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Điện lực bảo trì lưới điện trong tuần", "Công ty Điện lực thông báo lịch bảo trì đường dây từ 12-7."),
        ("Nghị quyết số 404 của Đảng ủy Khối", "Đảng ủy Khối ban hành Nghị quyết số 404 về công tác cán bộ."),
        ("Cổng dịch vụ công: người dân đăng nhập bằng VNeID", "Từ 1-7, công dân dùng một tài khoản duy nhất."),
        ("Chặn tin giả trên mạng", "Cơ quan chức năng đã xử lý 5 trang mạng đăng tin sai sự thật."),
    ],
)
def test_articles_that_speak_of_such_things_pass(title, lead):
    assert soft_error(printed(title=title, lead=lead)) is None


def test_long_article_about_maintenance_passes():
    lead = "Hệ thống đang được bảo trì, mời bạn quay lại sau. "
    assert soft_error(printed(lead=lead, body=(Paragraph(text=PROSE * 5),))) is None


def test_body_of_nothing_but_a_signature_is_no_body():
    assert rejected(printed(lead=None, body=(PICTURE, Paragraph(text="P. MAI", align="right")))).reason == "no-body"


@pytest.mark.parametrize("text", [None, "", "Đang cập nhật", "Thứ Năm"])
def test_page_without_a_date_is_rejected(text):
    assert rejected(printed(published_text=text)).reason == "no-date"


def test_date_of_the_future_is_rejected():
    assert rejected(printed(published_text="Thứ Tư, 01/01/2031, 08:00 (GMT+7)")).reason == "future"


def test_sitemap_dates_a_page_whose_line_is_not_read():
    sitemap = [Witness(WitnessSource.SITEMAP, "2024-07-11T15:51:00+07:00")]
    article = refined(printed(published_text="Đang cập nhật"), other_witnesses=sitemap)
    assert article.published_at == datetime(2024, 7, 11, 8, 51, tzinfo=UTC)


# --- the record ---


def test_public_record_is_plain_json_in_the_order_of_the_design():
    page = printed(
        kicker="Đảng bộ Khối:",
        section="Xây dựng Đảng",
        tags=("kiểm tra",),
        body=(Paragraph(text=PROSE), replace(PICTURE, caption="Đại biểu."), Paragraph(text="P. MAI")),
        canonical_url="https://bao.vn/bai-1.html",
    )
    topic = Topic(topic="bloc", words="Đảng ủy Khối", rule="committee")
    article = refined(page, urls=["https://m.bao.vn/bai-1.html", "https://bao.vn/bai-1.html"], topics=[topic])
    told = record(article, revision=3)
    assert json.loads(json.dumps(told)) == told
    assert list(told) == [
        "site", "key", "url", "urls", "kicker", "title", "lead", "body", "masthead", "author", "section", "tags",
        "figures", "published_text", "published_at", "date_evidence", "updated_at", "topics", "revision",
        "captured_at", "parser", "problems", "published_precision", "published_earliest", "published_latest",
    ]  # fmt: skip
    assert told["urls"] == ["https://bao.vn/bai-1.html", "https://m.bao.vn/bai-1.html"]
    assert told["published_at"] == "2024-07-11T15:51:00+07:00"
    assert told["figures"] == [{"src": "https://bao.vn/1.jpg", "alt": None, "caption": "Đại biểu."}]
    assert told["topics"] == [{"topic": "bloc", "words": "Đảng ủy Khối", "rule": "committee"}]
    assert (told["author"], told["revision"], told["kicker"]) == ("P. MAI", 3, "Đảng bộ Khối:")


def test_day_alone_where_the_page_gives_no_time():
    article = refined(printed(published_text="11/07/2024"))
    assert article.published_at is None
    assert record(article)["published_at"] == "2024-07-11"


def test_tagger_is_given_the_cleaned_words():
    asked: dict[str, Any] = {}

    def tagger(**fields: Any) -> tuple[Topic, ...]:
        asked.update(fields)
        return ()

    body = (Paragraph(text=PROSE), replace(PICTURE, caption="Đại biểu."), Paragraph(text="P. MAI"))
    refined(printed(body=body), topics=tagger)
    assert asked == {
        "title": "Đảng ủy Khối sơ kết 6 tháng đầu năm",
        "kicker": None,
        "lead": LEAD,
        "body": (PROSE,),
        "captions": ("Đại biểu.",),
    }
