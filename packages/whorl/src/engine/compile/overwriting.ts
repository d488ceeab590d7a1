// Whether a kernel may write a value over another one that it reads.
// in:  a step, the numbers of both values     out: true where each element is read before it is overwritten

import { keyOf } from '../../lower/index-algebra.js';
import type { Expr, Index, Stmt } from '../../lower/loop.js';
import { visitOnce } from '../../lower/parts.js';
import type { Step } from './order.js';

/**
 * Every load of `old` stands in the same innermost loop as the one store of `value`, at the same index and not
 * behind it: iterations then touch elements of their own.
 */
export function readsBeforeItWrites(step: Step, old: number, value: number): boolean {
  if (step.kind === 'host') return false;
  const [read, written] = [step.buffers.indexOf(old), step.buffers.indexOf(value)];
  const stores: Place[] = [];
  const loads: Place[] = [];
  collect(step.loaded.kernel.body, read, written, loads, stores);
  const [store] = stores;
  if (stores.length !== 1 || store === undefined) return false;
  const key = keyOf(store.index);
  return (
    namesEveryLoop(store) &&
    loads.every(({ body, index, at }) => {
      return body === store.body && at <= store.at && keyOf(index) === key;
    })
  );
}

interface Place {
  readonly body: readonly Stmt[];
  /** Which statement of the body. */
  readonly at: number;
  readonly index: Index;
  readonly loops: readonly string[];
}

/** Else several iterations would write, and read, the same element. */
function namesEveryLoop({ index, loops }: Place): boolean {
  const text = keyOf(index);
  return loops.every((name) => new RegExp(`\\b${name}\\b`).test(text));
}

function collect(
  body: readonly Stmt[],
  read: number,
  written: number,
  loads: Place[],
  stores: Place[],
  loops: readonly string[] = [],
): void {
  body.forEach((stmt, at) => {
    for (const expr of expressions(stmt)) {
      for (const part of visitOnce(expr).keys()) {
        if (part.kind === 'load' && part.buffer === read) {
          loads.push({ body, at, index: part.index, loops });
        }
      }
    }
    if (stmt.kind === 'store' && stmt.buffer === written) {
      stores.push({ body, at, index: stmt.index, loops });
    }
    if (stmt.kind === 'loop') {
      collect(stmt.body, read, written, loads, stores, [...loops, stmt.range.name]);
    } else if (stmt.kind === 'if') collect(stmt.body, read, written, loads, stores, loops);
  });
}

function expressions(stmt: Stmt): readonly Expr[] {
  if (stmt.kind === 'loop') return [];
  if (stmt.kind === 'if') return [stmt.condition];
  if (stmt.kind === 'check') return [stmt.ok];
  return [stmt.value];
}
