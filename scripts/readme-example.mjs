// The README's first example as a program: what it promises is what is run.
// in:  README.md     out: the example, as written or bundled into one module

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './packages.mjs';

/** @returns {string} TypeScript, importing `whorl` */
export function readmeExample(readme = `${root}/README.md`) {
  const match = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(readme, 'utf8'));
  if (!match?.[1]) throw new Error(`${readme} has no \`\`\`ts block.`);
  return match[1];
}

/**
 * @param {string} source TypeScript
 * @param {{ folder: string, whorl?: string, minify?: boolean }} options the folder it is resolved
 *   from, and what `whorl` is, where it is not an installed package
 */
export async function bundle(source, { folder, whorl, minify = false }) {
  const { build } = await import('esbuild');
  const result = await build({
    stdin: { contents: source, resolveDir: folder, loader: 'ts', sourcefile: 'example.ts' },
    bundle: true,
    write: false,
    minify,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    alias: whorl
      ? { 'whorl/reference': join(dirname(whorl), 'engine/devices/reference.ts'), whorl }
      : {},
    // what is installed, whatever a tsconfig.json nearby says of it
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return result.outputFiles?.[0]?.text ?? '';
}
