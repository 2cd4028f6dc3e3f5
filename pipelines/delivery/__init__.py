"""One delivery: found, typed, judged at the gate, loaded or refused, counted, withdrawn.

May import `pipelines.reading`, `pipelines.warehouse` and the room below them.
"""
