import { it } from 'vitest';
import * as b from '/work/main/packages/whorl/src/graph/build.js';
import { upload, download } from '/work/main/packages/whorl/src/engine/host.js';
import { realize } from '/work/main/packages/whorl/src/engine/realize.js';
it('x', () => {
  const x = upload(Float32Array.from({length: 600}, (_, i) => i / 600), 'float32', [6, 100]);
  const y = b.reduce(b.unary('EXP', x), 'sum', [1]);
  const z = b.reduce(b.unary('EXP', x), 'sum', [0]);
  const w = b.permute(b.reshape(b.pad(x,[1,1],[0,2],5),[7,103]),[1,0]);
  realize([y, z, w]);
  console.log(download(y), download(z).slice(0,4), download(w).slice(0,10));
});
