"""The pages of the wooncoach: `week` lists, `address` shows one, `contact` and `actions` log what was done.

Each form page goes through `page.form_page`, which keeps what was typed when a form cannot be saved.
"""
