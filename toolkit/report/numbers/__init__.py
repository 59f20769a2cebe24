"""Reading a document again: is every number in it one of the consolidation or the programme?"""
