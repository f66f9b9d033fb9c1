"""Every field of pages that other software prints as installed, rebuilt after its own templates."""

# ruff: noqa: E501 - lines of pages are long

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from scraper.items import Article, Reject, Witness, WitnessSource
from scraper.reading import read_article
from scraper.sites import Site

TITLE = "Khối Doanh nghiệp trao ba mươi suất học bổng cho con công nhân"
LEAD = "Sáng 11-7, Đảng ủy Khối Doanh nghiệp tỉnh phối hợp với Liên đoàn Lao động trao ba mươi suất học bổng cho con công nhân khó khăn."
TEXT = (
    "Mỗi suất học bổng trị giá hai triệu đồng, do các chi bộ trong khối đóng góp từ đầu năm đến nay.",
    "Đồng chí Bí thư Đảng ủy Khối mong các em vượt qua hoàn cảnh, học thật tốt và trở thành người có ích cho quê hương.",
    "Chương trình được duy trì từ năm 2016 và đã giúp hơn bốn trăm em được tiếp tục đến trường.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
CAPTION = "Trao học bổng cho các em tại hội trường Khối."
OTHERS = (
    '<ul><li><a href="/khoi-doanh-nghiep-so-ket-sau-thang-dau-nam-200.html">Khối Doanh nghiệp sơ kết sáu tháng đầu năm</a> 10/07/2024</li>'
    '<li><a href="/ket-nap-hai-muoi-dang-vien-moi-trong-khoi-201.html">Kết nạp hai mươi đảng viên mới trong khối</a> 09/07/2024</li></ul>'
)
STATED = f'<meta property="og:title" content="{TITLE}">'
DAY, MINUTE = "2024-07-11", "2024-07-11T15:51"


@dataclass(frozen=True)
class Printed:
    """A page, and what it says."""

    page: str
    head: str = ""
    moment: str = MINUTE
    lead: str | None = LEAD
    body: tuple[str, ...] = TEXT
    author: str | None = None
    tags: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str | None], ...] = ()


