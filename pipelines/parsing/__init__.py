"""Turn the text of one delivery into typed rows, as contract and mapping say, with a reason for each row that is wrong.

May import `pipelines.reading`, `pipelines.warehouse` and the room below them.
"""
