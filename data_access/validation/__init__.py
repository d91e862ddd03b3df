"""Rules for what a return says: small functions, and the table that switches them."""