PAGES = {
    "Drupal 7": Printed(
        f"""<div id="breadcrumb"><a href="/">Trang chủ</a> » <a href="/tin-khoi">Tin Khối</a></div><h1 class="title" id="page-title">{TITLE}</h1>
<div id="node-12" class="node node-article"><div class="meta submitted"><span>Được gửi bởi <span class="username">Lê Thị Mai</span> vào Thứ 6, 07/12/2024 - 08:15</span></div>
<div class="content clearfix"><div class="field field-name-field-image"><div class="field-items"><div class="field-item even"><img src="/sites/default/files/hoc-bong.jpg" alt=""></div></div></div>
<div class="field field-name-body"><div class="field-items"><div class="field-item even"><p><em>{LEAD}</em></p>{BODY}</div></div></div>
<div class="field field-name-field-tags"><div class="field-label">Tags:&nbsp;</div><div class="field-items"><div class="field-item"><a href="/taxonomy/term/3">học bổng</a></div><div class="field-item"><a href="/taxonomy/term/9">công nhân</a></div></div></div></div>
<ul class="links inline"><li><a href="/user/login?destination=node/12">Đăng nhập để bình luận</a></li></ul></div>""",
        moment="2024-07-12T08:15",  # the month first; the weekday proves it
        author="Lê Thị Mai",
        tags=("học bổng", "công nhân"),
        pictures=(("hoc-bong.jpg", None),),
    ),
    "Drupal 10": Printed(
        f"""<main><h1 class="title page-title"><span class="field field--name-title">{TITLE}</span></h1><article class="node node--type-article"><div class="node__meta">
<span>By <span rel="schema:author" class="field--name-uid"><a href="/user/4" class="username">Lê Thị Mai</a></span>, <span class="field--name-created"><time datetime="2024-07-11T08:51:00Z" title="Thursday, July 11, 2024 - 15:51">11 July, 2024</time></span></span></div>
<div class="node__content"><div class="field field--name-field-image"><a href="/bai"><img src="/sites/default/files/hoc-bong.jpg" alt=""></a></div><div class="text-content field--name-body"><p>{LEAD}</p>{BODY}</div>
<div class="field field--name-field-tags"><div class="field__label">Tags</div><ul class="links"><li><a href="/taxonomy/term/3" hreflang="vi">học bổng</a></li></ul></div></div></article></main>""",
        lead=None,
        body=(LEAD, *TEXT),
        author="Lê Thị Mai",
        tags=("học bổng",),
        pictures=(("hoc-bong.jpg", None),),
    ),
    "EasyDNNnews": Printed(
        f"""<div class="edn_article edNews_articleDetails"><h1 class="edn_articleTitle">{TITLE}</h1><div class="edn_metaDetails">
<span class="author"><a href="/author/le-mai">Lê Thị Mai</a></span> / <time>Thursday, July 11, 2024</time> / <span>Lượt xem: 1234</span> / <span class="comments">Bình luận: 0</span> / <span class="ratings">Đánh giá: 4.5</span></div>
<div class="edn_summary"><h2>{LEAD}</h2></div><div class="edn_articleContent">{BODY}</div><div class="edn_tags">Tags: <a href="/tin/tag/hoc-bong" rel="tag">học bổng</a></div>
<div class="edn_authorBox"><img src="/portals/0/le-mai-avatar.jpg" alt="Lê Thị Mai"><a href="/author/le-mai">Lê Thị Mai</a></div><div class="edn_related"><h3>Bài viết khác</h3>{OTHERS}</div></div>""",
        moment=DAY,
        author="Lê Thị Mai",
        tags=("học bổng",),
    ),
    "TYPO3 news": Printed(
        f"""<div class="news news-single"><div class="article" itemscope itemtype="http://schema.org/Article"><div class="header"><h1 itemprop="headline">{TITLE}</h1></div>
<div class="footer"><p><span class="news-list-date"><time itemprop="datePublished" datetime="2024-07-11">11.07.2024</time></span> <span class="news-list-author">Von <span itemprop="author">Lê Thị Mai</span></span></p></div>
<div class="teaser-text" itemprop="description"><p>{LEAD}</p></div><div class="news-img-wrap"><div class="outer"><div class="mediaelement mediaelement-image"><img src="/fileadmin/hoc-bong.jpg"></div><p class="news-img-caption">{CAPTION}</p></div></div>
<div class="news-text-wrap" itemprop="articleBody">{BODY}</div><div class="news-backlink-wrap"><a href="/tin">Quay lại</a></div></div></div>""",
        moment=DAY,
        author="Lê Thị Mai",
        pictures=(("hoc-bong.jpg", CAPTION),),
    ),
    "Ghost": Printed(
        f"""<article class="gh-article post"><header class="gh-article-header"><a class="gh-article-tag" href="/tag/tin-khoi/">Tin Khối</a><h1 class="gh-article-title">{TITLE}</h1><p class="gh-article-excerpt">{LEAD}</p>
<div class="gh-article-meta"><a href="/author/mai/"><img class="author-profile-image" src="/content/mai.jpg" alt="Lê Thị Mai"></a><h4 class="gh-article-author-name"><a href="/author/mai/">Lê Thị Mai</a></h4><div class="byline-meta-content"><time class="byline-meta-date" datetime="2024-07-11">11 Thg 7 2024</time><span class="byline-reading-time">2 min read</span></div></div>
<figure class="gh-article-image"><img src="/content/hoc-bong.jpg"><figcaption>{CAPTION}</figcaption></figure></header><section class="gh-content">{BODY}</section></article><div class="read-more"><h3>Đọc thêm</h3>{OTHERS}</div>""",
        moment=DAY,
        author="Lê Thị Mai",
        pictures=(("hoc-bong.jpg", CAPTION),),
    ),
    "Blogger": Printed(
        f"""<div class="post hentry"><h3 class="post-title entry-title">{TITLE}</h3><div class="post-header"><span class="byline post-author vcard">Posted by <span class="fn"><a href="/profile/5">Lê Thị Mai</a></span></span>
<span class="byline post-timestamp"><a class="timestamp-link" href="/2024/07/bai.html"><time class="published" datetime="2024-07-11T15:51:00+07:00">tháng 7 11, 2024</time></a></span></div>
<div class="post-body entry-content"><p><i>{LEAD}</i></p>{BODY}</div><div class="post-footer"><span class="post-labels">Nhãn: <a href="/search/label/h%E1%BB%8Dc%20b%E1%BB%95ng" rel="tag">học bổng</a></span></div></div>""",
        author="Lê Thị Mai",
        tags=("học bổng",),
    ),
    "ASP portal": Printed(
        f"""<table class="main"><tr><td class="NewsTitle">{TITLE}</td></tr><tr><td class="NewsDate">Cập nhật lúc: 15:51 - 11/07/2024 | Lượt xem: 1.234 | Gửi email | In trang này | Chia sẻ Facebook | Cỡ chữ: A- A A+</td></tr>
<tr><td class="NewsSapo"><b>{LEAD}</b></td></tr><tr><td class="NewsContent">{BODY}<p style="text-align:right"><b>Lê Thị Mai</b></p></td></tr><tr><td class="Other">Tin khác: {OTHERS}</td></tr></table>""",
        head=STATED,
        author="Lê Thị Mai",
    ),
    "meta list": Printed(
        f"""<div class="detail"><h1>{TITLE}</h1><ul class="meta"><li><i class="fa fa-clock"></i> Ngày đăng: 11/07/2024 15:51</li><li><i class="fa fa-eye"></i> Lượt xem: 88</li><li><i class="fa fa-user"></i> Tác giả: Lê Thị Mai</li></ul>
<div class="summary"><strong>{LEAD}</strong></div><div class="content">{BODY}</div></div><div class="others"><h4>Tin liên quan</h4>{OTHERS}</div>""",
        author="Lê Thị Mai",
    ),
    "date at the foot": Printed(
        f"""<div class="view"><h2 class="tt">{TITLE}</h2><div class="noi-dung"><p><b>{LEAD}</b></p>{BODY}<p style="text-align: right;"><em>Ngày đăng: 11/07/2024</em></p></div></div><div class="tinkhac"><h4>Các tin khác</h4>{OTHERS}</div>""",
        moment=DAY,
    ),
    "English theme": Printed(
        f"""<article><h1 class="entry-title">{TITLE}</h1><div class="entry-meta"><span class="posted-on">Posted on Jul 11, 2024</span> <span class="byline">by <span class="author vcard"><a href="/author/mai">Lê Thị Mai</a></span></span> <span class="views">1,234 views</span></div>
<div class="post-content"><p class="lead"><em>{LEAD}</em></p>{BODY}</div></article>""",
        moment=DAY,
        author="Lê Thị Mai",
    ),
    "Liferay": Printed(
        f"""<div class="journal-content-article"><div class="header-title"><h3 class="title">{TITLE}</h3></div><div class="publish"><span class="date">Thứ năm, 11/07/2024 | 15:51</span><span class="view-count">Đã xem: 87 lần</span><a href="javascript:;">Nghe bài viết</a> <a href="javascript:;">In bài</a> <a href="javascript:;">Chia sẻ</a></div>
<div class="sapo">{LEAD}</div><div class="content-detail">{BODY}<p class="author"><strong>Tác giả: Lê Thị Mai</strong></p></div></div>""",
        author="Lê Thị Mai",
    ),
    "Concrete CMS": Printed(
        f"""<main><div class="ccm-block-page-title-byline"><h1 class="page-title">{TITLE}</h1><span class="page-date">July 11, 2024, 3:51 PM</span> <span class="page-author">Lê Thị Mai</span></div>
<div class="row"><div class="col"><p class="lead">{LEAD}</p>{BODY}</div></div></main>""",
        author="Lê Thị Mai",
    ),
    "Odoo, the name beside the date": Printed(
        f"""<main><div id="wrap"><section id="o_wblog_post_top"><h1 id="o_wblog_post_name">{TITLE}</h1><div id="o_wblog_post_subtitle">{LEAD}</div></section><section id="o_wblog_post_main"><div class="row"><div class="col-lg-8">
<div class="text-muted"><i class="fa fa-clock-o"></i> <time>11 tháng 7, 2024</time> <span>Lê Thị Mai</span></div><div id="o_wblog_post_content">{BODY}</div></div><div class="col-lg-4" id="o_wblog_sidebar"><h6>Giới thiệu</h6><p>Trang tin của Khối.</p></div></div></section></div></main>""",
        moment=DAY,
        author="Lê Thị Mai",
    ),
    "Odoo, the name below the lead": Printed(
        f"""<main><div id="wrap"><h1 id="o_wblog_post_name">{TITLE}</h1><time datetime="2024-07-11T15:51:00+07:00">11/07/2024 15:51</time><p class="lead">{LEAD}</p><div>Lê Thị Mai</div><div id="o_wblog_post_content">{BODY}</div></div></main>""",
        author="Lê Thị Mai",
    ),
    "pictures above the text": Printed(
        f"""<main><div><div>11/07/2024 15:51</div><h1>{TITLE}</h1><h3>{LEAD}</h3><table><tr><td><img src="/anh/hoc-bong.jpg" alt=""></td></tr><tr><td>{CAPTION}</td></tr></table>
<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/anh/le-trao.jpg" alt=""></p><p class="p7">Quang cảnh lễ trao học bổng.</p><div class="p8">{BODY}</div></div></main>""",
        pictures=(("hoc-bong.jpg", CAPTION), ("le-trao.jpg", "Quang cảnh lễ trao học bổng.")),
    ),
    "layout by a table, menu called tags": Printed(
        f"""<div class="tags"><a href="/thoi-su">Thời sự</a><a href="/kinh-te">Kinh tế</a></div><table width="900"><tr><td><div><b>11/07/2024 15:51</b></div><h1>{TITLE}</h1><div>THANH LÂM</div><p><b>{LEAD}</b></p>
<p><img src="/anh/hoc-bong.jpg" alt=""></p><p class="p9">{CAPTION}</p>{BODY}<p>Cập nhật lần cuối: 12/07/2024 10:00</p></td></tr></table><h3>Mới nhất</h3>{OTHERS}""",
        author="THANH LÂM",
        pictures=(("hoc-bong.jpg", CAPTION),),
    ),
    "signs and links above the text": Printed(
        f"""<main><div><div class="tacgia"><a href="/">Báo Tỉnh Mới</a></div><div>11/07/2024 15:51</div><h1>{TITLE}</h1><div class="author"><a href="#">Chia sẻ</a> <a href="#">In bài</a></div>
<img src="/images/icon-print.png" alt=""><a href="/khoi-doanh-nghiep-so-ket-200.html"><img src="/anh/tin-khac.jpg" alt=""></a><h3>{LEAD}</h3><div class="p8">{BODY}</div></div></main><aside><h3>Mới nhất</h3>{OTHERS}</aside>""",
    ),
}

