// Finds Chromium for the tests that run in a browser, and installs it where it is missing.
// in:  CHROMIUM_PATH, the usual places     out: the path of a browser

import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';
import { installDebian } from './debian.mjs';

export const noChromium =
  'No Chromium was found and it could not be installed: the browser tests need one. ' +
  'Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to a Chromium or Chrome.';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const elsewhere = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {string | null} */
export function findChromium() {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen) return chosen;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const paths = names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  return [...paths, ...elsewhere].find(isProgram) ?? null;
}

/** @returns {string} */
export function installChromium() {
  const found = findChromium() ?? (installDebian('chromium') ? findChromium() : null);
  if (found === null) throw new Error(noChromium);
  return found;
}

function isProgram(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
