"""The way back: the sender's own return, with what is to be mended marked and explained."""