WRITTEN_AFTER = {
    # These were written when the rules for those above stood.
    "Squarespace": Printed(
        f"""<article class="BlogItem"><div class="BlogItem-top"><h1 class="BlogItem-title">{TITLE}</h1><div class="Blog-meta BlogItem-meta"><time class="Blog-meta-item Blog-meta-item--date" datetime="2024-07-11">Jul 11</time>
<a href="/tin?author=5b" class="Blog-meta-item Blog-meta-item--author">Lê Thị Mai</a></div></div><div class="sqs-layout"><div class="sqs-block-image"><img src="/s/hoc-bong.jpg" alt=""></div><div class="sqs-html-content"><p><strong>{LEAD}</strong></p>{BODY}</div></div></article>""",
        moment=DAY,
        author="Lê Thị Mai",
        pictures=(("hoc-bong.jpg", None),),
    ),
    "Wix": Printed(
        f"""<div data-hook="post"><h1 data-hook="post-title"><span>{TITLE}</span></h1><ul class="post-metadata"><li><span class="user-name">Lê Thị Mai</span></li><li><span title="11 thg 7, 2024" class="time-ago">11 thg 7, 2024</span></li><li><span>2 phút đọc</span></li></ul>
<div data-hook="post-description"><div class="rich"><p><em>{LEAD}</em></p>{BODY}</div></div></div>""",
        moment=DAY,
        author="Lê Thị Mai",
    ),
    "provincial portal": Printed(
        f"""<div class="tin-chi-tiet"><p class="tieu-de-tin">{TITLE}</p><p class="thong-tin">(Cập nhật: 11/07/2024, 15h51) <span>Xem: 532</span> <a href="javascript:print()">In tin</a> <a href="#">Gửi tin</a></p><p class="trich-dan">{LEAD}</p>
<div class="noi-dung-tin">{BODY}</div><p class="nguoi-dang">Người đăng: Lê Thị Mai</p></div><div class="cac-tin-khac"><b>Các tin khác</b>{OTHERS}</div>""",
        head=STATED,
        author="Lê Thị Mai",
    ),
    "K2": Printed(
        f"""<div id="k2Container" class="itemView"><div class="itemHeader"><span class="itemDateCreated">Thứ năm, 11 Tháng 7 2024 15:51</span><h2 class="itemTitle">{TITLE}</h2><span class="itemAuthor">Được viết bởi <a rel="author" href="/itemlist/user/44-mai">Lê Thị Mai</a></span></div>
<div class="itemBody"><div class="itemImageBlock"><span class="itemImage"><a href="/media/k2/hoc-bong_XL.jpg"><img src="/media/k2/hoc-bong.jpg" alt="{TITLE}"></a></span><span class="itemImageCaption">{CAPTION}</span></div><div class="itemIntroText"><p>{LEAD}</p></div><div class="itemFullText">{BODY}</div></div>
<div class="itemLinks"><span>Nhãn</span><ul class="itemTags"><li><a href="/itemlist/tag/hoc-bong">học bổng</a></li></ul></div><div class="itemAuthorBlock"><img class="itemAuthorAvatar" src="/media/mai.jpg" alt="Lê Thị Mai"></div></div>""",
        author="Lê Thị Mai",
        tags=("học bổng",),
        pictures=(("hoc-bong.jpg", CAPTION),),
    ),
    "old ASP": Printed(
        f"""<td><p class="pTitle">{TITLE}</p><p class="pDate">Thứ năm, 11-07-2024 15:51 GMT+7 - <i>8.123 lượt đọc</i></p><p class="pHead"><b>{LEAD}</b></p><p class="pBody">{"</p><p class='pBody'>".join(TEXT)}</p><p class="pAuthor"><b>Lê Thị Mai</b></p></td>""",
        head=STATED,
        author="Lê Thị Mai",
    ),
}


