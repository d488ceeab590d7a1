// TEMPORARY STAND-IN by the lead until the real file lands (whoever owns engine/realize.ts: overwrite this).
import { arrayOf, itemSize, isFloating, type TypedArray } from '../graph/dtype.js';
import { contiguousStrides, dropSources, type Node, sizeOf } from '../graph/node.js';
import { currentDevice } from './device.js';

const values = (n: Node): any => {
  const { buffer, offset } = currentDevice().device.locate(n.buffer as never);
  return new arrayOf[n.dtype](buffer as ArrayBuffer, offset, sizeOf(n.shape));
};
function unflat(i: number, shape: readonly number[]): number[] {
  const out = new Array(shape.length);
  for (let k = shape.length - 1; k >= 0; k--) { out[k] = i % shape[k]!; i = Math.floor(i / shape[k]!); }
  return out;
}
const flat = (idx: number[], shape: readonly number[]) => { const s = contiguousStrides(shape); let r = 0; for (let i = 0; i < idx.length; i++) r += idx[i]! * s[i]!; return r; };
export function realize(roots: readonly Node[]): void {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const todo = [...roots];
  while (todo.length) { const n = todo.pop()!; if (seen.has(n) || n.buffer) continue; seen.add(n); order.push(n); todo.push(...n.sources); }
  order.sort((a, b) => a.id - b.id);
  const data = new Map<Node, any>();
  const get = (n: Node): any => { let d = data.get(n); if (!d) { d = [...values(n)].map(Number); data.set(n, d); } return d; };
  for (const n of order) data.set(n, evaluate(n, get));
  const { device } = currentDevice();
  for (const n of new Set(roots)) {
    if (n.buffer) continue;
    const mem = device.allocate(Math.max(1, sizeOf(n.shape)) * itemSize[n.dtype]);
    n.buffer = mem; device.freeWith(n, mem);
    const out = values(n) as TypedArray; const d = get(n);
    for (let i = 0; i < d.length; i++) out[i] = n.dtype === 'int64' ? BigInt(d[i]) : d[i];
    if (n.history === null || n.history.kind === 'spent') dropSources(n);
  }
}
const fin = (n: Node, v: number) => n.dtype === 'float32' ? Math.fround(v) : n.dtype === 'int32' ? v | 0 : n.dtype === 'uint8' ? v & 255 : n.dtype === 'bool' ? (v ? 1 : 0) : v;
const erf = (x: number) => { const s = Math.sign(x); x = Math.abs(x); if (x < 2.5) { let t = x, sum = x; for (let k = 1; k < 100; k++) { t *= -x * x / k; sum += t / (2 * k + 1); } return s * sum * 2 / Math.sqrt(Math.PI); } let f = 0; for (let k = 60; k > 0; k--) f = k / 2 / (x + f); return s * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f)); };
const U: Record<string, (x: number, n: Node) => number> = { NEG: x => -x, ABS: Math.abs, RECIP: x => 1 / x, SQRT: Math.sqrt, FLOOR: Math.floor, CEIL: Math.ceil, TRUNC: Math.trunc, ROUND: x => { const r = Math.round(x); return Math.abs(x - Math.trunc(x)) === 0.5 && r % 2 ? r - 1 : r; }, NOT: (x, n) => n.dtype === 'bool' ? (x ? 0 : 1) : ~x, EXP: Math.exp, EXPM1: Math.expm1, LOG: Math.log, LOG1P: Math.log1p, LOG2: Math.log2, LOG10: Math.log10, SIN: Math.sin, COS: Math.cos, TAN: Math.tan, ASIN: Math.asin, ACOS: Math.acos, ATAN: Math.atan, SINH: Math.sinh, COSH: Math.cosh, TANH: Math.tanh, ASINH: Math.asinh, ACOSH: Math.acosh, ATANH: Math.atanh, SIGMOID: x => 1 / (1 + Math.exp(-x)), ERF: erf, ERFC: x => 1 - erf(x), ALIAS: x => x };
const B: Record<string, (a: number, b: number, n: Node) => number> = { ADD: (a, b) => a + b, SUB: (a, b) => a - b, MUL: (a, b, n) => n.dtype === 'int32' ? Math.imul(a, b) : a * b, DIV: (a, b) => a / b, IDIV: (a, b) => Math.floor(a / b), MOD: (a, b) => { const r = a % b; return r !== 0 && (r < 0) !== (b < 0) ? r + b : r; }, FMOD: (a, b) => a % b, POW: Math.pow, ATAN2: Math.atan2, MAX: (a, b) => Math.max(a, b), MIN: (a, b) => Math.min(a, b), LT: (a, b) => +(a < b), LE: (a, b) => +(a <= b), EQ: (a, b) => +(a === b), AND: (a, b) => a & b, OR: (a, b) => a | b, XOR: (a, b) => a ^ b, SHL: (a, b) => a << b, SHR: (a, b) => a >> b };
function evaluate(n: Node, get: (n: Node) => any): any {
  const size = sizeOf(n.shape), out = new Array(size), s = n.sources, arg = n.arg as any;
  const each = (f: (idx: number[], i: number) => number) => { for (let i = 0; i < size; i++) out[i] = fin(n, f(unflat(i, n.shape), i)); return out; };
  if (n.op === 'CONST') return out.fill(fin(n, n.scalars[0]!));
  if (n.op === 'IOTA') return each((_, i) => i);
  if (n.op === 'CAST') { const a = get(s[0]!); return each((_, i) => n.dtype === 'bool' ? +(a[i] !== 0) : isFloating(n.dtype) ? a[i] : Math.trunc(a[i]) || 0); }
  if (U[n.op]) { const a = get(s[0]!); return each((_, i) => U[n.op]!(a[i], n)); }
  if (B[n.op]) { const a = get(s[0]!), b = get(s[1]!); return each((_, i) => B[n.op]!(a[i], b[i], n)); }
  if (n.op === 'WHERE') { const c = get(s[0]!), a = get(s[1]!), b = get(s[2]!); return each((_, i) => c[i] ? a[i] : b[i]); }
  const a = get(s[0]!), sh = s[0]!.shape;
  switch (n.op) {
    case 'RESHAPE': return a;
    case 'PERMUTE': return each(idx => { const j: number[] = []; idx.forEach((v, i) => { j[arg.order[i]] = v; }); return a[flat(j, sh)]; });
    case 'EXPAND': return each(idx => a[flat(idx.map((v, i) => sh[i] === 1 ? 0 : v), sh)]);
    case 'PAD': return each(idx => { const j = idx.map((v, i) => v - arg.before[i]); return j.every((v, i) => v >= 0 && v < sh[i]!) ? a[flat(j, sh)] : n.scalars[0]!; });
    case 'SHRINK': return each(idx => a[flat(idx.map((v, i) => n.scalars[i]! + v * arg.steps[i]), sh)]);
    case 'FLIP': return each(idx => a[flat(idx.map((v, i) => arg.axes.includes(i) ? sh[i]! - 1 - v : v), sh)]);
    case 'DIAGONAL': return each(idx => { const k = idx[idx.length - 1]!; const rest = idx.slice(0, -1); const j: number[] = []; for (let i = 0; i < sh.length; i++) j.push(i === arg.a ? n.scalars[0]! + k : i === arg.b ? n.scalars[1]! + k : rest.shift()!); return a[flat(j, sh)]; });
    case 'WINDOW': return each(idx => { const k = idx[idx.length - 1]!; return a[flat(idx.slice(0, -1).map((v, i) => i === arg.axis ? v * arg.step + k : v), sh)]; });
    case 'FOLD': { out.fill(0); for (let i = 0; i < sizeOf(sh); i++) { const idx = unflat(i, sh), k = idx[idx.length - 1]!; const p = flat(idx.slice(0, -1).map((v, j) => j === arg.axis ? v * arg.step + k : v), n.shape); out[p] = fin(n, out[p] + a[i]); } return out; }
    case 'SPLICE': { const v = get(s[1]!), vs = s[1]!.shape; for (let i = 0; i < size; i++) out[i] = a[i]; const w = arg.view; for (let i = 0; i < sizeOf(vs); i++) { const idx = unflat(i, vs); let j: number[]; if (w.op === 'SHRINK') j = idx.map((x, q) => n.scalars[q]! + x * w.steps[q]); else if (w.op === 'WINDOW') { const k = idx[idx.length - 1]!; j = idx.slice(0, -1).map((x, q) => q === w.axis ? x * w.step + k : x); } else { const k = idx[idx.length - 1]!; const rest = idx.slice(0, -1); j = []; for (let q = 0; q < sh.length; q++) j.push(q === w.a ? n.scalars[0]! + k : q === w.b ? n.scalars[1]! + k : rest.shift()!); } out[flat(j, sh)] = v[i]; } return out; }
    case 'REDUCE': { const init = arg.kind === 'sum' ? 0 : arg.kind === 'prod' ? 1 : arg.kind === 'max' ? -Infinity : Infinity; out.fill(init); for (let i = 0; i < sizeOf(sh); i++) { const p = flat(unflat(i, sh).filter((_, j) => !arg.axes.includes(j)), n.shape); out[p] = arg.kind === 'sum' ? out[p] + a[i] : arg.kind === 'prod' ? out[p] * a[i] : arg.kind === 'max' ? Math.max(out[p], a[i]) : Math.min(out[p], a[i]); } return out.map((v: number) => fin(n, v)); }
    case 'SCAN': { for (let i = 0; i < size; i++) { const idx = unflat(i, n.shape); if (idx[arg.axis] === 0) { out[i] = a[i]; continue; } idx[arg.axis]!--; const q = out[flat(idx, n.shape)]; out[i] = fin(n, arg.kind === 'sum' ? q + a[i] : arg.kind === 'prod' ? q * a[i] : arg.kind === 'max' ? Math.max(q, a[i]) : Math.min(q, a[i])); } return out; }
    case 'GATHER': { const b = get(s[1]!); return each((idx, i) => { const k = b[i]; if (k < 0 || k >= sh[arg.axis]!) throw new Error('gather: index out of range'); idx[arg.axis] = k; return a[flat(idx, sh)]; }); }
    case 'SCATTER': { const ix = get(s[1]!), v = get(s[2]!); for (let i = 0; i < size; i++) out[i] = a[i]; for (let i = 0; i < ix.length; i++) { const idx = unflat(i, s[1]!.shape); if (ix[i] < 0 || ix[i] >= sh[arg.axis]!) throw new Error('scatter: index out of range'); idx[arg.axis] = ix[i]; const p = flat(idx, sh); out[p] = fin(n, arg.kind === 'set' ? v[i] : arg.kind === 'sum' ? out[p] + v[i] : arg.kind === 'prod' ? out[p] * v[i] : arg.kind === 'max' ? Math.max(out[p], v[i]) : Math.min(out[p], v[i])); } return out; }
    case 'HOST': { const conv = (x: Node) => { const d = get(x); const t = new arrayOf[x.dtype](d.length) as any; for (let i = 0; i < d.length; i++) t[i] = x.dtype === 'int64' ? BigInt(d[i]) : d[i]; return t; }; const t = new arrayOf[n.dtype](size) as any; arg.routine.run(t, s.map(conv), s.map((x: Node) => x.shape), n.shape); return Array.from(t, Number); }
    default: throw new Error(`naive: ${n.op}`);
  }
}
