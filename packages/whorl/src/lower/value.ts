// The value of a node at an index, as an expression; what it needs is written into the open loops.
// in:  a node, an index per axis     out: an expression, computed once for each index

import type { BlockSums } from '../schedule/group.js';
import type { Place } from '../graph/axes.js';
import { sourcePlace, valuePlace } from '../graph/movement.js';
import { argOf, contiguousStrides, type Node } from '../graph/node.js';
import { type Op, type OpOf, ops } from '../graph/op.js';
import { summedAxes, termIndex } from '../graph/reductions.js';
import { indexedPlace } from '../graph/walks.js';
import { abs, add, and, cast, fma, le, lt, max, min, mul, select } from './bodies/expressions.js';
import type { KernelArguments } from './arguments.js';
import { foldValue } from './fold.js';
import { boundsOf, computed, flatten, keyOf, parameter, zero } from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import { computedAs } from '../target/elements.js';
import type { Target } from '../target/target.js';
import type { Nest } from './nest.js';
import { pointwise } from './pointwise.js';
import { reduceLoops } from './reduce.js';
import { type Steps, stepsOf } from './steps.js';
import { type Addresses, addresses, conditionOf } from './places.js';

/** What the kernel around a value offers: loops, memory, parameters, error reports. */
export interface Surroundings {
  readonly target: Target;
  readonly nest: Nest;
  readonly args: KernelArguments;
  /** Whether the node is read from memory here. */
  readonly isRead: (node: Node) => boolean;
  /** Reads a node that lies elsewhere than in a buffer; null: it lies in one. */
  readonly peek?: (node: Node, index: readonly Index[]) => Expr | null;
  readonly blockSumsOf?: ((node: Node) => BlockSums | undefined) | undefined;
  /** How many values of the kernel are made of this one. */
  readonly usesOf: (node: Node) => number;
}

type Rule = (node: Node, index: readonly Index[]) => Expr;
/** What neither the table of pointwise ops nor the rows of movements say, and a kernel computes. */
type Special = Exclude<Op, keyof typeof pointwise | OpOf<'movement' | 'stored'> | 'BUFFER'> | 'PAD';

export class Values {
  private readonly steps: Steps;

  constructor(private readonly around: Surroundings) {
    this.steps = stepsOf(around.nest);
  }

  /**
   * Asked twice for one index it gives the same expression. What several values are made of gets a
   * name: an expression without one is computed by each of its users.
   */
  readonly at: Rule = (node, index) => {
    const { nest, isRead, usesOf } = this.around;
    let key = `${node.id}`;
    for (let i = 0; i < index.length; i++) key += `,${keyOf(index[i]!)}`;
    const known = nest.recall(key);
    if (known !== undefined) return known;
    let value = isRead(node) ? this.load(node, index) : this.compute(node, index);
    if (usesOf(node) > 1) value = nest.name(value);
    nest.remember(key, value);
    return value;
  };

  /** Stored values are contiguous: how a view sees them stands in the index already. */
  load(node: Node, index: readonly Index[]): Expr {
    const peeked = this.around.peek?.(node, index) ?? null;
    if (peeked !== null) return peeked;
    const where = flatten(index, contiguousStrides(node.shape));
    const buffer = this.around.args.bufferOf(node);
    return { kind: 'load', dtype: node.dtype, buffer, index: where };
  }

  private compute(node: Node, index: readonly Index[]): Expr {
    const special = (this.special as Partial<Record<Op, Rule>>)[node.op];
    if (special !== undefined) return special(node, index);
    const { kind } = ops[node.op];
    if (kind === 'pointwise') return this.pointwise(node, index);
    if (kind === 'movement') return this.placed(node, index, null);
    throw new Error(`${node.op} is stored before it is read`);
  }

  private readonly special: Readonly<Record<Special, Rule>> = {
    CONST: (node) => {
      const slot = this.around.args.paramOf(node, 0, node.dtype);
      return { kind: 'param', dtype: node.dtype, slot };
    },
    IOTA: ({ dtype }, [index]) => {
      const own: Expr = {
        kind: 'index',
        dtype: dtype === 'int64' ? 'int64' : 'int32',
        index: index!,
      };
      return cast(own, dtype);
    },
    ALIAS: (node, index) => this.at(node.sources[0]!, index),
    FMA: (node, index) => this.multiplyAdd(node, index),
    FLUSH: (node, index) => {
      const { args, nest } = this.around;
      const a = nest.name(this.at(node.sources[0]!, index));
      const slot = args.paramOf(node, 0, node.dtype);
      const isSmall = lt(abs(a), { kind: 'param', dtype: node.dtype, slot });
      return select(isSmall, mul(a, 0), a);
    },
    PAD: (node, index) => {
      const slot = this.around.args.paramOf(node, 0, node.dtype);
      return this.placed(node, index, { kind: 'param', dtype: node.dtype, slot });
    },
    SPLICE: (node, index) => {
      const [base, value] = node.sources;
      const place = valuePlace(this.axes, node, index);
      return this.guarded(place, value!, index, () => this.at(base!, index));
    },
    REDUCE: (node, index) => this.reduce(node, index),
    FOLD: (node, index) =>
      foldValue({ nest: this.around.nest, axes: this.axes }, node, index, this.at),
    GATHER: (node, index) => {
      const [table, indices] = node.sources;
      const { axis } = argOf<'GATHER'>(node);
      const position = this.position(node, this.at(indices!, index), table!.shape[axis]!);
      return this.at(table!, indexedPlace(node, index, position));
    },
  };

