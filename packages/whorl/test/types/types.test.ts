// The type tests: what both compilers say about right, wrong and ordinary programs, and how much
// work it is for them. `UPDATE_TYPES=1` records the sentences and prints the counts.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilers, type Compiler, workshop, type Workshop } from './compile.js';
import { worstCase } from './worst.js';

/** Instantiations of each program; they repeat exactly, so 10 % is a change in the types. */
const budget: Record<string, number> = {
  'budget/spiral.ts': 3_400,
  'budget/sequential.ts': 6_230,
  'budget/attention.ts': 13_950,
};
const worstBudget = 148_700;
const update = process.env.UPDATE_TYPES !== undefined;

const snapshot = fileURLToPath(new URL('mistakes.txt', import.meta.url));
const names = Object.keys(compilers) as Compiler[];

let shop: Workshop;
beforeAll(async () => {
  shop = await workshop();
}, 120_000);
afterAll(() => shop.close());

function expectWithin(count: number, wanted: number): void {
  if (update) console.log(`${count} instantiations, budget ${wanted}`);
  else {
    const message = `${count} instantiations, budget ${wanted}`;
    expect(Math.abs(count / wanted - 1), message).toBeLessThan(0.1);
  }
}

describe.each(names)('TypeScript %s', (compiler) => {
  it('finds nothing wrong in right programs, and the exact types of their values', async () => {
    expect((await shop.compile(compiler, 'right.ts')).messages).toBe('');
  }, 60_000);

  it('finds nothing wrong in ordinary code', async () => {
    expect((await shop.compile(compiler, 'ordinary.ts')).messages).toBe('');
  }, 60_000);

  it('says the recorded sentence about each mistake, at the wrong argument', async () => {
    const { messages } = await shop.compile(compiler, 'mistakes.ts');
    if (update) writeFileSync(snapshot, `${messages}\n`);
    expect(messages).toBe(readFileSync(snapshot, 'utf8').trim());
  }, 60_000);

  it.each(Object.entries(budget))(
    'checks %s within its budget',
    async (file, wanted) => {
      const { messages, instantiations } = await shop.compile(compiler, file);
      expect(messages).toBe('');
      expectWithin(instantiations, wanted);
    },
    60_000,
  );

  it('checks 250 statements, no two sizes the same, within their budget', async () => {
    const file = shop.write('worst.ts', worstCase(50));
    const { messages, instantiations } = await shop.compile(compiler, file);
    expect(messages.slice(0, 500)).toBe('');
    expectWithin(instantiations, worstBudget);
  }, 120_000);
});
