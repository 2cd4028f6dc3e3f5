"""The week as a star of Parquet files without names or addresses, for the analyst's own tools.

`tables` defines the tables and their dictionary, `write` makes the files, and `page` renders docs/star.md. The SQL beside
them has one file per table.
"""
