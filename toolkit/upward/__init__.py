"""The chain upward: an office's own figures in the template of its superior body.

``target`` reads the template that was received and says where each answer stands, ``entries``
decides what goes where, ``edit`` types it into the file and leaves everything else as it is,
``record`` writes where each figure came from.
"""
