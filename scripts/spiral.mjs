// The spiral experiment from a fresh clone: installs and builds what is missing, then runs it.
// in:  the options of `whorl spiral`     out: its lines, its figures, its exit code
// usage: npm run spiral -- [options]

import { pathToFileURL } from 'node:url';
import { buildModules } from './build.mjs';
import { installFonts } from './fonts.mjs';
import { installPackages, root, stop } from './packages.mjs';

const command = `${root}/packages/whorl/dist/node/cli.js`;

installPackages();
try {
  await buildModules();
} catch {
  stop('The sources do not compile: the messages above say where.');
}
const missing = installFonts();
if (missing) console.error(missing);

// In this very process: signals, the terminal and the exit code are the command's own.
process.argv.splice(1, 1, command, 'spiral');
await import(pathToFileURL(command).href);
