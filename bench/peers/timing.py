"""How long a step takes, as all of PyTorch's contestants measure it."""

import time


def measure(step, milliseconds):
    """Steps until the time is over, at least one. Returns milliseconds a step."""
    count = 0
    start = time.perf_counter()
    while True:
        step()
        count += 1
        elapsed = (time.perf_counter() - start) * 1000
        if elapsed >= milliseconds:
            return elapsed / count
