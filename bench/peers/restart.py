"""A training from its beginning: the first weights again, and moments that are zero."""

import torch


def restarting(model, optimizer):
    first = [p.detach().clone() for p in model.parameters()]

    def restart():
        with torch.no_grad():
            for p, start in zip(model.parameters(), first):
                p.copy_(start)
                for value in optimizer.state[p].values():
                    if torch.is_tensor(value):
                        value.zero_()

    return restart
