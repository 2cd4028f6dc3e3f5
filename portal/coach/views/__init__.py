"""Views of the wooncoach.

`week` lists cases, `address` shows one, `contact` and `actions` log the work, and `outside` serves a day without a
connection. Each page with a form uses `page.form_page`, which keeps what was typed if the form cannot be saved.
"""
