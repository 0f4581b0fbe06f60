"""Data classes of a document, whichever form it takes: sections of paragraphs, lists, tables and gaps."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """One piece of running text."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of short texts, under a line that says what they are."""

    title: str
    items: tuple[str, ...]
    kind: str = "bullets"


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first cell of each row names it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"


@dataclass(frozen=True)
class Missing:
    """What nobody filled in yet, and on which screen (`where` is its name in gap_links.py)."""

    what: str
    where: str
    kind: str = "missing"


Block = Paragraph | Bullets | Table | Missing


@dataclass(frozen=True)
class DocumentSection:
    """A heading with what stands under it. `number` 0: it bears none."""

    heading: str
    blocks: tuple[Block, ...]
    number: int = 0


@dataclass(frozen=True)
class Document:
    """One text of one decision point, in one language."""

    title: str
    subject: str
    language: str
    author: str
    made_on: str
    sections: tuple[DocumentSection, ...]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """List what is not filled in yet, in the order of the text."""
        return tuple(block for block in self._blocks() if isinstance(block, Missing))

    def _blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks
