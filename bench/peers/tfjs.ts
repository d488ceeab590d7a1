// TensorFlow.js on its WebAssembly backend, one thread, loaded when a contestant of it runs.
// in:  nothing     out: its module
//
// The package for everything (@tensorflow/tfjs) is 300 MB. Its core registers its derivatives from
// modules that Node cannot resolve, so core, derivatives and backend are bundled here, once.

import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { root } from '../../scripts/packages.mjs';

type Tfjs = typeof import('@tensorflow/tfjs-core') & typeof import('@tensorflow/tfjs-backend-wasm');

const entry = `
  export * from '@tensorflow/tfjs-core';
  export * from '@tensorflow/tfjs-backend-wasm/dist/index.js';
  import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
`;

export async function loadTfjs(): Promise<Tfjs> {
  const require = createRequire(`${root}/bench/main.ts`);
  const outfile = `${root}/node_modules/.cache/whorl-bench/tfjs-${process.pid}.cjs`;
  mkdirSync(dirname(outfile), { recursive: true });
  const { build } = await import('esbuild');
  await build({
    stdin: { contents: entry, resolveDir: `${root}/bench` },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    outfile,
  });
  const tf = require(outfile) as Tfjs;
  rmSync(outfile);
  const backend = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  tf.setWasmPaths(`${backend}/wasm-out/`);
  tf.setThreadsCount(1);
  await tf.setBackend('wasm');
  return tf;
}
