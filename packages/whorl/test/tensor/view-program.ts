// One random program of views and writes, run on the library's tensors and on a model that is nothing but memory.
// in:  dice, a tensor, the model of its memory     out: a log of the steps; expectations on the way

import { expect } from 'vitest';
import type { Dice } from '../dice.js';
import { type Loose, whorl } from '../loose.js';
import * as model from './strided-memory.js';
import type { Place, View } from './strided-memory.js';

const { slice, tensor } = whorl;
export const refusal =
  'more than one element of the written-to tensor refers to a single memory location';
/** A zero is a zero, whatever its sign. */
export const plain = (value: unknown): number => Number(value) + 0;
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

interface Seen {
  readonly view: View;
  readonly tensor: Loose;
  readonly how: string;
}

/** One run: the same steps on the library's tensors and on the model. */
export class Program {
  readonly pool: Seen[];
  readonly log: string[] = [];
  constructor(
    readonly dice: Dice,
    readonly memory: model.Memory,
    base: Loose,
    /** whether values may be looked at on the way */
    readonly reads: boolean,
  ) {
    this.pool = [{ view: model.contiguous(base.shape), tensor: base, how: 'x' }];
  }

  get steps(): string {
    return this.log.join('\n');
  }

  private below(n: number): number {
    return this.dice.below(n);
  }

  /** Another view, seldom of the base alone. */
  see(): void {
    const from = this.dice.pick(this.pool.slice(-4));
    const made = this.seen(from);
    if (made === null || made.view.shape.length > 4 || sizeOf(made.view.shape) > 200) return;
    this.log.push(`v${this.pool.length} = ${made.how}`);
    expect(made.tensor.shape, this.steps).toEqual(made.view.shape);
    // where there is nothing, and over axes of one element, strides show nothing
    const matter = (strides: readonly number[]) =>
      strides.filter((_, i) => made.view.shape[i]! > 1);
    if (sizeOf(made.view.shape) > 0)
      expect([matter(made.tensor.stride()), made.tensor.storageOffset()], this.steps).toEqual([
        matter(made.view.strides),
        made.view.offset,
      ]);
    this.pool.push(made);
  }

