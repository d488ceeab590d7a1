import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      '@whorl/plot': source('./packages/plot/src/index.ts'),
      'whorl/reference': source('./packages/whorl/src/engine/devices/reference.ts'),
      whorl: source('./packages/whorl/src/index.ts'),
    },
  },
  test: { include: ['packages/*/test/**/*.test.ts'], testTimeout: 30_000 },
});
