"""What server processes know of each other: which ones live, and how often an account or an address asked them all."""
