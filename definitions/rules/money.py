"""Money as people read it. It is kept and reckoned in fen."""

_FEN = 100


def yuan(fen: int) -> str:
    """`12,345.00 元`."""
    whole, rest = divmod(abs(fen), _FEN)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d} 元"
