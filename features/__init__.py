"""The definition of signals: the catalogue, the cut in time, and the compiler that makes one query of them."""
