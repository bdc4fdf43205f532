"""From what happened to what each document says. Pure: the same facts give the same document.

Words that come from law (limits, bases, remedies, wording) come from the plan and the catalogue;
here is only how they are put together.
"""
