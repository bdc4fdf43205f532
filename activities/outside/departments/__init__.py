"""The systems of departments: what they are told, what they answer, how one connects to them."""
