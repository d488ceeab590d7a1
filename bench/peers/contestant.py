"""PyTorch's side of the bench: prepares, warms up, then measures a slice whenever it is asked to.

in:  a work's name, its warm-up, threads, eager or compiled; on stdin `slice MILLISECONDS`
out: on stdout a JSON line for each
"""

import json
import sys

from timing import measure


def say(**answer):
    print(json.dumps(answer), flush=True)


def prepare(name, mode):
    """A step and its check; a row that takes an argument is told whether to compile."""
    from works import works

    make = works[name]
    return make(mode == "compiled") if make.__code__.co_argcount else make()


def count(value):
    say(ready=True)
    for _ in sys.stdin:
        say(value=value)


def main(name, warm_up, threads, mode):
    try:
        import torch
    except ImportError:
        return say(error="python3 cannot import torch")
    torch.set_num_threads(threads)
    prepared = prepare(name, mode)
    if not isinstance(prepared, tuple):
        return count(prepared)
    step, check, *restart = prepared
    is_cold = warm_up == 0
    ready = {"ready": True}
    if not is_cold:
        for _ in range(warm_up):
            step()
        ready["check"] = check()
        measure(step, 300)
    say(**ready)
    for line in sys.stdin:
        for again in restart if not is_cold else []:
            again()
        ms = measure(step, 0 if is_cold else float(line.split()[1]))
        say(ms=ms, **({"check": check()} if is_cold else {}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
