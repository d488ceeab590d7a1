// What is copied side by side, in which order the loops then run, and that the results stay the same.

import { describe, expect, it } from 'vitest';
import type { Kernel, Stmt } from '../../src/ir/loop.js';
import { partsOf } from '../../src/ir/walk.js';
import { optimise } from '../../src/optimise/index.js';
import { wasmTarget } from '../../src/runtime/index.js';
import { inOnePiece } from '../targets.js';
import { type Loose, whorl } from '../loose.js';
import { fingerprint, randomInputs, randomSource, runJs, runWasm } from '../render/run.js';
import { loopsIn, matmul } from './nests.js';

/** What the innermost loops read, by kind: buffers are 'load', panels are 'peek'. */
function readIn(stmts: readonly Stmt[], inside = false, found = new Set<string>()): Set<string> {
  for (const stmt of stmts) {
    if (stmt.kind === 'loop') readIn(stmt.body, true, found);
    else if (inside && stmt.kind === 'assign') {
      for (const { kind } of partsOf(stmt)) found.add(kind);
    }
  }
  return found;
}

const panelsIn = (stmts: readonly Stmt[], found = new Map<string, number>()) => {
  for (const stmt of stmts) {
    if (stmt.kind === 'loop') panelsIn(stmt.body, found);
    if (stmt.kind === 'poke') found.set(stmt.scratch.name, 4 * stmt.scratch.length);
  }
  return found;
};

/** Sums in the innermost loops: a tile of 4 rows and 2 vectors has 8. */
const sumsIn = (stmts: readonly Stmt[]): number =>
  Math.max(
    stmts.filter(({ kind }) => kind === 'assign').length,
    ...stmts.map((stmt) => (stmt.kind === 'loop' ? sumsIn(stmt.body) : 0)),
  );

const forms = [
  ['A B', {}, true],
  ['A transposed, times B', { a: true }, false],
  ['A times B transposed', { b: true }, true],
  ['both transposed', { a: true, b: true }, true],
] as const;

describe('a large product', () => {
  it.each(forms)('%s reads panels in a tile of 4 x 8', (_, transposed, readsRows) => {
    const { body } = optimise(matmul(256, 256, 256, transposed), wasmTarget);
    expect(sumsIn(body)).toBe(8);
    expect(panelsIn(body).size).toBe(readsRows ? 1 : 2);
    const read = readIn(body);
    expect(read.has('peek')).toBe(true);
    // rows that lie side by side are read where they are
    expect(read.has('load')).toBe(readsRows);
  });

  it('keeps its panels in scratch memory, however long its sums are', () => {
    for (const [, transposed] of forms) {
      for (const k of [64, 784, 4096, 30_000]) {
        const panels = panelsIn(optimise(matmul(256, k, 256, transposed), wasmTarget).body);
        const bytes = [...panels.values()].reduce((sum, n) => sum + n, 0);
        expect(bytes).toBeLessThanOrEqual(wasmTarget.machine.panelBytes);
      }
    }
    // sums in lanes have scratch arrays of their own beside the panels
    expect(wasmTarget.machine.panelBytes).toBeLessThanOrEqual(wasmTarget.scratchBytes - 65_536);
  });

  it('of which both operands are scattered runs in blocks of rows', () => {
    const loops = loopsIn(optimise(matmul(512, 2048, 64, { a: true }), inOnePiece).body);
    const blocks = loops.filter((line) => line.startsWith('i0_'));
    expect(blocks.length).toBeGreaterThan(0);
  });
});

it('a small or thin product is not packed', () => {
  for (const [m, k, n] of [
    [4000, 100, 4],
    [64, 16, 64],
    [4000, 2, 100],
  ]) {
    expect(panelsIn(optimise(matmul(m!, k!, n!), wasmTarget).body).size, `${m} x ${k} x ${n}`).toBe(
      0,
    );
  }
});

function expectSame(kernel: Kernel, seed: number, what: string): void {
  const inputs = randomInputs(kernel, seed, 0);
  const expected = fingerprint(runJs(kernel, inputs));
  const fast = optimise(kernel, inOnePiece);
  expect(fingerprint(runWasm(fast, inputs)), what).toEqual(expected);
  expect(fingerprint(runJs(fast, inputs)), what).toEqual(expected);
}

describe('packing keeps every bit', () => {
  it('of products of any shape and form', () => {
    const random = randomSource(11);
    const size = (most: number): number => 1 + Math.floor(most * random() ** 2);
    for (let n = 0; n < 60; n++) {
      const [m, k, c] = [size(70), size(400), size(70)];
      const transposed = { a: random() < 0.5, b: random() < 0.5 };
      expectSame(
        matmul(m, k, c, transposed),
        n,
        `${m} x ${k} x ${c} ${JSON.stringify(transposed)}`,
      );
    }
  });

  it('where rows run in blocks that do not divide them', () => {
    const kernel = matmul(100, 2048, 56, { a: true });
    const rows = loopsIn(optimise(kernel, inOnePiece).body).filter((line) =>
      line.startsWith('i0 '),
    );
    expect(rows).toEqual(['i0 9 serial', 'i0 9 serial', 'i0 7 serial', 'i0 7 serial']);
    expectSame(kernel, 1, 'blocks of rows');
  });
});

it('parts of a loop that was cut have panels of their own: a convolution over a padded, narrowed image', () => {
  const { constantPadNd, nn, tensor } = whorl;
  const data = (shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tensor(
      Array.from({ length: size }, (_, i) => ((i * 7) % 17) - 8),
      { shape },
    );
  };
  const image = () => constantPadNd(data([1, 2, 5, 5]), [2, 5], 0).narrow(3, 0, 9);
  const stored = tensor(image().contiguous().dataSync(), { shape: [1, 2, 5, 9] });
  const convolved = (x: Loose) => nn.functional.conv2d(x, data([4, 2, 3, 3]), null, { stride: 2 });
  expect(convolved(image()).dataSync()).toEqual(convolved(stored).dataSync());
});