BY_ANOTHER_HAND = {
    "Next.js": Printed(
        f"""<div id="__next"><main class="Article_main__Zp3rT"><h1 class="Article_h__mN82x">{TITLE}</h1><div class="Article_meta__Q1w"><span class="Article_by__x8">Đặng Bảo Trương</span><span>•</span><time dateTime="2024-07-11T08:51:00.000Z">11/07/2024 15:51</time></div>
<div class="Share_bar__u7"><button>Facebook</button></div><p class="Article_sapo__ty5">{LEAD}</p><div class="Article_body__Lw9"><figure class="Img_f__2m"><span style="display:inline-block"><img alt="" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP" data-nimg="intrinsic"/><noscript><img alt="" src="/_next/image/hoc-bong.jpg"/></noscript></span><figcaption>{CAPTION}</figcaption></figure>{BODY}</div></main></div>""",
        author="Đặng Bảo Trương",
        pictures=(("hoc-bong.jpg", CAPTION),),
    ),
    "Wix, whose paragraphs have ids": Printed(
        f"""<article class="_3sQ9b"><ul class="bYTMg"><li><span class="tQ0Q1A user-name" title="Văn phòng Đảng ủy" data-hook="user-name">Văn phòng Đảng ủy</span></li><li><span title="11 thg 7, 2024" data-hook="time-ago">11 thg 7, 2024</span></li><li><span title="3 phút đọc">3 phút đọc</span></li></ul><h1 data-hook="post-title"><span>{TITLE}</span></h1>
<div data-hook="post-description"><div><p class="_1EFVn" id="viewer-foo">{TEXT[0]}</p></div><div><p class="_1EFVn" id="viewer-a1">{TEXT[1]}</p></div><div><p class="_1EFVn" id="viewer-b2">{TEXT[2]}</p></div><div><p class="_1EFVn" id="viewer-c3">{LEAD}</p></div></div></article>""",
        head='<meta property="article:published_time" content="2024-07-11T08:51:31.402Z"><meta property="article:author" content="Văn phòng Đảng ủy">',
        lead=None,
        body=(*TEXT, LEAD),
        author="Văn phòng Đảng ủy",
    ),
    "Umbraco, all in one line": Printed(
        f"""<div class="wrap"><h1>{TITLE}</h1><div class="post-info"><a href="/phong-su">Phóng sự</a> | Trương Đăng Khoa | 15:51 ngày 11-07-2024 | <a href="#cmt">3 bình luận</a></div><div class="rte"><p class="Lead">{LEAD}</p>{BODY}</div></div>""",
        author="Trương Đăng Khoa",
    ),
    "AMP": Printed(
        f"""<article><h1>{TITLE}</h1><p class="date">Thứ năm, 11/7/2024 15:51</p><h2 class="sapo">{LEAD}</h2><figure><amp-img src="/hoc-bong.jpg" width="680" height="450" layout="responsive"></amp-img><figcaption>{CAPTION}</figcaption></figure>{BODY}<p class="author"><strong>Hữu Phước</strong></p></article>""",
        author="Hữu Phước",
        pictures=(("hoc-bong.jpg", CAPTION),),
    ),
    "Ghost, whose theme prints one tag": Printed(
        f"""<article class="gh-article"><header><h1 class="gh-article-title">{TITLE}</h1><p class="gh-article-excerpt">{LEAD}</p><time datetime="2024-07-11">11 thg 7, 2024</time></header><section class="gh-content">{BODY}</section></article>""",
        head='<meta property="article:published_time" content="2024-07-11T08:51:00.000Z"><meta property="article:tag" content="học bổng"><meta property="article:tag" content="công nhân">',
        tags=("học bổng", "công nhân"),
    ),
    "Sitecore": Printed(
        f"""<main><div class="component content"><div class="component-content"><h1 class="field-title">{TITLE}</h1></div></div><div class="component content"><div class="component-content"><div class="field-publishdate">11 Tháng Bảy 2024</div></div></div>
<div class="component image file-type-icon-media-link"><div class="component-content"><div class="field-targeturl"><img src="/-/media/hoc-bong.jpg?h=600&amp;w=900" alt="" width="900" height="600"></div><div class="image-caption field-imagecaption">{CAPTION}</div></div></div>
<div class="component rich-text"><div class="component-content"><p><strong>{LEAD}</strong></p>{BODY}</div></div><div class="component rich-text author-box"><div class="component-content"><p>Bài và ảnh: Hồng Nhung</p></div></div>
<div class="component search-results"><div class="component-content"><h2>Có thể bạn quan tâm</h2>{OTHERS}</div></div></main>""",
        moment=DAY,
        author="Hồng Nhung",
        pictures=(("hoc-bong.jpg?h=600&w=900", CAPTION),),
    ),
}
"""Reduced from whole pages that were written before their rules were looked at."""


