"""Are templates written so that a line can be read without scrolling?"""

import re
from pathlib import Path

from compass.templatetags.compass_text import breakable

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 200  # characters; Django's tags can't be broken over lines, so an address with a query may need them


def too_long(folder: Path) -> list[str]:
    """Name the lines that are too long; mail is plain text (.txt) and its lines are paragraphs."""
    return [
        f"{path.relative_to(folder)}:{number} has {len(line)}"
        for path in sorted(folder.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]


def test_no_line_of_a_template_is_longer_than_a_screen():
    assert len(list((ROOT / "templates").rglob("*.html"))) > 200
    assert too_long(ROOT / "templates") == []


def test_a_planted_line_is_found(tmp_path):
    (tmp_path / "page.html").write_text(f"<p>\n{'x' * (LONGEST + 1)}\n</p>\n", encoding="utf-8")
    assert too_long(tmp_path) == [f"page.html:2 has {LONGEST + 1}"]


REACHED = re.compile(r"\.contact\b(?![^%}]*\|breakable)")


def test_the_address_of_a_team_breaks_before_its_dots_only():
    """On a phone one broke in the middle of a word."""
    shown = "Team Bomen <bomen@kompas.dorp.example>, of bel 14 0000."
    assert breakable(shown) == (
        'Team Bomen &lt;<span class="sk-address">bomen<wbr>@kompas<wbr>.dorp<wbr>.example</span>&gt;, of bel 14 0000.'
    )
    lines = [
        line
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len([line for line in lines if "|breakable" in line]) > 5
    assert [line for line in lines if REACHED.search(line)] == []
