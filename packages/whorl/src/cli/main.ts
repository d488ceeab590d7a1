#!/usr/bin/env node
// The `whorl` command.
// in:  process.argv     out: what the asked-for command prints, its exit code

import '../engine/devices/reference.js';
import { readOptions } from './options.js';
import { runSpiral } from './spiral.js';

const usage = `usage: whorl spiral [options]

  spiral    two networks learn which arm of a spiral a point belongs to
            (whorl spiral --help lists the options)`;

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === undefined || command === '--help' || command === '-h') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (command !== 'spiral') {
    process.stderr.write(`There is no command '${command}'; whorl --help lists them.\n`);
    return 2;
  }
  const request = readOptions(rest);
  if (request.kind === 'run') return runSpiral(request.options);
  if (request.kind === 'help') process.stdout.write(`${request.text}\n`);
  else process.stderr.write(`${request.sentence}\n`);
  return request.kind === 'help' ? 0 : 2;
}

// `whorl spiral | head` closes the pipe before the end: nobody reads on, so there is nothing left
// to do
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
