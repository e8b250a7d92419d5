"""The demonstration: a road-safety partnership that replays real months through the public API."""
