"""免申即享 at scale: facts, matching in the database, lists, payments, the ledger."""
