"""What the desk owns before and beside an application: drafts, uploads, accounts, numbers."""
