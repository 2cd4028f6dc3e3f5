"""The two encrypted stores: their keys, schema, migrations, row versions and staged views.

May import `pipelines.installation`.
"""
