"""The treasury (国库集中支付): what is asked of it, and what it answers."""
