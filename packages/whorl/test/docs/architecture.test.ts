// ARCHITECTURE.md tells the truth about what each stop prints. `npm run pages` writes it anew.

import { expect, it } from 'vitest';
import { generated } from './generated.js';
import { walkText } from './walk.js';

it("ARCHITECTURE.md's walk is what the stops print now", () => {
  const { shown, now } = generated('ARCHITECTURE.md', 'walk', walkText());
  expect(shown).toBe(now);
});
