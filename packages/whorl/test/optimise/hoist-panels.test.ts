// What is filled once, in front of a parallel loop, and what is not.

import { describe, expect, it } from 'vitest';
import type { Stmt } from '../../src/ir/loop.js';
import { hoistPanels } from '../../src/optimise/hoist-panels.js';
import {
  at,
  input,
  load,
  loop,
  output,
  peek,
  poke,
  range,
  scratch,
  store,
} from '../render/loops.js';

const buffers = [input('float32', 64), output('float32', 64)];
const [block, k] = [range('block', 4), range('k', 8)];
const panel = scratch('panel', 8);
const other = scratch('other', 8);

const fill = (into = panel): Stmt => loop(k, [poke(into, at([1, k]), load(0, at([1, k])))]);
const fillForBlock = loop(k, [poke(panel, at([1, k]), load(0, at([8, block], [1, k])))]);
const use = (from = panel): Stmt =>
  loop(k, [store(1, at([8, block], [1, k]), peek(from, at([1, k])))]);
const hoisted = (...body: Stmt[]): number =>
  hoistPanels([loop(block, body, 'parallel')], buffers).length - 1;

describe('panels in front of a parallel loop', () => {
  it('are those that are the same in every turn', () => {
    expect(hoisted(fill(), use())).toBe(1);
    expect(hoisted(fill(), fill(other), use(), use(other))).toBe(2);
  });

  it('are none that depend on the turn', () => {
    expect(hoisted(fillForBlock, use())).toBe(0);
  });

  it('are none whose scratch memory a turn fills with something else, too', () => {
    expect(hoisted(fillForBlock, use(), fill(), use())).toBe(0);
    expect(hoisted(fill(other), fillForBlock, use(), fill(), use(other))).toBe(1);
  });
});
