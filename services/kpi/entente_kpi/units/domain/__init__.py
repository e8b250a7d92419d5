"""Units: what may stand as one (`syntax`), and what they come to when they are multiplied (`algebra`)."""
