// Every function of the table, called with one argument too many of each kind and with an option that it does not take:
// it says so in a sentence, and nothing is dropped. Every parameter has a kind.

import { describe, expect, it } from 'vitest';
import * as whorl from '../../../src/index.js';
import { kindsByName } from '../../../src/tensor/arguments/names.js';
import { type Parameter, readSignature } from '../../../src/tensor/arguments/signature.js';
import { signatures } from '../../../src/tensor/define.js';

type Any = any;
const { nn, ones, Tensor } = whorl as Any;
const x = ones(2, 2);

const samples: unknown[] = [x, 1, 'sum', true, [1], [x], 'float32', () => x, {}];
const sampleOf = ({ kind }: Parameter): unknown => samples.find((value) => kind.fits(value));

/** Where users find it; methods are called on a tensor. */
function functionOf(name: string, kind: string): ((...args: unknown[]) => unknown) | undefined {
  if (kind === 'method') return (...args) => Tensor.prototype[name].apply(x, args);
  const [space, own] = name.includes('.') ? name.split('.') : ['', name];
  const places: Record<string, Any> = {
    F: nn.functional,
    init: nn.init,
    linalg: (whorl as Any).linalg,
    special: (whorl as Any).special,
    '': whorl,
  };
  return places[space!]?.[own!];
}

const rows = [...signatures].map(([name, row]) => ({ name, row, read: readSignature(row.text) }));
const surplus: unknown[] = [7, true, 'seven', null, x, [7]];

describe('every signature', () => {
  it('is in the table', () => {
    expect(rows.length).toBeGreaterThan(500);
  });

  it('knows what its parameters take', () => {
    const unknown = rows.flatMap(({ name, row }) =>
      row.text
        .split(/[\s|*]+/)
        .filter((word) => word !== '' && !word.includes(':'))
        .map((word) => word.replace(/[.?!]/g, ''))
        .filter((word) => !kindsByName.has(word))
        .map((word) => `${name}: ${word}`),
    );
    expect(unknown).toEqual([]);
  });

  it('refuses one argument too many, whatever it is', () => {
    const silent: string[] = [];
    for (const { name, row, read } of rows) {
      const call = functionOf(name, row.kind);
      if (call === undefined || read.variadic) continue;
      const places = [...read.front, ...read.options.slice(0, read.loose)].map(sampleOf);
      for (const value of surplus) {
        let words = 'nothing';
        try {
          call(...places, value);
        } catch (error) {
          words = (error as Error).message;
        }
        if (!/: takes (at most|no positional)/.test(words)) silent.push(`${name}: ${words}`);
      }
    }
    expect(silent).toEqual([]);
  });

  it('refuses an option that it does not take', () => {
    const silent: string[] = [];
    for (const { name, row, read } of rows) {
      const call = functionOf(name, row.kind);
      if (call === undefined || /^(at|atSync)$/.test(name)) continue;
      let words = 'nothing';
      try {
        call(...read.front.slice(0, read.variadic ? -1 : undefined).map(sampleOf), { zebra: 1 });
      } catch (error) {
        words = (error as Error).message;
      }
      if (!words.includes('unknown option "zebra"')) silent.push(`${name}: ${words}`);
    }
    expect(silent).toEqual([]);
  });
});
