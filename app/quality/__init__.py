"""Quality: what is unusual about records and enumerators, seen from times, points and answers."""
