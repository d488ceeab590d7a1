// Random kernels of the shapes that lowering makes: output loops, reductions in them, any dtype.
// in:  a source of numbers     out: a kernel that stays inside its buffers

import type { DType } from '../../src/graph/dtype.js';
import { dtypes } from '../../src/graph/dtype.js';
import type {
  BinaryFn,
  Expr,
  Index,
  Kernel,
  Local,
  Range,
  Stmt,
  UnaryFn,
} from '../../src/ir/loop.js';
import {
  add,
  assign,
  at,
  binary,
  cast,
  check,
  constant,
  indexOf,
  input,
  inside,
  kernel,
  letIn,
  load,
  local,
  loop,
  output,
  peek,
  poke,
  range,
  scratch,
  select,
  store,
  unary,
  varIn,
  when,
} from './loops.js';

const bufferSize = 400;
const floats: readonly BinaryFn[] = ['add', 'sub', 'mul', 'div', 'min', 'max'];
const integers: readonly BinaryFn[] = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'min',
  'max',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
];
const bools: readonly BinaryFn[] = ['and', 'or', 'xor'];
const floatUnary: readonly UnaryFn[] = ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'];

export class RandomKernel {
  private names = 0;
  private locals: Local[] = [];
  private ranges: Range[] = [];
  /** Definitions that the next statement needs. */
  private lets: Stmt[] = [];

