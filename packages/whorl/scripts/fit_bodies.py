"""Fits the polynomials of src/lower/bodies: minimax by the Remez exchange, then rounded.

in:  nothing     out: src/lower/bodies/coefficients.ts, with the largest relative error of each fit
Run: python3 packages/whorl/scripts/fit_bodies.py > packages/whorl/src/lower/bodies/coefficients.ts
"""
import struct
from mpmath import mp, mpf, matrix, lu_solve, pi, exp, log, sin, cos, atan, asin, sqrt, erf, erfc
from mpmath import cos as mcos, floor, loggamma, erfinv, euler, log10

mp.dps = 60


def f32(v):
    return mpf(struct.unpack('f', struct.pack('f', float(v)))[0])


def f64(v):
    return mpf(float(v))


def grid(lo, hi, n):
    return [(lo + hi) / 2 - (hi - lo) / 2 * mcos(pi * (i + mpf(1) / 2) / n) for i in range(n)]


def remez(target, weight, lo, hi, count, rounds=12, dense=600):
    """Coefficients c of sum c_i x^i with the least largest |weight * (sum - target)|."""
    lo, hi = mpf(lo), mpf(hi)
    # off the middle, where some weights are 0
    points = [x + (hi - lo) / 4000 for x in grid(lo, hi, count + 1)]
    points[-1] = hi
    many = grid(lo, hi, dense)
    values = [(x, target(x), weight(x)) for x in many]
    for _ in range(rounds):
        a = matrix(count + 1, count + 1)
        b = matrix(count + 1, 1)
        for row, x in enumerate(points):
            for i in range(count):
                a[row, i] = x ** i
            a[row, count] = (-1) ** row / weight(x)
            b[row] = target(x)
        c = lu_solve(a, b)
        errors = [w * (horner(c, count, x) - t) for x, t, w in values]
        extremes = alternating(many, errors, count + 1)
        if extremes is None:
            break
        points = extremes
    return [c[i] for i in range(count)], max(abs(e) for e in errors)


def horner(c, count, x):
    y = mpf(0)
    for i in reversed(range(count)):
        y = y * x + c[i]
    return y


def alternating(xs, errors, needed):
    best = []
    for x, e in zip(xs, errors):
        if best and (best[-1][1] > 0) == (e > 0):
            if abs(e) > abs(best[-1][1]):
                best[-1] = (x, e)
        else:
            best.append((x, e))
    while len(best) > needed:
        best.pop(0 if abs(best[0][1]) < abs(best[-1][1]) else -1)
    return [x for x, _ in best] if len(best) == needed else None


def fit(target, weight, lo, hi, count, rounding, fixed=0):
    """Rounds one coefficient after the other and fits the rest again: rounding costs little."""
    done = []
    for i in range(count):
        rest = lambda x: (target(x) - horner(done, i, x)) / x ** i if i else target(x)
        heavy = lambda x: weight(x) * abs(x) ** i
        c, error = remez(rest, heavy, lo, hi, count - i)
        if i == 0:
            ideal = error
        if rounding is f64 or lo < 0 < hi or i > 3:
            done += [rounding(v) for v in c]
            break
        done.append(rounding(c[0]))
    many = grid(mpf(lo), mpf(hi), 2000)
    worst = max(abs(weight(x) * (horner(done, count, x) - target(x))) for x in many)
    return done, worst, ideal


L2 = log(mpf(2))


def q_exp(r):
    """(e^r - 1 - r) / r^2"""
    return (exp(r) - 1 - r) / r ** 2 if abs(r) > mpf(10) ** -20 else mpf(1) / 2 + r / 6


def exp_weight(r):
    """relative to e^r - 1, as expm1 and tanh need it"""
    return r * r / abs(exp(r) - 1) if r else mpf(0)


def series(small, f):
    """f, or `small` of it at the removable singularity 0."""
    return lambda x: f(x) if abs(x) > mpf(10) ** -18 else small(x)


T8 = sqrt(mpf(2)) - 1
log_r = series(lambda z: mpf(2) / 3 + z * 2 / 5,
               lambda z: (2 * atanh_over(z) - 2) / z)


def atanh_over(z):
    s = sqrt(z)
    return log((1 + s) / (1 - s)) / (2 * s)


sin_p = series(lambda z: -mpf(1) / 6 + z / 120, lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z)
cos_p = series(lambda z: mpf(1) / 24 - z / 720, lambda z: (cos(sqrt(z)) - 1 + z / 2) / z ** 2)
atan_p = series(lambda z: -mpf(1) / 3 + z / 5, lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z)
asin_p = series(lambda z: mpf(1) / 6 + z * 3 / 40, lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z)
erf_p = series(lambda z: 2 / sqrt(pi) * (1 - z / 3), lambda z: erf(sqrt(abs(z))) / sqrt(abs(z)))