def read(printed: Printed, *heard: Witness) -> Article | Reject:
    html = f"<!DOCTYPE html><html><head><title>{TITLE} | Báo Tỉnh</title>{printed.head}</head><body>{printed.page}</body></html>"
    home = "https://bao.example.vn/"
    site = Site(id="gx", name="Báo", kind="newspaper", province="Tiền Giang", family="generic", home=home)
    url = f"{home}tin-tuc/khoi-doanh-nghiep-trao-hoc-bong-100001.html"
    captured = datetime(2026, 11, 28, tzinfo=UTC)
    return read_article(
        html.encode(), url, site, captured_at=captured, content_type="text/html; charset=utf-8", witnesses=heard
    )


def faults(printed: Printed) -> dict[str, object]:
    """What is read otherwise than it is printed, by field."""
    article = read(printed)
    if isinstance(article, Reject):
        return {"refused": f"{article.reason}: {article.detail}"}
    moment = article.published_at.isoformat() if article.published_at else str(article.published_day)
    if len(printed.moment) == len(DAY):
        moment = str(article.published_day)
    found = {
        "title": (article.title, TITLE),
        "moment": (moment[: len(printed.moment)], printed.moment),
        "lead": (article.lead, printed.lead),
        "body": (article.body, printed.body),
        "author": (article.author, printed.author),
        "tags": (tuple(article.tags), printed.tags),
        "pictures": (tuple((f.src.rpartition("/")[2], f.caption) for f in article.figures), printed.pictures),
    }
    return {name: value for name, (value, truth) in found.items() if value != truth}


