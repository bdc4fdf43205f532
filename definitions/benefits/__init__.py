"""免申即享: a run of a policy, the entitlements in it, who excludes whom, and where money goes."""
