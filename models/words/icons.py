"""The icons of the list and the portal, as inline SVG in the colour of the text around them."""

from __future__ import annotations

PATHS = {
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "check": "M4 12.5l5.5 5.5L20 6.5",
    "clock": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5l3.5 2",
    "door": "M6 21V4h12v17M3 21h18M14.5 12.5v.01",
    "euro": "M18 6.5A7 7 0 1 0 18 17.5M4 10.5h9M4 13.5h9",
    "eye": "M2.5 12s3.5-6 9.5-6s9.5 6 9.5 6s-3.5 6-9.5 6s-9.5-6-9.5-6zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5z",
    "flame": "M12 3c1 4-5 6-5 11a5 5 0 0 0 10 0c0-3-2-4-2-6c-2 1-2 3-3 3c0-3 1-5 0-8z",
    "layers": "M12 4l9 5l-9 5l-9-5zM3 14l9 5l9-5",
    "leaf": "M5 19C5 9 11 5 20 4c0 10-5 15-13 13M5 19l7-8",
    "list": "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "noise": "M4 9.5v5h4l5 4.5V5L8 9.5zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
    "pencil": "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z",
    "phone": "M5 4h4l1.5 5L8 10.5a12 12 0 0 0 5.5 5.5L15 13.5l5 1.5v4a1 1 0 0 1-1 1A16 16 0 0 1 4 5a1 1 0 0 1 1-1z",
    "route": "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 8a2 2 0 1 0 0 4a2 2 0 1 0 0-4z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM15.5 15.5L20 20",
    "spark": "M12 3l2 7l7 2l-7 2l-2 7l-2-7l-7-2l7-2z",
    "swap": "M4 8h14M14 4l4 4l-4 4M20 16H6M10 12l-4 4l4 4",
    "warning": "M12 3.5L22 20.5H2zM12 9.5v5M12 17.5v.01",
    "wrench": "M20 6.5a4.5 4.5 0 0 1-6 5.5l-7.5 8L4 17.5l8-7.5a4.5 4.5 0 0 1 5.5-6L15 6.5l2.5 2.5z",
}


def svg(name: str) -> str:
    """Draw an icon of `PATHS`. A screen reader skips it: a word is always beside it."""
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{PATHS[name]}"/></svg>'
