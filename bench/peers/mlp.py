"""The perceptron of works/mlp-network.ts in PyTorch."""

import torch
from torch import nn

from restart import restarting
from tensors import fractions

BATCH, WIDTHS = 128, (784, 256, 128, 10)


def mlp(compiled):
    torch.manual_seed(12345)
    layers = [nn.Linear(a, b) for a, b in zip(WIDTHS, WIDTHS[1:])]
    model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = (fractions(BATCH * WIDTHS[0]) - 0.5).reshape(BATCH, WIDTHS[0])
    y = 7 * torch.arange(BATCH) % 10
    value = [0.0]

    def forward():
        return criterion(model(x), y)

    forward = torch.compile(forward) if compiled else forward
    update = torch.compile(optimizer.step) if compiled else optimizer.step

    def step():
        loss = forward()
        optimizer.zero_grad()
        loss.backward()
        update()
        value[0] = loss.item()

    return step, lambda: value[0], restarting(model, optimizer)
