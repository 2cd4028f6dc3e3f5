"""The command line `waakvlam`: one module per verb, each calling plain functions of `pipelines`."""
