import { describe, expect, it } from 'vitest';
import { messages } from '../../src/cli/messages.js';

const { en, zh } = messages;

describe('the texts of the command', () => {
  it('are there in both languages, key by key and of the same kind', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const [key, text] of Object.entries(en)) {
      const other = zh[key as keyof typeof zh];
      expect([key, typeof other, other.length > 0]).toEqual([key, typeof text, true]);
    }
  });

  it('use everything that they are told', () => {
    for (const [key, text] of Object.entries(en)) {
      if (typeof text !== 'function' || key === 'oneOf') continue;
      const told = Array.from({ length: text.length }, (_, i) => `<${i}>`);
      for (const each of [text, zh[key as keyof typeof zh]]) {
        const said = (each as (...values: string[]) => string)(...told);
        for (const value of told) expect(said, key).toContain(value);
      }
    }
  });

  it('are Chinese in Chinese', () => {
    for (const [key, text] of Object.entries(zh)) {
      if (key === 'oneOf') continue;
      const said =
        typeof text === 'function' ? (text as (...v: string[]) => string)('a', 'b') : text;
      expect(said, key).toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
