"""Records that are drawn, and the worker that draws them."""

from asked_again import draw_all, drawing, drawn  # noqa: F401  (pytest finds fixtures here)
