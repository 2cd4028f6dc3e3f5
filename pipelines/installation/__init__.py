"""Hold one installation together: settings, contracts, mappings, workspace, logs, notices, errors, whole-file writing.

Imports no other room of `pipelines`.
"""

import os

os.environ.setdefault(
    "PYDANTIC_DISABLE_PLUGINS", "1"
)  # else pydantic looks for plugins in every installed package
