"""Records rarer options of layers, optimizers and schedules for test/nn/recorded.test.ts.

in:  nothing     out: JSON lines on stdout, in the form of conformance/recorded/modules
Run in packages/whorl: python3 scripts/record_layers.py > test/nn/recorded.jsonl
"""
import base64
import json
import warnings

import torch
from torch import nn, optim

warnings.filterwarnings('ignore')
torch.manual_seed(20)
torch.set_num_threads(1)
R = torch.randn


def tensor(v):
    v = v.detach().contiguous()
    data = base64.b64encode(v.numpy().tobytes()).decode()
    return {'tensor': list(v.shape), 'dtype': str(v.dtype).split('.')[1], 'data': data}


def value(v):
    if isinstance(v, torch.Tensor):
        return tensor(v)
    if isinstance(v, (tuple, list)):
        return {'list' if isinstance(v, list) else 'tuple': [value(x) for x in v]}
    return v


def named(kwargs):
    return {k: value(v) for k, v in kwargs.items()}


def tensors(pairs):
    return {k: None if v is None else tensor(v) for k, v in pairs}


def flat(v):
    if isinstance(v, torch.Tensor):
        return [v]
    return [y for x in v for y in flat(x)] if isinstance(v, (tuple, list)) else []


LAYERS = [
    ('Conv1d', (4, 6, 3), {'padding': 2, 'padding_mode': 'replicate', 'groups': 2}, [R(2, 4, 9)]),
    ('Conv1d', (3, 4, 4), {'padding': 'same', 'padding_mode': 'circular'}, [R(2, 3, 9)]),
    ('Conv1d', (3, 4, 4), {'padding': 'same', 'padding_mode': 'reflect', 'dilation': 2}, [R(3, 9)]),
    ('Conv1d', (3, 4, 4), {'padding': 'valid', 'padding_mode': 'reflect'}, [R(2, 3, 9)]),
    ('Conv2d', (2, 4, (3, 2)), {'padding': (2, 1), 'padding_mode': 'replicate', 'stride': (2, 1)},
     [R(2, 2, 6, 7)]),
    ('Conv3d', (2, 4, 2), {'padding': (1, 0, 2), 'padding_mode': 'circular'}, [R(1, 2, 4, 5, 4)]),
    ('ConvTranspose1d', (4, 6, 3),
     {'stride': 3, 'padding': 2, 'output_padding': 2, 'groups': 2, 'dilation': 2}, [R(2, 4, 6)]),
    ('ConvTranspose1d', (4, 6, 3), {'dilation': 3, 'output_padding': 2, 'bias': False}, [R(4, 6)]),
    ('ConvTranspose2d', (3, 4, (2, 3)), {'stride': (2, 3), 'padding': (0, 1), 'dilation': (1, 2)},
     [R(2, 3, 4, 3)]),
    ('ConvTranspose3d', (2, 3, 2), {'stride': 2}, [R(1, 2, 3, 2, 3)]),
    ('BatchNorm1d', (4,), {'momentum': None, 'affine': False}, [R(6, 4, 3)]),
    ('BatchNorm1d', (4,), {'bias': False}, [R(6, 4)]),
    ('BatchNorm3d', (3,), {'momentum': 1.0}, [R(2, 3, 2, 3, 2)]),
    ('InstanceNorm1d', (3,), {'affine': True, 'track_running_stats': True}, [R(2, 3, 5)]),
    ('InstanceNorm1d', (3,), {}, [R(3, 5)]),
    ('InstanceNorm3d', (3,), {'affine': True, 'track_running_stats': True}, [R(2, 3, 2, 3, 4)]),
    ('LayerNorm', ([3, 4],), {'eps': 0.1, 'bias': False}, [R(2, 3, 4)]),
    ('RMSNorm', (5,), {}, [R(3, 5)]),
    ('RMSNorm', ([3, 5],), {'eps': 1e-3, 'elementwise_affine': False}, [R(2, 3, 5)]),
    ('GroupNorm', (3, 6), {'bias': False}, [R(2, 6, 3)]),
    ('RNN', (4, 5, 3), {'bias': False}, [R(3, 4)]),
    ('RNN', (4, 5), {'num_layers': 2, 'bidirectional': True}, [R(3, 2, 4)]),
    ('LSTM', (4, 5, 2), {'proj_size': 3, 'bidirectional': True}, [R(3, 2, 4)]),
    ('LSTM', (4, 5), {'bias': False, 'batch_first': True}, [R(3, 4)]),
    ('GRU', (4, 5, 2), {'bidirectional': True, 'bias': False}, [R(3, 2, 4)]),
    ('RNNCell', (4, 5), {'nonlinearity': 'relu', 'bias': False}, [R(4)]),
    ('LSTMCell', (4, 5), {}, [R(4)]),
    ('GRUCell', (4, 5), {}, [R(4)]),
    ('MultiheadAttention', (8, 4), {'kdim': 5, 'vdim': 6}, [R(4, 3, 8), R(5, 3, 5), R(5, 3, 6)]),
    ('MultiheadAttention', (8, 2), {'add_bias_kv': True, 'add_zero_attn': True},
     [R(4, 3, 8), R(5, 3, 8), R(5, 3, 8)]),
    ('MultiheadAttention', (8, 2), {'kdim': 5, 'bias': False}, [R(4, 8), R(5, 5), R(5, 8)]),
    ('TransformerEncoderLayer', (8, 4), {'dim_feedforward': 7, 'dropout': 0.3}, [R(4, 3, 8)]),
    ('TransformerEncoderLayer', (8, 2, 5),
     {'dropout': 0.25, 'batch_first': True, 'bias': False, 'layer_norm_eps': 1e-3}, [R(3, 4, 8)]),
    ('TransformerEncoderLayer', (6, 1, 5), {'dropout': 0.5, 'norm_first': True}, [R(5, 6)]),
    ('Dropout1d', (0.4,), {}, [R(3, 4)]),
    ('Dropout2d', (0.3,), {}, [R(3, 4, 2, 2)]),
    ('Dropout3d', (), {'p': 0.6}, [R(3, 4, 2, 2, 2)]),
    ('MaxPool1d', (4,), {'stride': 3, 'padding': 2, 'dilation': 2, 'ceil_mode': True},
     [R(2, 3, 17)]),
    ('MaxPool2d', ((3, 2),),
     {'stride': (2, 3), 'padding': (1, 0), 'dilation': (2, 1), 'ceil_mode': True}, [R(2, 3, 9, 8)]),
    ('MaxPool2d', (3,), {'padding': 1}, [torch.full((1, 2, 4, 4), -3.0)]),
    ('MaxPool3d', (2,), {'ceil_mode': True}, [R(1, 2, 5, 5, 5)]),
    ('AvgPool1d', (4,), {'stride': 3, 'padding': 2, 'ceil_mode': True}, [R(2, 3, 15)]),
    ('AvgPool1d', (4,), {'padding': 2, 'ceil_mode': True, 'count_include_pad': False}, [R(3, 15)]),
    ('AvgPool2d', ((3, 2),),
     {'stride': (2, 3), 'padding': (1, 0), 'ceil_mode': True, 'count_include_pad': False},
     [R(2, 3, 9, 8)]),
    ('AvgPool2d', (2,), {'divisor_override': 3}, [R(3, 8, 8)]),
    ('AvgPool3d', (2,), {'ceil_mode': True, 'padding': 1}, [R(1, 2, 5, 4, 5)]),
    ('AdaptiveAvgPool1d', (9,), {}, [R(3, 7)]),
    ('AdaptiveMaxPool1d', (4,), {}, [R(2, 3, 7)]),
    ('AdaptiveAvgPool2d', ((None, 2),), {}, [R(3, 7, 5)]),
    ('AdaptiveMaxPool2d', ((None, 2),), {}, [R(3, 7, 5)]),
    ('AdaptiveAvgPool3d', (2,), {}, [R(1, 2, 3, 4, 5)]),
    ('AdaptiveMaxPool3d', (2,), {}, [R(1, 2, 3, 4, 5)]),
]
BOTH_MODES = ('Norm', 'Dropout', 'Transformer')


