"""Records that are drawn, and the worker that draws them."""

from asked_again import asked_of_1, draw_all, drawing, drawn  # noqa: F401  (pytest finds fixtures here)
