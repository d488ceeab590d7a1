// What docs/seed-step.md shows: the exercise's step, from its lines to WebAssembly.
// in:  nothing     out: markdown

import { type FlushRecord, type KernelRecord, observeFlushes } from '../../src/engine/record.js';
import { datasets, manualSeed, nn, optim } from '../../src/index.js';
import { optimise } from '../../src/optimise/index.js';
import { describeKernel, renderJs } from '../../src/render/index.js';
import { listingOf } from './wasm-listing.js';

const program = `const logits = model.forward(X);
const loss = criterion.forward(logits, Y);
const accuracy = logits.argmax(1).eq(Y).sum().float().div(4000);
console.log(await loss.item(), await accuracy.item());
optimizer.zeroGrad();
loss.backward();
optimizer.step();`;

/** The flushes of the third epoch: the first ones make what later ones find. */
function flushes(): FlushRecord[] {
  manualSeed(12345);
  const { X, Y } = datasets.spiral();
  const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
  const found: FlushRecord[] = [];
  for (let epoch = 0; epoch < 3; epoch++) {
    const stop = observeFlushes((record) => {
      if (epoch === 2) found.push(record);
    });
    const logits = model.forward(X);
    const loss = criterion.forward(logits, Y);
    const accuracy = logits.argmax(1).eq(Y).sum().float().div(4000);
    loss.itemSync();
    accuracy.itemSync();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    stop();
  }
  return found;
}

const block = (text: string, language = ''): string =>
  `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
const folded = (title: string, text: string): string =>
  `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>`;
const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0);

/** How many instructions of a module work on four lanes, and on one. */
function instructions(code: Uint8Array): [lanes: number, single: number] {
  let [lanes, single] = [0, 0];
  for (const [name, count] of listingOf(code).counts) {
    if (/^(v128|[if]\d+x\d+)\./.test(name)) lanes += count;
    else if (/^[if]\d+\.(?!const)/.test(name)) single += count;
  }
  return [lanes, single];
}

function row(record: KernelRecord): string {
  const code = record.code as Uint8Array;
  const cells = [
    `\`${record.name}\``,
    record.stores.join(', '),
    kilobytes(record.bytesRead),
    kilobytes(record.bytesWritten),
    `${code.length}`,
    ...instructions(code).map(String),
  ];
  return `| ${cells.join(' | ')} |`;
}

function table(kernels: readonly KernelRecord[]): string {
  const head =
    '| kernel | stores | reads, KB | writes, KB | module, bytes | lane instructions | single ones |';
  return [head, '|---|---|---|---|---|---|---|', ...kernels.map(row)].join('\n');
}

function flushText(record: FlushRecord, title: string): string {
  const kernels = record.kernels.map(({ name, kernel }) =>
    folded(`<code>${name}</code>`, block(describeKernel(kernel!))),
  );
  return [
    `## ${title}`,
    table(record.kernels),
    folded(`the graph: ${record.graph.length} nodes`, block(record.graph.join('\n'))),
    'The loops of each kernel, as `lower/` writes them:',
    ...kernels,
  ].join('\n\n');
}

/** One kernel through the last stops. */
function through({ name, kernel, code }: KernelRecord): string {
  const { functions } = listingOf(code as Uint8Array);
  return [
    `## One kernel to the end: \`${name}\``,
    'What `optimise/` made of its loops:',
    block(describeKernel(optimise(kernel!))),
    'The reference in JavaScript:',
    block(renderJs(kernel!), 'js'),
    `The module that runs, ${code!.length} bytes (numbers of locals and of bytes as they stand in it):`,
    ...functions.map((lines) => block(lines.join('\n'))),
  ].join('\n\n');
}

export function seedStepText(): string {
  const records = flushes();
  const titles = ['Reading the loss: the forward pass', "The optimizer's step: the backward pass"];
  return [
    block(program, 'js'),
    `In its third epoch this step is ${records.length} flushes of ` +
      `${records.map(({ kernels }) => kernels.length).join(' and ')} kernels. A name says the ` +
      'operation stored last and its shape; `%` numbers are those of the graph.',
    ...records.map((record, i) => flushText(record, titles[i] ?? `Flush ${i + 1}`)),
    through(records[0]!.kernels[0]!),
  ].join('\n\n');
}
