// Runs a bundled program in headless Chromium and hands back what it printed.
// in:  the text of an ES module     out: its console lines, or the error that ended it

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, noChromium } from './browser.mjs';

/** With these two headers a page may share memory between threads; most servers send neither. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Chromium as a test wants it: no sandbox to ask root for, nothing fetched, WebGPU in software. */
const flags = [
  '--no-sandbox',
  '--disable-gpu-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/** As text, because it is the page's own `import`. Its value is the error, or null. */
const importProgram = `import('/program.js').then(() => null, (e) => String(e?.stack ?? e))`;

/**
 * @param {string} program
 * @param {{ isolated: boolean }} options
 * @returns {Promise<string[]>}
 */
export async function runInChromium(program, { isolated }) {
  const server = serve(program, isolated ? isolation : {});
  const address = await listen(server);
  try {
    return await visit(address);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/**
 * @param {string} program
 * @param {Record<string, string>} headers
 */
function serve(program, headers) {
  const page =
    '<!doctype html><meta charset="utf-8"><title>Whorl</title><link rel="icon" href="data:,">';
  return createServer((request, response) => {
    const isProgram = request.url === '/program.js';
    const type = isProgram ? 'text/javascript' : 'text/html';
    response.writeHead(200, { ...headers, 'Content-Type': `${type}; charset=utf-8` });
    response.end(isProgram ? program : page);
  });
}

/** @returns {Promise<string>} */
function listen(/** @type {import('node:http').Server} */ server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address && typeof address === 'object' ? address.port : 0;
      resolve(`http://127.0.0.1:${port}/`);
    });
  });
}

/** @returns {Promise<string[]>} */
async function visit(/** @type {string} */ address) {
  const { chromium } = await import('playwright-core');
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(noChromium);
  const profile = mkdtempSync(join(tmpdir(), 'whorl-chromium-'));
  // Chromium writes to HOME, which may not be there.
  const env = /** @type {Record<string, string>} */ ({ ...process.env, HOME: profile });
  const options = { executablePath, headless: true, args: flags, env };
  const context = await chromium.launchPersistentContext(profile, options);
  try {
    const page = await context.newPage();
    /** @type {string[]} */
    const lines = [];
    page.on('console', (message) => lines.push(message.text()));
    await page.goto(address);
    const error = await page.evaluate(importProgram);
    if (error !== null) throw new Error(`In Chromium: ${error}`);
    return lines;
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
