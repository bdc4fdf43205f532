"""Which article is done where and proved by which test: the rows of docs/law.md, and its maker."""
