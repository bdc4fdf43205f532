"""Looking into uploaded files: are they what they seem, whole and readable."""
