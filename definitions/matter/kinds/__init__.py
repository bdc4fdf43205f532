"""The kinds of events, by the stage of a matter they belong to; `events` is all of them."""
