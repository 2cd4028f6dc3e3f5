"""Train, promote, backtest, audit for fairness, monitor, and write the model card.

May import `pipelines.publishing`, `pipelines.exchange` and the rooms below them.
"""