def erf_q(z):
    """the constant term is f32(2 / sqrt(pi) - 1/2) + 1/2"""
    return (erf_p(z) - f32(2 / sqrt(pi) - mpf(1) / 2) - mpf(1) / 2) / (z + mpf(10) ** -9)


def erf_weight(t):
    z = t + ERF_NEAR
    return z / erf_p(z)


def asymptotic(v):
    return 1 - v / 2 + v ** 2 * 3 / 4 - v ** 3 * 15 / 8 + v ** 4 * 105 / 16


def erfcx_p(t):
    """(1 + 2 x) exp(x^2) erfc(x) with x in [0, inf) folded into t = (x - 3) / (x + 3)"""
    if t > 1 - mpf(10) ** -4:
        u = (1 - t) / (3 * (1 + t))  # 1 / x; the asymptotic series
        return (2 + u) / sqrt(pi) * asymptotic(u ** 2)
    x = 3 * (1 + t) / (1 - t)
    return (1 + 2 * x) * exp(x * x) * erfc(x)


def erfinv_of_w(w):
    """erfinv(x) / x with w = -log(1 - x^2)"""
    if w < mpf(10) ** -18:
        return sqrt(pi) / 2
    x = sqrt(1 - exp(-w))
    return tail_inverse(1 - x) / x if w > 20 else erfinv(x) / x


def tail_inverse(y):
    """x with erfc(x) = y, by Newton's method on log erfc"""
    x = sqrt(-log(y * sqrt(pi)))
    for _ in range(60):
        x += (log(erfc(x)) - log(y)) * erfc(x) * exp(x * x) * sqrt(pi) / 2
    return x


def tail_of_w(s):
    w = s * s
    x2 = exp(-w)  # 1 - x^2
    return tail_inverse(x2 / (1 + sqrt(1 - x2)))


def lgamma_p(x):
    """lgamma(x) / ((x - 1) (x - 2)), x = t + 2"""
    if abs(x - 1) < mpf(10) ** -18:
        return euler
    if abs(x - 2) < mpf(10) ** -18:
        return 1 - euler
    return loggamma(x) / ((x - 1) * (x - 2))


HALF = L2 / 2 * mpf('1.002')
LOGZ = (T8 / (2 + T8)) ** 2 * mpf('1.001')
SINZ = mpf('0.7861') ** 2
ATANZ = T8 ** 2 * mpf('1.001')
ERF_SPLIT = mpf('1.6')
ERF_END = mpf('3.93')
ERF_MID = (ERF_SPLIT + ERF_END) / 2
# near 1.4, where the first coefficient is nearly a float32: it rounds well
ERF_NEAR = min((f32(1.4) + i * mpf(2) ** -23 for i in range(600)),
               key=lambda c: abs(f32(erf_q(c)) - erf_q(c)))
one = lambda x: mpf(1)

