// Checked addresses: an access beyond a buffer or a scratch array is a trap, and nobody computes around it.

import { afterEach, describe, expect, it } from 'vitest';
import { setGuarding } from '../../src/engine/observe/check.js';
import { Rescued } from '../../src/engine/flush/rescue.js';
import type { Kernel } from '../../src/ir/loop.js';
import { MemoryFault } from '../../src/runtime/index.js';
import { at, constant, input, kernel, load, loop, output, peek, poke, range } from './loops.js';
import { scratch, store, vector } from './loops.js';
import { prepareWasm } from './run.js';

const three = constant('float32', 3);
const buffers = [input('float32', 8), output('float32', 8)];
const panel = scratch('panel', 8);

/** `turns` of eight that there is room for; `step` backwards where it is negative. */
const bodies: Record<string, (turns: number, first: number, step: number) => Kernel> = {
  'a store': (turns, first, step) => {
    const i = range('i', turns);
    return kernel(buffers, [loop(i, [store(1, at(first, [step, i]), three)])]);
  },
  'a store of lanes': (turns, first, step) => {
    const i = range('i', turns);
    return kernel(buffers, [vector(i, [store(1, at(first, [step, i]), three)])]);
  },
  'a load': (turns, first, step) => {
    const i = range('i', turns);
    return kernel(buffers, [loop(i, [store(1, at(0), load(0, at(first, [step, i])))])]);
  },
  'a poke': (turns, first, step) => {
    const i = range('i', turns);
    return kernel(buffers, [loop(i, [poke(panel, at(first, [step, i]), three)])]);
  },
  'a peek': (turns, first, step) => {
    const i = range('i', turns);
    const fill = poke(panel, at(0), three);
    return kernel(buffers, [fill, loop(i, [store(1, at(0), peek(panel, at(first, [step, i])))])]);
  },
};

const run = (tested: Kernel): void =>
  prepareWasm(tested, [new Float32Array(8), new Float32Array(8)], [], true).run();

describe.each(Object.entries(bodies))('%s', (_, of) => {
  it('may reach both ends', () => {
    run(of(8, 0, 1));
    run(of(8, 7, -1));
  });

  it('is a trap beyond either', () => {
    expect(() => run(of(9, 0, 1))).toThrow('out of bounds');
    expect(() => run(of(9, 7, -1))).toThrow('out of bounds');
  });
});

describe('a flush whose kernel touched what is not its own', () => {
  const flush = {
    roots: [],
    asked: [],
    together: [],
    earlier: () => [],
    undo: () => [],
    again: () => {},
  };
  const failing = () => new Rescued(flush, () => ({ resume: () => fail() }));
  const fail = (): never => {
    throw new MemoryFault('WHORL_CHECK: something was written 0 bytes behind a buffer');
  };

  afterEach(() => setGuarding(false));

  it('is not computed in another way', () => {
    setGuarding(true);
    expect(() => failing().resume(false)).toThrow('behind a buffer');
  });
});
