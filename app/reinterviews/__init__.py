"""Re-interviews (*wawancara ulang*): a random sample of records, asked again by another who sees no answer."""
