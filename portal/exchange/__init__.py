"""Receive the weekly publication and export what people logged."""
