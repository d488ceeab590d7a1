// docs/seed-step.md is what the engine does now. `npm run pages` writes it anew.

import { describe, expect, it } from 'vitest';
import { renderWasm } from '../../src/render/index.js';
import { plainMemory } from '../targets.js';
import { bodies } from '../../src/lower/bodies/index.js';
import { kernelOf } from '../lower/body-kernel.js';
import { generated } from './generated.js';
import { seedStepText } from './seed-step.js';
import { listingOf } from './wasm-listing.js';

describe('the page about the seed step', () => {
  it('shows what the stops print now', () => {
    const { shown, now } = generated('docs/seed-step.md', 'seed step', seedStepText());
    expect(shown).toBe(now);
  });
});

describe('the listing of a module', () => {
  it('names every instruction of every elementary function', () => {
    for (const [name, body] of Object.entries(bodies)) {
      const kernel = kernelOf(name, body, 'float32', 'vector', 64);
      const { functions, counts } = listingOf(renderWasm(kernel, plainMemory));
      expect(functions.flat().join('\n'), name).not.toContain('undefined');
      expect(counts.get('v128.store'), name).toBeGreaterThan(0);
    }
  });
});
