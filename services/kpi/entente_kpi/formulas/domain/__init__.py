"""The formula language of derived KPIs: its grammar, its units, and what it comes to. Pure."""
