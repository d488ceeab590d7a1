"""PyTorch's side of the operators: one sample after the other, forward or with its gradients.

in:  on stdin a JSON line {text, uses, gradients, ms}: prepares what is new, then measures
out: on stdout {ms, check}, null where there is no gradient, or an error
"""

import json
import math
import sys
import warnings

import torch

from timing import measure

torch.set_num_threads(1)
warnings.simplefilter("ignore")
GOLDEN = 0.6180339887498949


def spread(shape, low):
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    return ((i * i * GOLDEN + 16 + low) % 1).reshape(shape)


scope = {
    **{name: getattr(torch, name) for name in dir(torch) if not name.startswith("_")},
    "F": torch.nn.functional,
    "uniform": lambda low, high, shape: (spread(shape, low) * (high - low) + low).float(),
    "integers": lambda below, shape: (spread(shape, 0) * below).floor().long(),
}
letters = {}


def letter(name, text):
    if name not in letters:
        letters[name] = eval(text, scope)
    return letters[name]


def prepare(text, uses, gradients):
    """A step and its check; None where there is no gradient."""
    values = {name: letter(name, made) for name, made in uses.items()}
    if gradients:
        values = {
            name: value.detach().requires_grad_() if value.is_floating_point() else value
            for name, value in values.items()
        }
    leaves = [value for value in values.values() if value.requires_grad]
    code = compile(text, text, "eval")
    names = {**scope, **values}
    kept = [None]

    def step():
        kept[0] = eval(code, names)
        if gradients:
            kept[0] = torch.autograd.grad(kept[0].sum(), leaves, allow_unused=True)[0]

    def check():
        torch.manual_seed(0)
        step()
        last = kept[0]
        number = last.double().nan_to_num().mean() if isinstance(last, torch.Tensor) else last
        return float(number) if number is not None and math.isfinite(number) else None

    if gradients:
        first = eval(code, names) if leaves else None
        if not isinstance(first, torch.Tensor) or not first.requires_grad:
            return None
    return step, check


def main():
    last, prepared = None, None
    for line in sys.stdin:
        question = json.loads(line)
        ms = question.pop("ms")
        answer = {}
        try:
            if question != last:
                last, prepared = question, None
                prepared = prepare(**question)
                if prepared:
                    answer["check"] = prepared[1]()
                    measure(prepared[0], ms)
            answer["ms"] = measure(prepared[0], ms) if prepared else None
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
        print(json.dumps(answer), flush=True)


main()
