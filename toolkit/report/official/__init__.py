"""Documents in the official form: the parts every one has, and the report of a period."""
