"""The web apps, handed out as files. They are made in `web/` at build time; nothing of them is decided here."""
