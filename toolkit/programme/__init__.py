"""The programme: what is asked of whom and when."""
