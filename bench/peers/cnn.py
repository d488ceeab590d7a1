"""The convolutional network of works/cnn-network.ts in PyTorch."""

import torch
from torch import nn

from tensors import fractions

BATCH, SIDE = 64, 28


def cnn():
    torch.manual_seed(12345)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    criterion = nn.CrossEntropyLoss()
    x = (fractions(BATCH * SIDE * SIDE) - 0.5).reshape(BATCH, 1, SIDE, SIDE)
    y = 7 * torch.arange(BATCH) % 10
    value = [0.0]

    def step():
        model.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        value[0] = loss.item()

    return step, lambda: value[0] + model[0].weight.grad.square().sum().item()
