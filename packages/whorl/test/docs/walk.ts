// What x.square().sum() prints at each stop, as ARCHITECTURE.md shows it.
// in:  nothing     out: markdown

import { optimise } from '../../src/optimise/index.js';
import { wasmTarget } from '../../src/runtime/index.js';
import { type FlushRecord, observeFlushes } from '../../src/engine/observe/record.js';
import { type Tensor, tensor } from '../../src/index.js';
import { renderJs } from '../../src/render/index.js';
import { describeKernel } from '../../src/ir/print.js';

const block = (text: string): string => `\`\`\`\n${text.trimEnd()}\n\`\`\``;

function recorded(run: () => void): FlushRecord {
  let found: FlushRecord | null = null;
  const stop = observeFlushes((record) => {
    found = record;
  });
  run();
  stop();
  return found!;
}

export function walkText(): string {
  const x: Tensor = tensor(Float32Array.from({ length: 100 }, (_, i) => i));
  const record = recorded(() => x.square().sum().itemSync());
  const { kernel, stores, name } = record.kernels[0]!;
  return [
    '`tensor/` makes nodes and computes nothing. The pending graph (`graph/`):',
    block(record.graph.join('\n')),
    `\`schedule/\` decides that one kernel, \`${name}\`, stores ${stores.join(', ')}; the product lives only inside it. ` +
      '`lower/` writes its loops: the sum runs in 16 lanes, the last four elements go to the first lanes, then halves ' +
      'are added:',
    block(describeKernel(kernel!)),
    '`optimise/` runs the lanes four at a time (`as lanes`) and unrolls what is short:',
    block(
      describeKernel(optimise(kernel!, wasmTarget))
        .split('\n')
        .slice(0, 12)
        .join('\n')
        .concat('\n  ...'),
    ),
    'The reference renderer (`render/js`) gives JavaScript that means exactly this:',
    block(renderJs(kernel!).split('\n').slice(0, 14).join('\n').concat('\n...')),
    '`render/wasm` gives the bytes of a WebAssembly module; `runtime/` loads them, binds the addresses of the two ' +
      'buffers and calls the one exported function. `engine/` keeps the plan under the structure of the graph: the next ' +
      'sum of squares of 100 numbers only binds and calls.',
  ].join('\n\n');
}
