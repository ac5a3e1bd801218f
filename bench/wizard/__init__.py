"""The yardstick of ``bench/deposit.py``: the same deposit as a plain django-formtools wizard. Never changed again.

Five steps (civil status, parents, address, studies, three files), Django's stock forms and stock rendering, the
middleware that ``startproject`` writes, database sessions, uploaded files on the file system, one row for the result.
It neither seals nor journals nor looks into the files.
"""
