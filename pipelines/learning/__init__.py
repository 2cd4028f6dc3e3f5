"""Train, promote, backtest, audit and monitor scorecards, and write the model card.

May import `pipelines.publishing`, `pipelines.exchange`, `pipelines.proof` and the rooms below them.
"""
