from datetime import date
from pathlib import Path

import pytest

from scraper.fetch.plan import CrawlPlan


def test_a_plan_survives_its_file() -> None:
    plan = CrawlPlan(
        run="2026-11-24T01-30",
        sites=("baoapbac", "thtg"),
        site_folders=(Path("/home/người dùng/sites"),),
        snapshot=None,
        captures=Path("/data/captures/a.warc.gz"),
        stats=Path("/data/runs/a.json"),
        contact="mailto:toi@example.vn",
        limit=5,
        full=True,
        back={"thtg": date(2024, 7, 1)},
    )
    assert CrawlPlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[]", "the text"),
        ('{"sites": [], "captures": "a", "stats": "b"}', "run"),
        ('{"run": "1", "sites": [], "captures": "a", "stats": "b", "color": 1}', "color"),
        ('{"run": "1", "sites": [], "captures": "a", "stats": "b", "limit": "5"}', "limit"),
        ('{"run": "1", "sites": [], "captures": "a", "stats": "b", "back": {"thtg": "July"}}', "back.thtg"),
    ],
)
def test_what_is_no_plan_is_refused_and_the_field_named(text: str, field: str) -> None:
    with pytest.raises(ValueError, match=f"not a plan: {field}"):
        CrawlPlan.from_json(text)
