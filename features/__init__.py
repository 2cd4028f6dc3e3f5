"""What a signal means: the catalogue, the cut in time, and the compiler to one query per source."""