ALL = PAGES | WRITTEN_AFTER | BY_ANOTHER_HAND


@pytest.mark.parametrize("software", ALL)
def test_every_field_is_as_printed(software: str) -> None:
    assert faults(ALL[software]) == {}


WITHOUT_A_DATE = {
    "its last edit": f"<div><h1>{TITLE}</h1><div class='c'><p>{LEAD}</p>{BODY}</div><p>Cập nhật lần cuối: 12/07/2024 10:00</p></div>",
    "a document's day at its end": f"<h1>{TITLE}</h1><div class='c'><p>{LEAD}</p>{BODY}<p><i>Mỹ Tho, ngày 11 tháng 7 năm 2024</i></p></div>",
    "another article's time": f"<h1>{TITLE}</h1><div class='c'><p>{LEAD}</p>{BODY}</div><div class='r'>{OTHERS}<time datetime='2023-01-02'>Jan 2</time></div>",
    "a list of others above": f"<h1>{TITLE}</h1><ul><li><a href='/khoi-doanh-nghiep-so-ket-sau-thang-200.html'>Khối Doanh nghiệp sơ kết sáu tháng</a> 10/07/2024</li><li>09/07/2024</li></ul><div class='c'><p>{LEAD}</p>{BODY}</div>",
    "an event's day in a sentence": f"<h1>{TITLE}</h1><p>Hội nghị <b>sơ kết</b> 11/07/2024 tại hội trường.</p><div class='c'><p>{LEAD}</p>{BODY}</div>",
}


