"""Taking in: from a draft, its definition and its plan to the dataclasses of the pages."""
