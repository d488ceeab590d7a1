"""The exercise in PyTorch: its data loop, and an epoch of its second network."""

import math

import torch
from torch import nn

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


def seed_step():
    torch.manual_seed(12345)
    X = torch.zeros(N * ARMS, 2)
    Y = torch.zeros(N * ARMS, dtype=torch.long)
    fill(X, Y)
    model = nn.Sequential(nn.Linear(2, 100), nn.ReLU(), nn.Linear(100, ARMS))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)
    values = [0.0, 0.0]

    def step():
        logits = model(X)
        loss = criterion(logits, Y)
        _, predicted = torch.max(logits, 1)
        accuracy = (Y == predicted).sum().float() / len(Y)
        values[:] = [loss.item(), accuracy.item()]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step, lambda: values[0]
