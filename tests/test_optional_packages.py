"""Packages that are loaded only when something asks for them."""

from __future__ import annotations

import subprocess
import sys

from tests.places import REPOSITORY


def printed(code: str) -> str:
    """What a new process prints that runs ``code``."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return done.stdout


def test_selectors_are_loaded_with_the_first_that_needs_them() -> None:
    code = (
        "import sys, inspect, scraper.pages; from bs4 import BeautifulSoup; inspect.stack();"
        "page = BeautifulSoup('<p>một</p><p class=a>hai</p>', 'lxml');"
        "print('soupsieve.css_parser' in sys.modules, page.select_one('p.a:not(.b)').string);"
        "import soupsieve, soupsieve.util;"
        "print(soupsieve.compile('p.a').select(page)[0].string, 'soupsieve.css_parser' in sys.modules)"
    )
    assert printed(code) == "False hai\nhai True\n"


def test_a_module_whose_function_is_imported_is_loaded_when_it_is_called() -> None:
    code = (
        "import sys; from scraper.optional_packages import when_asked; when_asked('colorsys', 'rgb_to_hsv');"
        "from colorsys import rgb_to_hsv; stand_in = sys.modules['colorsys'];"
        "print(hasattr(stand_in, '__file__'), rgb_to_hsv(1, 0, 0), sys.modules['colorsys'] is stand_in);"
        "import colorsys; when_asked('colorsys');"
        "print(colorsys.rgb_to_hsv is not rgb_to_hsv, sys.modules['colorsys'] is colorsys)"
    )
    assert printed(code) == "False (0.0, 1.0, 1) False\nTrue True\n"


def test_what_a_module_lacks_is_missing_in_its_stand_in_too() -> None:
    code = (
        "from scraper.optional_packages import when_asked; when_asked('colorsys'); import colorsys;"
        "print(hasattr(colorsys, 'nothing'), colorsys.hsv_to_rgb(0, 0, 1))"
    )
    assert printed(code) == "False (1, 1, 1)\n"
