"""Plumbing that two services need, and the event contracts. It holds no business rule."""
