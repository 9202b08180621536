"""Webhooks: the feed, pushed to system clients, in order and with nothing skipped."""
