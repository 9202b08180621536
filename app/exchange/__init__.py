"""Data out: the feed, exports, and what every column of them means."""
