"""Numbers that others can confirm: what was asked, what was answered, and which state follows from it."""