UNDATED = f"<h1>{TITLE}</h1><div class='c'><p>{LEAD}</p>{BODY}</div>"


@pytest.mark.parametrize("title", [TITLE, f"{TITLE[:40]}…", f"Tin mới: {TITLE}"])
@pytest.mark.parametrize("source", [WitnessSource.FEED, WitnessSource.LIST])
def test_a_page_without_a_date_is_dated_by_a_list_that_names_its_title(source: WitnessSource, title: str) -> None:
    article = read(Printed(UNDATED), Witness(source, "11/07/2024 15:51", title=title))
    assert isinstance(article, Article), article
    assert (article.title, str(article.published_at)[:16]) == (TITLE, "2024-07-11 15:51")
    assert [evidence.source for evidence in article.date_evidence] == [source]


@pytest.mark.parametrize(
    "heard",
    [
        Witness(WitnessSource.FEED, "11/07/2024 15:51", title="Kết nạp hai mươi đảng viên mới trong khối"),
        Witness(WitnessSource.FEED, "11/07/2024 15:51", title="Xem thêm"),
        Witness(WitnessSource.FEED, "11/07/2024 15:51"),
        Witness(WitnessSource.SITEMAP, "2024-07-11", title=TITLE),
    ],
)
def test_a_date_without_the_page_s_title_dates_no_page(heard: Witness) -> None:
    refused = read(Printed(UNDATED), heard)
    assert isinstance(refused, Reject)
    assert refused.reason == "not-an-article"


@pytest.mark.parametrize("why", WITHOUT_A_DATE)
def test_no_date_is_better_than_one_that_is_not_the_article_s(why: str) -> None:
    article = read(Printed(WITHOUT_A_DATE[why]))
    assert isinstance(article, Reject), article.published_day


def test_a_thursday_in_both_orders_of_day_and_month_is_refused() -> None:
    """Drupal prints the month first as installed; 11 July and 7 November 2024 are both Thursdays."""
    both = PAGES["Drupal 7"].page.replace("Thứ 6, 07/12/2024 - 08:15", "Thứ 5, 07/11/2024 - 15:51")
    article = read(Printed(both))
    assert isinstance(article, Reject), article.published_at
    assert article.reason == "no-date"


@pytest.mark.parametrize("line", ["Đà Nẵng", "Giáo Dục", "Hồ Chí Minh", "Trong Nước"])
def test_a_place_or_a_section_in_the_line_of_the_date_is_no_author(line: str) -> None:
    """Nor is it below the lead, where it stays in the body."""
    beside = read(Printed(f"<h1>{TITLE}</h1><div class='d'>{line} 11/07/2024 15:51</div><p>{LEAD}</p>{BODY}"))
    below = read(Printed(f"<h1>{TITLE}</h1><div>11/07/2024 15:51</div><p><b>{LEAD}</b></p><p>{line}</p>{BODY}"))
    assert isinstance(beside, Article)
    assert isinstance(below, Article)
    assert (beside.author, below.author, below.body[0]) == (None, None, line)