def layer_rows():
    for i, (name, args, kwargs, xs) in enumerate(LAYERS):
        for mode in ('train', 'eval') if any(k in name for k in BOTH_MODES) else ('train',):
            torch.manual_seed(i)
            m = getattr(nn, name)(*args, **kwargs)
            getattr(m, mode)()
            before = tensors(m.state_dict().items())
            inputs = [x.clone().requires_grad_() for x in xs]
            outputs = m(*inputs)
            weights = lambda o: torch.linspace(0.5, 1.5, o.numel()).reshape(o.shape)
            sum((o * weights(o)).sum() for o in flat(outputs)).backward()
            yield {
                'module': name, 'args': [value(a) for a in args], 'kwargs': named(kwargs),
                'seed': i, 'mode': mode, 'state_before': before,
                'inputs': [tensor(x) for x in inputs], 'same_input': False,
                'output': value(outputs), 'state_after': tensors(m.state_dict().items()),
                'input_grads': [None if x.grad is None else tensor(x.grad) for x in inputs],
                'param_grads': tensors((k, p.grad) for k, p in m.named_parameters()),
                'repr': repr(m).replace('NonDynamicallyQuantizableLinear', 'Linear'),
            }


OPTIMIZERS = [
    ('Adamax', dict(betas=(0.8, 0.95), eps=1e-4, maximize=True)),
    ('NAdam', dict(lr=0.01, weight_decay=0.1, decoupled_weight_decay=True)),
    ('NAdam', dict(lr=0.02, momentum_decay=0.02, betas=(0.8, 0.9), maximize=True)),
    ('RAdam', dict(lr=0.01, betas=(0.5, 0.7), eps=1e-3)),
    ('RAdam', dict(lr=0.02, weight_decay=0.1, decoupled_weight_decay=True, betas=(0.9, 0.99))),
    ('RMSprop', dict(lr=0.01, centered=True, maximize=True)),
    ('RMSprop', dict(lr=0.01, momentum=0.5, alpha=0.8, eps=1e-3)),
    ('Adagrad', dict(lr=0.1, initial_accumulator_value=0.5, maximize=True)),
    ('Adagrad', dict(eps=1e-2)),
    ('Adadelta', dict(rho=0.7, eps=1e-3, maximize=True)),
    ('Rprop', dict(lr=0.02, step_sizes=(1e-3, 0.03))),
    ('Rprop', dict(maximize=True)),
    ('ASGD', dict(lr=0.1, t0=3, lambd=0.01, alpha=0.5)),
    ('ASGD', dict(lr=0.05, maximize=True, t0=0)),
]