  private pointwise(node: Node, index: readonly Index[]): Expr {
    const { target } = this.around;
    const own = (value: Expr): Expr => cast(value, computedAs(target, value.dtype));
    const values = node.sources.map((source) => own(this.at(source, index)));
    const rule = pointwise[node.op as keyof typeof pointwise];
    const result = rule(this.operands(values), computedAs(target, node.dtype), {
      ...this.steps,
      target,
      check: (ok) => this.check(node, ok),
    });
    return cast(result, node.dtype);
  }

  /** Those that change less often than others are computed where they change. */
  private operands(values: readonly Expr[]): Expr[] {
    const { nest } = this.around;
    const level = Math.max(...values.map((value) => nest.levelOf(value)));
    return values.map((value) => nest.operand(value, level));
  }

  /** In float64 the product is exact; a sum that rounding
   *  twice would spoil does not occur in practice. */
  private multiplyAdd(node: Node, index: readonly Index[]): Expr {
    const values = node.sources.map((source) => this.at(source, index));
    if (!this.around.target.hasFloat64) {
      const [a, b, c] = this.operands(values);
      return fma(a!, b!, c!);
    }
    const [a, b, c] = values.map((value) => cast(value, 'float64'));
    const [x, y] = this.operands([a!, b!]);
    const [product, rest] = this.operands([mul(x!, y!), c!]);
    return cast(add(product!, rest!), node.dtype);
  }

  check(node: Node, ok: Expr): void {
    const { nest, args } = this.around;
    nest.within(Math.max(nest.levelOf(ok), nest.floor), () => {
      nest.emit({ kind: 'check', ok, code: args.codeOf(node) });
    });
  }

  // ---- views

  readonly axes: Addresses = addresses((node, scalar, hi) =>
    parameter(this.around.args.paramOf(node, scalar, 'int32'), hi),
  );

  private placed(node: Node, index: readonly Index[], filling: Expr | null): Expr {
    const place = sourcePlace(this.axes, node, index);
    return this.guarded(place, node.sources[0]!, index, () => filling!);
  }

  /** The value at `place` where that exists, `otherwise` elsewhere. */
  private guarded(
    place: Place<Index>,
    source: Node,
    index: readonly Index[],
    otherwise: () => Expr,
  ): Expr {
    const condition = conditionOf(place.inside);
    if (condition === true) return this.at(source, place.index);
    if (condition === false) return otherwise();
    const { nest } = this.around;
    const initial = otherwise();
    const level = Math.max(
      nest.levelOfIndices(index),
      nest.levelOf(condition),
      nest.levelOf(initial),
      nest.floor,
    );
    return nest.within(level, () => {
      const result = nest.variable('w', source.dtype, initial);
      nest.guard(condition, () => {
        nest.emit({ kind: 'assign', local: result, value: this.at(source, place.index) });
      });
      return result;
    });
  }

  // ---- reductions and lookups

  private reduce(node: Node, index: readonly Index[]): Expr {
    const { nest, target, blockSumsOf } = this.around;
    const sums = blockSumsOf?.(node);
    if (sums !== undefined) return this.sumOfBlocks(node, sums, index);
    const { kind, order } = argOf<'REDUCE'>(node);
    const source = node.sources[0]!;
    const sizes = summedAxes(node).map((axis) => source.shape[axis]!);
    const level = Math.max(nest.levelOfIndices(index), nest.floor);
    return nest.within(level, () =>
      reduceLoops(nest, target, kind, node.dtype, order, sizes, (inner) =>
        this.at(source, termIndex(zero, node, index, inner)),
      ),
    );
  }

  private sumOfBlocks(
    node: Node,
    { node: blocks, order }: BlockSums,
    index: readonly Index[],
  ): Expr {
    const { nest, target } = this.around;
    const { kind } = argOf<'REDUCE'>(node);
    const own = order.map((axis) => index[axis]!);
    const level = Math.max(nest.levelOfIndices(index), nest.floor);
    return nest.within(level, () =>
      reduceLoops(nest, target, kind, node.dtype, 'serial', [blocks.shape[0]!], ([b]) =>
        this.load(blocks, [b!, ...own]),
      ),
    );
  }

  /** A value used as an index into 0..size-1: reported and clamped where it is outside. */
  position(node: Node, value: Expr, size: number): Index {
    const plain = plainIndex(value);
    if (plain !== null) {
      const { lo, hi } = boundsOf(plain);
      if (lo >= 0 && hi < size) return plain;
    }
    const { nest } = this.around;
    const own = nest.name(value.dtype === 'int64' ? value : cast(value, 'int32'));
    this.check(node, and(le(0, own), lt(own, size)));
    const clamped = nest.named(cast(max(min(own, size - 1), 0), 'int32'));
    return size === 1 ? zero : computed(clamped, size - 1);
  }
}

/** An expression that is only an address: a counter used as an index. */
function plainIndex(value: Expr): Index | null {
  if (value.kind === 'index') return value.index;
  if (value.kind !== 'cast') return null;
  return value.dtype === 'int32' || value.dtype === 'int64' ? plainIndex(value.a) : null;
}
