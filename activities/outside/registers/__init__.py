"""The registers of other organs, asked for what they know so that nobody has to write it again."""
