"""What each kind of document says, as plain frozen values: the whole of what a template may show.

Nothing here knows tables, templates or numbers; `composing` fills these, `render` prints them.
"""
