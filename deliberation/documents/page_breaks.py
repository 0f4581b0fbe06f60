"""Page breaks: short lists, tables and sections stay together, so that none is torn apart."""

from math import ceil

from .anatomy import Bullets, DocumentSection, Paragraph, Table

LINE = 90  # signs on a line of A4, about
SHORT_BLOCK, SHORT_SECTION = 12, 7  # lines


def stays_together(one) -> bool:
    """Tell whether a block or a section is short enough to move to the next page as a whole."""
    if isinstance(one, DocumentSection):
        return sum(map(_lines, one.blocks)) <= SHORT_SECTION
    return _lines(one) <= SHORT_BLOCK


def _lines(block) -> int:
    if isinstance(block, Paragraph):
        return _of(block.text)
    if isinstance(block, Bullets):
        return 1 + sum(map(_of, block.items))
    if isinstance(block, Table):
        share = len(block.header)
        return 2 + sum(max(_of(cell, LINE // share) for cell in row) for row in block.rows)
    return 2


def _of(text: str, width: int = LINE) -> int:
    return max(1, ceil(len(text) / width))
