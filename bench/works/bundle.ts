// What a page loads, minified and compressed: everything that a package exports, or what the exercise names.
// in:  a package, a program     out: kilobytes (1000 bytes) after gzip

import { gzipSync } from 'node:zlib';
import { bundle as bundleSource } from '../../scripts/readme-example.mjs';
import { root } from '../../scripts/packages.mjs';
import { type Counted, identity, type Work } from '../work.js';

const everything = (name: string): string => `export * from '${name}';`;

const exercise = `
export { Linear, ReLU, Sequential, CrossEntropyLoss } from 'whorl/nn';
export { Adam } from 'whorl/optim';
export { spiral } from 'whorl/datasets';
export { manualSeed } from 'whorl';`;

const sizeOf = (source: string) => async (): Promise<Counted> => {
  const text = await bundleSource(source, { folder: `${root}/bench`, minify: true });
  return { value: gzipSync(text).length / 1000 };
};

export const bundle: Work = {
  name: 'bundle',
  says: 'everything the package exports, or what the exercise names of it, minified, gzip',
  unit: 'KB',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  rounds: 1,
  contestants: {
    whorl: sizeOf(everything('whorl')),
    'whorl-exercise': sizeOf(exercise),
    'jax-js': sizeOf(everything('@jax-js/jax')),
  },
};
