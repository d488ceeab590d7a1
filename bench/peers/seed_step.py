"""The exercise in PyTorch: its data loop, and an epoch of its second network."""

import math

import torch
from torch import nn

from restart import restarting

N, ARMS = 1000, 4


def fill(X, Y):
    """The data as the exercise makes it, one point after the other."""
    for c in range(ARMS):
        radius = torch.linspace(0, 1, N)
        turn = 2 * math.pi / ARMS
        angle = torch.linspace(turn * c, turn * (2 + c), N) + torch.randn(N) * 0.2
        for i in range(N):
            a = angle[i]
            X[N * c + i] = radius[i] * torch.FloatTensor((math.sin(a), math.cos(a)))
            Y[N * c + i] = c


def data_loop():
    X = torch.zeros(N * ARMS, 2)
    Y = torch.zeros(N * ARMS, dtype=torch.long)

    def step():
        torch.manual_seed(12345)
        fill(X, Y)

    return step, lambda: X.square().sum().item() + Y.sum().item()


def seed_step(compiled):
    torch.manual_seed(12345)
    X = torch.zeros(N * ARMS, 2)
    Y = torch.zeros(N * ARMS, dtype=torch.long)
    fill(X, Y)
    model = nn.Sequential(nn.Linear(2, 100), nn.ReLU(), nn.Linear(100, ARMS))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)
    values = [0.0, 0.0]

    def forward():
        logits = model(X)
        _, predicted = torch.max(logits, 1)
        return criterion(logits, Y), (Y == predicted).sum().float() / len(Y)

    # What can be compiled is: the forward with its backward, and the update.
    forward = torch.compile(forward) if compiled else forward
    update = torch.compile(optimizer.step) if compiled else optimizer.step

    def step():
        loss, accuracy = forward()
        values[:] = [loss.item(), accuracy.item()]
        optimizer.zero_grad()
        loss.backward()
        update()

    return step, lambda: values[0], restarting(model, optimizer)