def optimizer_rows():
    for i, (name, kwargs) in enumerate(OPTIMIZERS):
        torch.manual_seed(i)
        m = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
        x, y = R(7, 3), R(7, 2)
        before, losses, after = tensors(m.state_dict().items()), [], {}
        o = getattr(optim, name)(m.parameters(), **kwargs)
        for step in range(1, 21):
            o.zero_grad()
            loss = ((m(x) - y) ** 2).mean()
            loss.backward()
            o.step()
            losses.append(loss.item())
            if step in (1, 2, 20):
                after[step] = tensors(m.state_dict().items())
        yield {'optimizer': name, 'kwargs': named(kwargs), 'state_before': before,
               'x': tensor(x), 'y': tensor(y), 'losses': losses, 'state_after_step': after}


SCHEDULES = [
    ('StepLR', dict(step_size=1, gamma=0.9)),
    ('MultiStepLR', dict(milestones=[3, 3, 9])),
    ('CosineAnnealingLR', dict(T_max=3, eta_min=0.05)),
    ('CosineAnnealingLR', dict(T_max=1)),
    ('LinearLR', dict(start_factor=0.5, end_factor=0.0, total_iters=3)),
    ('ConstantLR', dict(factor=0.1, total_iters=0)),
    ('PolynomialLR', dict(total_iters=30, power=0.5)),
    ('CosineAnnealingWarmRestarts', dict(T_0=2, T_mult=3, eta_min=0.02)),
    ('OneCycleLR', dict(max_lr=0.5, total_steps=22, three_phase=True)),
    ('OneCycleLR', dict(max_lr=1.0, total_steps=30, pct_start=0.1, div_factor=10.0,
                        final_div_factor=100.0, cycle_momentum=False)),
    ('CyclicLR', dict(base_lr=0.01, max_lr=0.1, step_size_up=3, step_size_down=5,
                      mode='exp_range', gamma=0.95)),
    ('CyclicLR', dict(base_lr=0.01, max_lr=0.2, step_size_up=4, base_momentum=0.5,
                      max_momentum=0.7)),
]


def schedule_rows():
    for name, kwargs in SCHEDULES:
        o = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2, momentum=0.9)
        s = getattr(optim.lr_scheduler, name)(o, **kwargs)
        lrs = [o.param_groups[0]['lr']]
        for _ in range(19):
            o.step()
            s.step()
            lrs.append(o.param_groups[0]['lr'])
        yield {'scheduler': name, 'base_lr': 0.2, 'momentum': 0.9, 'kwargs': named(kwargs),
               'lrs': lrs}


for rows in (layer_rows(), optimizer_rows(), schedule_rows()):
    for row in rows:
        print(json.dumps(row, separators=(',', ':')))
