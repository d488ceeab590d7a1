// What a page loads: everything that the package exports, minified and compressed.
// in:  a package     out: kilobytes (1000 bytes) after gzip

import { gzipSync } from 'node:zlib';
import { bundle as bundleSource } from '../../scripts/readme-example.mjs';
import { root } from '../../scripts/packages.mjs';
import { type Counted, identity, type Work } from '../work.js';

const sizeOf = (name: string) => async (): Promise<Counted> => {
  const source = `export * from '${name}';`;
  const text = await bundleSource(source, { folder: `${root}/bench`, minify: true });
  return { value: gzipSync(text).length / 1000 };
};

export const bundle: Work = {
  name: 'bundle',
  says: 'everything the package exports, minified by esbuild, gzip',
  unit: 'KB',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  rounds: 1,
  contestants: { whorl: sizeOf('whorl'), 'jax-js': sizeOf('@jax-js/jax') },
};
