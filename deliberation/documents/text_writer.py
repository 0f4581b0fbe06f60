"""Plain text writer: a document to be copied into a page or a proposal."""

from .anatomy import Bullets, Document, Missing, Paragraph


def as_text(document: Document) -> str:
    """Write headings, lines and lists; what is missing is no text to copy, so it is left out."""
    parts = []
    for section in document.sections:
        blocks = [text for block in section.blocks if (text := _text(block))]
        parts += [section.heading, *blocks] if blocks else []
    return "\n\n".join(parts)


def _text(block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Bullets):
        return "\n".join([f"{block.title}:", *(f"- {item}" for item in block.items)])
    if isinstance(block, Missing):
        return ""
    return "\n".join(" | ".join(row) for row in block.rows)
