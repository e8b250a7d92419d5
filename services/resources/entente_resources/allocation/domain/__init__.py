"""Fair allocation (A8). `problem` and `result` are plain data; only `linear` and what builds on it load HiGHS."""
