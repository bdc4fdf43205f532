"""The life of one application: commands in, events out, state folded from them."""
