// Writes the generated parts of the pages anew: the walk in ARCHITECTURE.md, docs/seed-step.md.
// in:  the engine as it is     out: the pages; the tests compare them afterwards
// usage: npm run pages

import { spawnSync } from 'node:child_process';
import { installPackages, root } from './packages.mjs';

installPackages();
const args = [`${root}/node_modules/vitest/vitest.mjs`, 'run', 'packages/whorl/test/docs'];
const env = { ...process.env, UPDATE_PAGES: '1' };
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exitCode = status ?? 1;