  private seen(from: Seen): Seen | null {
    const { view: v, tensor: t } = from;
    const rank = v.shape.length;
    const name = `v${this.pool.indexOf(from)}`;
    const axis = rank > 0 ? this.below(rank) : 0;
    const n = v.shape[axis] ?? 0;
    switch (this.below(11)) {
      case 0: {
        if (n === 0) return null;
        const i = this.below(n);
        return {
          view: model.select(v, axis, i),
          tensor: t.select(axis, i),
          how: `${name}.select(${axis}, ${i})`,
        };
      }
      case 1: {
        if (rank === 0) return null;
        const start = this.below(n + 1);
        const length = this.below(n - start + 1);
        const how = `${name}.narrow(${axis}, ${start}, ${length})`;
        return {
          view: model.slice(v, axis, start, 1, length),
          tensor: t.narrow(axis, start, length),
          how,
        };
      }
      case 2: {
        if (n === 0) return null;
        const [start, step] = [this.below(n), 1 + this.below(2)];
        const length = Math.ceil((n - start) / step);
        const items = [...v.shape.keys()].map((i) =>
          i === axis ? slice(start, null, step) : slice(),
        );
        const how = `${name}.at(axis ${axis}: ${start}::${step})`;
        return { view: model.slice(v, axis, start, step, length), tensor: t.at(...items), how };
      }
      case 3: {
        const order = [...v.shape.keys()];
        for (let i = order.length - 1; i > 0; i--) {
          const j = this.below(i + 1);
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
        return {
          view: model.permute(v, order),
          tensor: t.permute(order),
          how: `${name}.permute(${order})`,
        };
      }
      case 4:
      case 5: {
        const front = this.below(2) === 0 ? [1 + this.below(3)] : [];
        const shape = [...front, ...v.shape.map((m) => (m === 1 ? 1 + this.below(3) : m))];
        return {
          view: model.expand(v, shape),
          tensor: t.expand(shape),
          how: `${name}.expand(${shape})`,
        };
      }
      case 6:
      case 7: {
        if (n === 0) return null;
        const [size, step] = [1 + this.below(n), 1 + this.below(3)];
        const how = `${name}.unfold(${axis}, ${size}, ${step})`;
        return { view: model.unfold(v, axis, size, step), tensor: t.unfold(axis, size, step), how };
      }
      case 8: {
        if (rank < 2) return null;
        const k = this.below(3) - 1;
        return { view: model.diagonal(v, k), tensor: t.diagonal(k), how: `${name}.diagonal(${k})` };
      }
      case 9:
        return {
          view: v,
          tensor: t.detach !== undefined && this.below(3) > 0 ? t.view(v.shape) : t.at('...'),
          how: `${name}.view(${v.shape})`,
        };
      default: {
        const shape = this.shapeFor(sizeOf(v.shape));
        const view = model.reshape(v, shape);
        if (view !== null) return { view, tensor: t.view(shape), how: `${name}.view(${shape})` };
        expect(() => void t.view(shape), `${this.steps}\n${name}.view(${shape})`).toThrow(
          'not compatible',
        );
        return null;
      }
    }
  }

  private shapeFor(n: number): number[] {
    if (n === 0) return [0];
    const fits = [2, 3, 4].filter((d) => n % d === 0);
    if (fits.length === 0 || this.below(3) === 0) return this.below(2) === 0 ? [n] : [1, n];
    const d = this.dice.pick(fits);
    return this.below(2) === 0 ? [d, n / d] : [n / d, d];
  }

  private readonly place = (value: number): Place =>
    model.constantPlace(this.memory.start.length, value);

  write(dtype: string): void {
    const target = this.dice.pick(this.pool.slice(-5));
    const { view, tensor: t } = target;
    const n = sizeOf(view.shape);
    const name = `v${this.pool.indexOf(target)}`;
    const number = this.below(7) - 3;
    const numbers = Array.from({ length: n }, () => this.below(9) - 4);
    const values = () => tensor(numbers, { dtype, shape: view.shape });
    const [expanded, twice] = [model.isExpanded(view), model.showsTwice(view)];
    const old = this.memory.take(view);
    const fill = (change: (old: Place, i: number) => Place) =>
      this.memory.write(view, old.map(change));
    const attempt = (what: string, isRefused: boolean, call: () => void, done: () => void) => {
      this.log.push(`${name}.${what}${isRefused ? ' is refused' : ''}`);
      if (isRefused) return void expect(call, this.steps).toThrow(refusal);
      call();
      done();
    };
    switch (this.below(11)) {
      case 0:
        return attempt(
          `add_(${number})`,
          twice,
          () => void t.add_(number),
          () => fill((p) => p.map((c, i) => (i === 0 ? c + number : c))),
        );
      case 1:
        return attempt(
          'mul_(-1)',
          twice,
          () => void t.mul_(-1),
          () => fill((p) => p.map((c) => -c)),
        );
      case 2:
        return attempt(
          `sub_([${numbers}])`,
          twice,
          () => void t.sub_(values()),
          () => fill((p, k) => p.map((c, i) => (i === 0 ? c - numbers[k]! : c))),
        );
      case 3:
        return attempt(
          `copy_([${numbers}])`,
          expanded,
          () => void t.copy_(values()),
          () => fill((_, k) => this.place(numbers[k]!)),
        );
      case 4:
        return attempt(
          `fill_(${number})`,
          false,
          () => void t.fill_(number),
          () => fill(() => this.place(number)),
        );
      case 5:
        return attempt(
          'zero_()',
          false,
          () => void t.zero_(),
          () => fill(() => this.place(0)),
        );
      case 6: {
        const mask = numbers.map((v) => v > 0);
        const places = model.positions(view).filter((_, k) => mask[k]);
        return attempt(
          `maskedFill_([${mask}], ${number})`,
          false,
          () => void t.maskedFill_(tensor(mask, { dtype: 'bool', shape: view.shape }), number),
          () => {
            for (const p of places) this.memory.places[p] = this.place(number);
          },
        );
      }
      case 7:
      case 8:
        return this.writeElement(target, name, number, dtype);
      case 9:
        return this.writeRows(target, name, dtype);
      default:
        return this.copyFrom(target, name);
    }
  }

  /** One element or row, by a number or a tensor. */
  private writeElement(
    { view, tensor: t }: Seen,
    name: string,
    number: number,
    dtype: string,
  ): void {
    if (view.shape.length === 0 || view.shape.some((n) => n === 0)) return;
    const items = view.shape.slice(0, 1 + this.below(view.shape.length)).map((n) => this.below(n));
    const part = items.reduce((v, i) => model.select(v, 0, i), view);
    const byTensor = this.below(2) === 0;
    const value = byTensor ? tensor(number, { dtype }) : number;
    const isRefused = byTensor && model.isExpanded(part);
    this.log.push(
      `${name}.setAt([${items}], ${byTensor ? 'tensor ' : ''}${number})${isRefused ? ' is refused' : ''}`,
    );
    if (isRefused)
      return void expect(() => void t.setAt(items, value), this.steps).toThrow(refusal);
    t.setAt(items, value);
    this.memory.write(
      part,
      model.positions(part).map(() => this.place(number)),
    );
  }

  /** Rows by an index tensor, one of them maybe twice: the last value stays. */
  private writeRows({ view, tensor: t }: Seen, name: string, dtype: string): void {
    if (view.shape.length === 0 || view.shape.some((n) => n === 0)) return;
    const rows = Array.from({ length: 1 + this.below(3) }, () => this.below(view.shape[0]!));
    const rest = view.shape.slice(1);
    const numbers = Array.from({ length: rows.length * sizeOf(rest) }, () => this.below(9) - 4);
    this.log.push(`${name}.setAt([[${rows}]], [${numbers}])`);
    t.setAt(
      [tensor(rows, { dtype: 'int64' })],
      tensor(numbers, { dtype, shape: [rows.length, ...rest] }),
    );
    rows.forEach((row, i) => {
      const part = model.select(view, 0, row);
      const own = numbers.slice(i * sizeOf(rest), (i + 1) * sizeOf(rest));
      this.memory.write(
        part,
        own.map((v) => this.place(v)),
      );
    });
  }

  /** What another view shows, as a copy: views of one memory must be apart or too hard to tell. */
  private copyFrom(target: Seen, name: string): void {
    const same = this.pool.filter((s) => String(s.view.shape) === String(target.view.shape));
    const source = this.dice.pick(same);
    const values = this.memory.take(source.view);
    const isRefused = model.isExpanded(target.view);
    // what comes to one place twice has PyTorch's gradient twice, which is not that of the numbers
    if (!isRefused && model.showsTwice(target.view)) return;
    this.log.push(
      `${name}.copy_(v${this.pool.indexOf(source)}.clone())${isRefused ? ' is refused' : ''}`,
    );
    const copy = () => void target.tensor.copy_(source.tensor.clone());
    if (isRefused) return void expect(copy, this.steps).toThrow(refusal);
    copy();
    this.memory.write(target.view, values);
  }

  read(): void {
    if (!this.reads) return;
    const from = this.dice.pick(this.pool);
    this.log.push(`read v${this.pool.indexOf(from)}`);
    const values = [from.tensor.toArraySync()].flat(5).map(plain);
    expect(values, this.steps).toEqual(this.memory.read(from.view));
  }

  run(dtype: string): void {
    for (let i = 0; i < 14; i++) {
      const turn = this.below(10);
      if (turn < 4) this.see();
      else if (turn < 8) this.write(dtype);
      else this.read();
    }
  }

  /** Everything that is shown at the end, in any order. */
  compareAll(): void {
    const order = [...this.pool].sort(() => this.dice.next() - 0.5);
    for (const { tensor: t, view } of order) {
      const values = [t.toArraySync()].flat(5).map(plain);
      expect(
        values,
        `${this.steps}\nat the end v${this.pool.findIndex((s) => s.tensor === t)}`,
      ).toEqual(this.memory.read(view));
    }
  }
}
