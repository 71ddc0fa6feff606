"""Files of other systems: `tables` reads any of their CSVs, and each kind of thing has its formats and its import."""