# name: (comment, {dtype: (target, weight, lo, hi, coefficients)}); weights make errors relative
fits = {
    'exp': ('e^r = 1 + r + r^2 p(r), |r| <= log(2) / 2', {
        'float32': (q_exp, exp_weight, -HALF, HALF, 5),
        'float64': (q_exp, exp_weight, -HALF, HALF, 10)}),
    'log': ('log((1 + s) / (1 - s)) = 2 s + s z p(z), z = s^2, |s| <= tan(pi / 8)^2', {
        'float32': (log_r, lambda z: z / 2, 0, LOGZ, 3),
        'float64': (log_r, lambda z: z / 2, 0, LOGZ, 7)}),
    'sin': ('sin(r) = r + r z p(z), z = r^2, |r| <= pi / 4', {
        'float32': (sin_p, lambda z: z, 0, SINZ, 3),
        'float64': (sin_p, lambda z: z, 0, SINZ, 6)}),
    'cos': ('cos(r) = 1 - z / 2 + z^2 p(z), z = r^2, |r| <= pi / 4', {
        'float32': (cos_p, lambda z: z * z, 0, SINZ, 3),
        'float64': (cos_p, lambda z: z * z, 0, SINZ, 6)}),
    'sinMiddle': ('sin(r) = r + r z p(z), z = r^2, |r| <= pi / 4: float32 with bits to spare', {
        'float64': (sin_p, lambda z: z, 0, SINZ, 4)}),
    'cosMiddle': ('cos(r) = 1 - z / 2 + z^2 p(z), z = r^2, |r| <= pi / 4: the same', {
        'float64': (cos_p, lambda z: z * z, 0, SINZ, 4)}),
    'atan': ('atan(t) = t + t z p(z), z = t^2, |t| <= tan(pi / 8)', {
        'float32': (atan_p, lambda z: z, 0, ATANZ, 5),
        'float64': (atan_p, lambda z: z, 0, ATANZ, 11)}),
    'asin': ('asin(t) = t + t z p(z), z = t^2, |t| <= 1/2', {
        'float32': (asin_p, lambda z: z, 0, mpf('0.2501'), 5),
        'float64': (asin_p, lambda z: z, 0, mpf('0.2501'), 12)}),
    'erfNear': ('erf(x) / x = 2 / sqrt(pi) + z p(z - erfMiddle), z = x^2, |x| <= 1.6', {
        'float32': (lambda t: erf_q(t + ERF_NEAR), erf_weight, -ERF_NEAR,
                    ERF_SPLIT ** 2 - ERF_NEAR, 9)}),
    'erfSmall': ('erf(x) / x = p(x^2 - 1/2), |x| <= 1', {
        'float64': (lambda t: erf_p(t + mpf('0.5')), one, mpf('-0.5'), mpf('0.5'), 13)}),
    'erfFar': ('erf(x) = 1 - p(x - 2.765), 1.6 <= x <= 3.93', {
        'float32': (lambda t: erfc(t + ERF_MID), one, ERF_SPLIT - ERF_MID, ERF_END - ERF_MID, 12)}),
    'erfcx': ('(1 + 2 x) e^(x^2) erfc(x) = p(t), t = (x - 3) / (x + 3), x >= 0', {
        'float64': (erfcx_p, one, -1, 1, 24)}),
    'erfinvNear': ('erfinv(x) = x p(w - 3), w = -log(1 - x^2) <= 6: a first guess', {
        'float64': (lambda t: erfinv_of_w(t + 3), one, -3, 3, 9)}),
    'erfinvFar': ('erfinv(x) = p(sqrt(w) - 4.25), 6 <= w <= 37: a first guess', {
        'float64': (lambda t: tail_of_w(t + mpf('4.25')), one, sqrt(mpf(6)) - mpf('4.25'),
                    mpf('1.85'), 9)}),
    'erfinvNear32': ('erfinv(x) = x p(w - 3), w = -log(1 - x^2) <= 6: of a float32', {
        'float64': (lambda t: erfinv_of_w(t + 3), one, -3, 3, 14)}),
    'erfinvFar32': ('erfinv(x) = x p(sqrt(w) - 3.25), 6 <= w <= 16: of a float32', {
        'float64': (lambda t: erfinv_of_w((t + mpf('3.25')) ** 2), one,
                    sqrt(mpf(6)) - mpf('3.25'), mpf('0.76'), 13)}),
    'lgamma': ('lgamma(x) = (x - 1) (x - 2) p(x - 2), 1 <= x <= 3', {
        'float64': (lambda t: lgamma_p(t + 2), one, -1, 1, 27)}),
}


def split(value, bits, steps, start):
    """value = `steps` pieces of `bits` bits, the first a multiple of 2^start, and a rounded rest"""
    pieces = []
    for i in range(steps):
        unit = mpf(2) ** (start - i * bits)
        pieces.append(floor(value / unit) * unit)
        value -= pieces[-1]
    return pieces + [value]


constants = {
    'ln2': ('log(2) in two parts: the first times any exponent is exact', L2, 16, 42),
    'log10of2': ('log10(2) in two parts, in the same way', log10(mpf(2)), 16, 42),
}


def row(values):
    text = ''
    line = '   '
    for v in values:
        word = f' {float(v)!r},'
        if len(line) + len(word) > 96:
            text += line + '\n'
            line = '   '
        line += word
    return text + line


def main():
    print('// Numbers of the elementary functions: polynomials, lowest power first, and constants.')
    print('// Made by scripts/fit_bodies.py (minimax fits in 60 digits); not edited by hand.\n')
    for name, (comment, kinds) in fits.items():
        errors, rows = [], []
        for dtype, (target, weight, lo, hi, count) in kinds.items():
            c, worst, _ = fit(target, weight, lo, hi, count, f32 if dtype == 'float32' else f64)
            errors.append(f'{float(worst):.1e}')
            rows.append(f'  {dtype}: [\n{row(c)}\n  ],')
        print(f'/** {comment}.\n *  Error at most {" and ".join(errors)}. */')
        print(f'export const {name} = {{')
        print('\n'.join(rows))
        print('};\n')
    for name, (comment, value, narrow, wide) in constants.items():
        print(f'/** {comment}. */')
        print(f'export const {name} = {{')
        for dtype, bits in (('float32', narrow), ('float64', wide)):
            parts = ', '.join(repr(float(v)) for v in split(value, bits, 1, -bits))
            print(f'  {dtype}: [{parts}],')
        print('};\n')
    print('/** The middle of erfNear: there its first coefficient is nearly a float32. */')
    print(f'export const erfMiddle = {float(ERF_NEAR)!r};\n')
    print('/** pi / 2 in pieces: all but the last are exact times a quadrant number. */')
    print('export const halfPi = {')
    for dtype, bits, start, steps in (('float32', 24, -23, 2), ('float64', 18, -17, 5)):
        print(f'  {dtype}: [\n{row(split(pi / 2, bits, steps, start))}\n  ],')
    print('};')


if __name__ == '__main__':
    main()
