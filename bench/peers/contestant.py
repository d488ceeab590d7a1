"""PyTorch's side of the bench: prepares, warms up, then measures a slice whenever it is asked to.

in:  a work's name, its warm-up; on stdin `slice MILLISECONDS`    out: on stdout a JSON line for each
"""

import json
import sys
import time


def say(**answer):
    print(json.dumps(answer), flush=True)


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


def main(name, warm_up):
    try:
        import torch
    except ImportError:
        return say(error="python3 cannot import torch")
    torch.set_num_threads(1)
    from works import works

    step, check = works[name]()
    is_cold = warm_up == 0
    ready = {"ready": True}
    if not is_cold:
        for _ in range(warm_up):
            step()
        ready["check"] = check()
        measure(step, 300)
    say(**ready)
    for line in sys.stdin:
        ms = measure(step, 0 if is_cold else float(line.split()[1]))
        say(ms=ms, **({"check": check()} if is_cold else {}))


main(sys.argv[1], int(sys.argv[2]))
