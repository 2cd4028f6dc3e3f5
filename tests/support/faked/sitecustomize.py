"""Let processes sleep under faketime: every Python that finds this folder on its path loads it at the start.

`time.sleep` waits until a moment of the monotonic clock. If faketime leaves that clock alone, libfaketime 0.9 refuses
such a wait as an invalid argument. A wait of some seconds works.
"""

import select
import time


def _sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = _sleep
