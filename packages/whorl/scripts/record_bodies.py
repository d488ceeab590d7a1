"""Records exact values of the elementary functions for test/lower/bodies.test.ts.

in:  nothing     out: JSON on stdout: per function rows of arguments and the value, in float64
Run in packages/whorl: python3 scripts/record_bodies.py > test/lower/bodies.reference.json
"""
import json
import random
import mpmath as m

m.mp.dps = 50
random.seed(20)


def spread(low, high, n, signed):
    """n magnitudes spread over the exponents from 10^low to 10^high"""
    xs = [10 ** random.uniform(low, high) for _ in range(n)]
    return [x * random.choice([-1, 1]) for x in xs] if signed else xs


def between(low, high, n):
    return [random.uniform(low, high) for _ in range(n)]


def digamma_at(x):
    return m.digamma(x)


def lgamma_at(x):
    return m.log(abs(m.gamma(x)))


def erfinv_at(x):
    return m.erfinv(x)


wide = spread(-12, 2, 60, True) + between(-3, 3, 40)
near_one = [1 + d for d in spread(-12, -1, 40, True)]
points = {
    'EXP': (m.exp, wide + between(-740, 709, 60)),
    'EXPM1': (m.expm1, wide + between(-40, 700, 40)),
    'SIGMOID': (lambda x: 1 / (1 + m.exp(-x)), wide + between(-700, 40, 40)),
    'TANH': (m.tanh, wide), 'SINH': (m.sinh, wide), 'COSH': (m.cosh, wide),
    'LOG': (m.log, spread(-300, 300, 60, False) + near_one),
    'LOG1P': (m.log1p, between(-1, 1, 60) + spread(-12, 100, 60, False)),
    'LOG2': (lambda x: m.log(x, 2), spread(-300, 300, 60, False) + near_one),
    'LOG10': (m.log10, spread(-300, 300, 60, False) + near_one),
    'SIN': (m.sin, wide + between(-1e9, 1e9, 60)), 'COS': (m.cos, wide + between(-1e9, 1e9, 60)),
    'TAN': (m.tan, wide + between(-1e9, 1e9, 60)),
    'ASIN': (m.asin, between(-1, 1, 80) + [1 - 2.0 ** -k for k in range(1, 50, 5)]),
    'ACOS': (m.acos, between(-1, 1, 80) + [1 - 2.0 ** -k for k in range(1, 50, 5)]),
    'ATAN': (m.atan, wide + spread(-300, 300, 20, True)),
    'ASINH': (m.asinh, wide + spread(3, 300, 20, True)),
    'ACOSH': (m.acosh, [1 + x for x in spread(-12, 2, 60, False)] + spread(3, 300, 20, False)),
    'ATANH': (m.atanh, between(-1, 1, 60) + spread(-12, -1, 20, True)),
    'ERF': (m.erf, spread(-12, 1, 60, True) + between(-6, 6, 60)),
    'ERFC': (m.erfc, between(-6, 26, 100)),
    'ERFINV': (erfinv_at, between(-1, 1, 60) + [1 - 2.0 ** -k for k in range(1, 50, 4)]),
    'LGAMMA': (lgamma_at, between(0, 12, 80) + spread(-9, 9, 40, False) + between(-20, 0, 40)),
    'DIGAMMA': (digamma_at, between(0, 12, 80) + spread(-9, 9, 40, False) + between(-20, 0, 40)),
}
pairs = {
    'POW': (m.power, list(zip(spread(-3, 3, 100, False), between(-90, 90, 100)))
            + [(1 + d, k) for d, k in zip(spread(-12, -3, 60, True), spread(2, 6, 60, True))]
            + [(-x, float(k)) for x, k in zip(spread(-2, 2, 20, False), range(-20, 20, 2))]
            + [(-x, float(k)) for x, k in zip(spread(-2, 2, 20, False), range(-21, 19, 2))]),
    'ATAN2': (m.atan2, list(zip(spread(-9, 9, 80, True), spread(-9, 9, 80, True)))
              + [(1e300, 1e300), (-1e-300, 1e300), (1e300, -1e-300), (1e-310, -2e-310)]),
}

rows = {}
for name, (f, xs) in points.items():
    rows[name] = [[x, float(f(m.mpf(x)))] for x in xs]
for name, (f, xs) in pairs.items():
    rows[name] = [[x, y, float(f(m.mpf(x), m.mpf(y)))] for x, y in xs]
lines = (f'"{k}": ' + json.dumps(v).replace('], [', '],\n[') for k, v in rows.items())
print('{\n' + ',\n'.join(lines) + '\n}')
