"""Pure rules of stored series: how numbers are packed, and what a rollup is."""
