"""QR codes as SVG: a code that a phone can scan."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str, label: str, size: int = 240) -> SafeString:
    """Draw an address as an SVG of `size` px, in attributes only (no style), with a title for who can't see it."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        scale=1,
        border=4,
        omitsize=True,
        svgclass="lv-qr",
        lineclass=None,
        title=label,
        light="#fff",
    )
    # segno knows no size apart from its scale; the viewBox does the rest.
    sized = drawn.replace("<svg ", f'<svg role="img" width="{size}" height="{size}" ', 1)
    return mark_safe(sized)  # noqa: S308 - segno escapes the title; the rest is ours


def qr_file(address: str) -> str:
    """Draw an address as an SVG file of its own, to set on paper."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=1, border=1, omitsize=True, xmldecl=False, light=None)
    return drawn.getvalue().decode()
