"""Score agreements from the staged history: cards in use, scores, training panels, follow-up, exports, Spark.

May import `pipelines.warehouse` and the room below it.
"""
