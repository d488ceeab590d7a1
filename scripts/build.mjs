// Builds the packages file by file, so that what runs has the layout of the source; for Node, which
// would spend its time on opening five hundred files, the library as a few large ones beside it.
// in:  packages/*/src     out: packages/*/dist (ES modules, declarations), what npm packs beside it
// usage: node scripts/build.mjs

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages, root, stop } from './packages.mjs';

/** In the order in which their declarations read each other. */
const packages = ['whorl', 'plot'].filter((name) => existsSync(`${root}/packages/${name}/src`));

/** The modules alone, in a second: enough to run them. */
export async function buildModules() {
  const { build, buildSync } = await import('esbuild');
  for (const name of packages) {
    const folder = `${root}/packages/${name}`;
    removeOrphans(`${folder}/src`, `${folder}/dist`);
    buildSync({
      entryPoints: sources(`${folder}/src`).map((file) => `${folder}/src/${file}`),
      outbase: `${folder}/src`,
      outdir: `${folder}/dist`,
      format: 'esm',
      target: 'es2022',
      logLevel: 'warning',
    });
  }
  await build(forNode());
}

/**
 * The library's entries and its command, with what they share: one instance of everything.
 * @returns {import('esbuild').BuildOptions}
 */
function forNode() {
  const folder = `${root}/packages/whorl`;
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const entries = Object.values(exports).map(({ node, default: file }) => [
    basename(node, '.js'),
    `${folder}/${file}`,
  ]);
  return {
    entryPoints: Object.fromEntries([...entries, ['cli', `${folder}/dist/cli/main.js`]]),
    outdir: `${folder}/dist/node`,
    bundle: true,
    splitting: true,
    packages: 'external',
    define: { WHORL_ALONE: 'true' },
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  };
}

/** The declarations, by the compiler that is fastest; `npm run check` asks both whether they agree. */
export function buildDeclarations() {
  for (const name of packages) {
    const compiler = `${root}/node_modules/typescript-native/bin/tsc`;
    const project = `${root}/packages/${name}/tsconfig.json`;
    const args = [compiler, '-p', project, '--declaration', '--emitDeclarationOnly'];
    if (spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] }).status === 0) continue;
    throw new Error(`packages/${name} does not compile: the compiler says why above.`);
  }
}

/** npm packs the files of a package's own folder only; these stand once, at the root. */
export function copyBesides() {
  copyFileSync(`${root}/README.md`, `${root}/packages/whorl/README.md`);
  for (const name of packages) copyFileSync(`${root}/LICENSE`, `${root}/packages/${name}/LICENSE`);
}

/** @param {string} folder */
function sources(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
}

/**
 * What was built from a source that is gone would be packed, and could be imported.
 * @param {string} from
 * @param {string} to
 */
function removeOrphans(from, to) {
  if (!existsSync(to)) return;
  const built = readdirSync(to, { recursive: true, encoding: 'utf8' });
  const kept = new Set(sources(from).map((file) => file.slice(0, -3)));
  for (const file of built.filter((name) => /\.(js|d\.ts)$/.test(name))) {
    if (!kept.has(file.replace(/\.(js|d\.ts)$/, ''))) rmSync(`${to}/${file}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  installPackages();
  try {
    await buildModules();
    buildDeclarations();
    copyBesides();
  } catch (error) {
    stop(error instanceof Error ? error.message : String(error));
  }
}
