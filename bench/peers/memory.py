"""Peak memory of training in PyTorch, over what the values need: the twin of works/memory.ts."""

import resource

import torch

MATRICES, WIDTH, ROWS, STEPS = 15, 2048, 4, 3


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def memory():
    before = peak()
    weights = [torch.full((WIDTH, WIDTH), 1 / WIDTH, requires_grad=True) for _ in range(MATRICES)]
    optimizer = torch.optim.Adam(weights, lr=1e-5)
    x = torch.randn(ROWS, WIDTH)
    for _ in range(STEPS):
        value = x
        for weight in weights:
            value = value @ weight
        loss = value.square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
    return (peak() - before) / (MATRICES * WIDTH * WIDTH * 4 * 4)
