"""Where a function's parts are put together, once for all that it is asked.

Nearly all that a function makes until it has answered for the first time stays. Python would look for garbage in it
some fifty times, for 5 to 8 % of the cold start: it begins to look where that is over. What only such a search frees,
later, waits for as long: some 20 MB.
"""

import gc

UNTIL_THE_FIRST_ANSWER = 150_000
"""Containers (lists, dictionaries, objects) that a function makes at most until then, and does not free."""

gc.set_threshold(UNTIL_THE_FIRST_ANSWER)
