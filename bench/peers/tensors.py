"""Single operations in PyTorch. Each function returns a step and a check of the step's result."""

import statistics
import time

import torch


def fractions(count):
    """The same numbers as works/fractions.ts."""
    golden = 0.6180339887498949
    return (torch.arange(count, dtype=torch.float64) * golden % 1).float()


def holding(first, compute, check):
    """A step that keeps its result, and the check of the result that it kept last."""
    last = [first]

    def step():
        last[0] = compute()

    return step, lambda: check(last[0])


def small_op_read():
    x = torch.tensor(1.5)
    return holding(0.0, lambda: (x + 1).item(), lambda value: value)


def elementwise(name):
    def make():
        x = 8 * fractions(1_000_000) - 4
        compute = getattr(torch, name)
        return holding(x, lambda: compute(x), lambda y: y[123_456].item())

    return make


def matmul(form):
    def make():
        a, b = (fractions(2 * 512 * 512) - 0.5).reshape(2, 512, 512)
        left = a.t() if form == "AtB" else a
        right = b.t() if form == "ABt" else b
        return holding(a, lambda: left @ right, lambda c: c.square().sum().item())

    return make


def first_matmul():
    """The first product's time over the median of five later ones."""
    a, b = (fractions(2 * 1024 * 1024) - 0.5).reshape(2, 1024, 1024)
    times = []
    for _ in range(6):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return times[0] / statistics.median(times[1:])


def cumsum():
    x = fractions(1_000_000) - 0.25
    return holding(x, lambda: x.cumsum(0), lambda y: y[-1].item())


def sort():
    x = fractions(1_000_000)
    return holding(None, lambda: x.sort(), lambda y: y.values[1234].item() + y.indices[1234].item())


def narrow_sum():
    x = fractions(1000)

    def compute():
        return sum(x.narrow(0, 0, i).sum().item() for i in range(1, 1001))

    return holding(0.0, compute, lambda total: total)