  constructor(private readonly random: () => number) {}

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)];
  }

  private int(lo: number, hi: number): number {
    return lo + Math.floor(this.random() * (hi - lo + 1));
  }

  private fresh(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  private taken(): Stmt[] {
    const { lets } = this;
    this.lets = [];
    return lets;
  }

  make(): Kernel {
    const [n, m] = [this.int(1, 11), this.int(1, 14)];
    const i = range(this.fresh('i'), n),
      j = range(this.fresh('i'), m);
    const results = [this.pick(dtypes), this.pick(dtypes)];
    this.ranges = [i, j];
    const stores = results.flatMap((dtype, slot): Stmt[] => {
      const place = this.random() < 0.8 ? at([m, i], [1, j]) : at([1, i], [n, j]);
      const own = store(dtypes.length + slot, place, this.value(dtype, 3));
      return [...this.taken(), own];
    });
    const inner = [...this.statements(), ...stores];
    this.locals = [];
    this.ranges = [i];
    const row = this.random() < 0.3 ? this.rowSum(i) : [];
    const body = [loop(i, [loop(j, inner), ...row])];
    const inputs = dtypes.map((dtype) => input(dtype, bufferSize));
    return kernel(
      [...inputs, ...results.map((dtype) => output(dtype, n * m)), output('float32', n)],
      this.random() < 0.5 ? body : [...body, ...this.second(n)],
      ['int32', 'float32'],
    );
  }

  /** Another nest with loops of its own that reads what the first one wrote. */
  private second(n: number): Stmt[] {
    const i = range(this.fresh('i'), n);
    this.ranges = [i];
    this.locals = [];
    const sum = add(load(dtypes.length + 2, at([1, i])), this.value('float32', 2));
    const own = this.taken();
    return [loop(i, [...own, ...this.statements(), store(dtypes.length + 2, at([1, i]), sum)])];
  }

  /** A sum in 16 lanes of scratch memory. */
  private rowSum(i: Range): Stmt[] {
    const lanes = scratch(this.fresh('lanes'), 16);
    const lane = range(this.fresh('lane'), 16),
      k = range(this.fresh('k'), this.int(1, 4));
    const sum = local(this.fresh('sum')),
      h = range(this.fresh('h'), 8);
    const own = load(dtypes.indexOf('float32'), at([16, k], [1, lane], [2, i]));
    return [
      loop(lane, [
        varIn(sum, constant('float32', 0)),
        loop(k, [assign(sum, add(sum, own))]),
        poke(lanes, at([1, lane]), sum),
      ]),
      loop(h, [poke(lanes, at([1, h]), add(peek(lanes, at([1, h])), peek(lanes, at([1, h], 8))))]),
      store(dtypes.length + 2, at([1, i]), add(peek(lanes, at(0)), peek(lanes, at(7)))),
    ];
  }

  private statements(): Stmt[] {
    const made: Stmt[] = [];
    for (let count = this.int(0, 3); count > 0; count--) {
      const dtype = this.pick(dtypes);
      const name = local(this.fresh('v'), dtype);
      const value = this.value(dtype, 3);
      const kind = this.random();
      made.push(...this.taken());
      if (kind < 0.4) made.push(letIn(name, value));
      else
        made.push(varIn(name, value), ...(kind < 0.8 ? this.reduction(name) : this.choice(name)));
      this.locals.push(name);
    }
    if (this.random() < 0.1) {
      const ok = this.value('bool', 1);
      made.push(...this.taken(), check(ok, 3));
    }
    return made;
  }

  private reduction(total: Local): Stmt[] {
    const k = range(this.fresh('k'), this.int(1, 10));
    const before = [this.ranges, this.locals];
    this.ranges = [...this.ranges, k];
    const own = local(this.fresh('v'), total.dtype);
    const fn = total.dtype === 'bool' ? 'or' : this.pick(['add', 'max', 'min'] as const);
    const value = this.value(total.dtype, 2);
    const body = [...this.taken(), letIn(own, value), assign(total, binary(fn, total, own))];
    [this.ranges, this.locals] = before as [Range[], Local[]];
    return [loop(k, body)];
  }

  private choice(result: Local): Stmt[] {
    const [condition, value] = [this.value('bool', 1), this.value(result.dtype, 2)];
    return [...this.taken(), when(condition, [assign(result, value)])];
  }

  private value(dtype: DType, depth: number): Expr {
    const known = this.locals.filter((own) => own.dtype === dtype);
    if (known.length > 0 && this.random() < 0.3) return this.pick(known);
    if (depth === 0 || this.random() < 0.15) return this.leaf(dtype);
    const kind = this.random();
    if (kind < 0.15) {
      return select(
        this.value('bool', depth - 1),
        this.value(dtype, depth - 1),
        this.value(dtype, depth - 1),
      );
    }
    if (kind < 0.3) return cast(dtype, this.value(this.pick(dtypes), depth - 1));
    if (dtype === 'bool') return this.truth(depth);
    if (kind < 0.4) {
      const isFloat = dtype.startsWith('float');
      const fn = isFloat ? this.pick(floatUnary) : this.pick(['neg', 'abs', 'not'] as const);
      return unary(fn, this.value(dtype, depth - 1));
    }
    const fns = dtype.startsWith('float') ? floats : integers;
    return binary(this.pick(fns), this.value(dtype, depth - 1), this.value(dtype, depth - 1));
  }

  private truth(depth: number): Expr {
    const kind = this.random();
    if (kind < 0.2) return inside(this.index(), this.int(-2, 20), this.int(20, 60));
    if (kind < 0.4) {
      return binary(this.pick(bools), this.value('bool', depth - 1), this.value('bool', depth - 1));
    }
    const dtype = this.pick(dtypes);
    return binary(
      this.pick(['eq', 'ne', 'lt', 'le'] as const),
      this.value(dtype, depth - 1),
      this.value(dtype, depth - 1),
    );
  }

  private leaf(dtype: DType): Expr {
    const kind = this.random();
    if (kind < 0.15) return constant(dtype, dtype === 'int64' ? 3n : this.pick([0, 1, 1]));
    if (kind < 0.2 && dtype === 'float32') return { kind: 'param', dtype, slot: 1 };
    if (kind < 0.25 && (dtype === 'int32' || dtype === 'int64'))
      return indexOf(this.index(), dtype);
    return load(dtypes.indexOf(dtype), this.index(), dtype);
  }

  /** Between 0 and bufferSize. */
  private index(): Index {
    const [i, j] = [this.pick(this.ranges), this.pick(this.ranges)];
    switch (this.int(0, 8)) {
      case 0:
        return at([1, i]);
      case 1:
        return at([1, { kind: 'div', of: at([3, i], [1, j]), by: this.int(2, 8) }], [2, j]);
      case 2:
        return at([3, { kind: 'mod', of: at([1, i], [4, j], 1), by: this.int(2, 8) }]);
      case 3:
        return at([-2, i], [1, j], 40);
      case 4:
        return at([1, { kind: 'param', slot: 0, hi: 63 }], [1, j]);
      case 5: {
        const value = binary(
          'and',
          load(dtypes.indexOf('int32'), at([1, i], [1, j]), 'int32'),
          constant('int32', 63),
        );
        const own = local(this.fresh('v'), 'int32');
        this.lets.push(letIn(own, value));
        return at([2, { kind: 'value', value: own, hi: 63 }], [1, j]);
      }
      case 6:
        return at(this.int(0, 9));
      default:
        return at([14, i], [1, j]);
    }
  }
}
