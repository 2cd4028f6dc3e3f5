"""In: the weekly publication. Out: what people logged."""
