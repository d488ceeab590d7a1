"""Records what PyTorch gives at the edges: zeros, infinities, NaN, subnormal and huge arguments.

in:  nothing     out: JSON on stdout: per function rows of arguments and the float32 value, as text
Run: python3 packages/whorl/scripts/record_edges.py > packages/whorl/test/lower/bodies.edges.json
"""
import json
import torch

inf, nan = float('inf'), float('nan')
some = [0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0]
edges = some + [1e-45, -1e-45, 1e-38, -1e-38, 1e38, -1e38, 88.0, -88.0, 89.5, -89.5, 104.5, -104.5,
                1.0000001, 0.99999994, 2.5, -2.5]
few = some + [1e-45, 1e38, -1e38, -2.5]
unary = {
    'EXP': torch.exp, 'EXPM1': torch.expm1, 'SIGMOID': torch.sigmoid, 'LOG': torch.log,
    'LOG1P': torch.log1p, 'LOG2': torch.log2, 'LOG10': torch.log10, 'SIN': torch.sin,
    'COS': torch.cos, 'TAN': torch.tan, 'ASIN': torch.asin, 'ACOS': torch.acos,
    'ATAN': torch.atan, 'SINH': torch.sinh, 'COSH': torch.cosh, 'TANH': torch.tanh,
    'ASINH': torch.asinh, 'ACOSH': torch.acosh, 'ATANH': torch.atanh, 'ERF': torch.erf,
    'ERFC': torch.erfc, 'ERFINV': torch.erfinv, 'LGAMMA': torch.lgamma, 'DIGAMMA': torch.digamma,
}
binary = {'POW': torch.pow, 'ATAN2': torch.atan2}


def text(v):
    return repr(float(v))


def value_of(f, *xs):
    return f(*(torch.full((9,), x, dtype=torch.float32) for x in xs))[0].item()


rows = {name: [[text(x), text(value_of(f, x))] for x in edges] for name, f in unary.items()}
for name, f in binary.items():
    rows[name] = [[text(x), text(y), text(value_of(f, x, y))] for x in few for y in few]
lines = (f'"{k}": ' + json.dumps(v).replace('], [', '],\n[') for k, v in rows.items())
print('{\n' + ',\n'.join(lines) + '\n}')
