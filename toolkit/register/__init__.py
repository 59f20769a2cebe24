"""Who sent what when: the SQLite register and the archive of originals."""
