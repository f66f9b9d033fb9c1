import pytest

from scraper.fetch.plan import CrawlPlan


def test_a_plan_survives_its_file() -> None:
    plan = CrawlPlan(
        run="2026-11-24T01-30",
        sites=("baoapbac", "thtg"),
        site_folders=("/home/người dùng/sites",),
        snapshot=None,
        captures="/data/captures/a.warc.gz",
        stats="/data/runs/a.json",
        contact="mailto:toi@example.vn",
        limit=5,
        full=True,
    )
    assert CrawlPlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("text", ["[]", "{}", '{"run": "1", "sites": [], "captures": "a", "stats": "b", "color": 1}'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plan"):
        CrawlPlan.from_json(text)
