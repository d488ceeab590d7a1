// ARCHITECTURE.md tells the truth about what each stop prints. UPDATE_WALK=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { walkText } from './walk.js';

const page = new URL('../../../../ARCHITECTURE.md', import.meta.url);

it("ARCHITECTURE.md's walk is what the stops print now", () => {
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split('<!-- walk -->\n') as [string, string];
  const [shown, after] = rest.split('<!-- end of walk -->') as [string, string];
  const now = `\n${walkText()}\n\n`;
  if (process.env['UPDATE_WALK']) {
    writeFileSync(page, `${before}<!-- walk -->\n${now}<!-- end of walk -->${after}`);
  } else {
    expect(shown).toBe(now);
  }
});
