// What docs/seed-step.md shows: the exercise's step, from its lines to WebAssembly.
// in:  nothing     out: markdown

import {
  type FlushRecord,
  type KernelRecord,
  observeFlushes,
} from '../../src/engine/observe/record.js';
import { compile, datasets, manualSeed, nn, optim, type Tensor } from '../../src/index.js';
import { optimise } from '../../src/optimise/index.js';
import { wasmTarget } from '../../src/runtime/index.js';
import { renderJs } from '../../src/render/index.js';
import { describeKernel } from '../../src/ir/print.js';
import { listingOf } from './wasm-listing.js';

const program = `const epoch = compile(() => {
  const logits = model.forward(X);
  const loss = criterion.forward(logits, Y);
  const accuracy = logits.argmax(1).eq(Y).sum().float().div(4000);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return [loss, accuracy];
});
const [loss, accuracy] = epoch();
console.log(await loss.item(), await accuracy.item());`;

function exercise() {
  manualSeed(12345);
  const { X, Y } = datasets.spiral();
  const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
  const forward = () => {
    const logits = model.forward(X);
    const loss = criterion.forward(logits, Y);
    return [loss, logits.argmax(1).eq(Y).sum().float().div(4000)] as const;
  };
  const learn = (loss: Tensor<[]>) => {
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  };
  return { forward, learn };
}

/** The flushes of the fourth epoch: the first ones make what later ones find. */
function fourth(epoch: () => void): FlushRecord[] {
  for (let i = 0; i < 3; i++) epoch();
  const found: FlushRecord[] = [];
  const stop = observeFlushes((record) => found.push(record));
  epoch();
  stop();
  return found;
}

function asWritten(): FlushRecord[] {
  const { forward, learn } = exercise();
  return fourth(() => {
    const [loss, accuracy] = forward();
    loss.itemSync();
    accuracy.itemSync();
    learn(loss);
  });
}

function compiled(): FlushRecord[] {
  const { forward, learn } = exercise();
  const epoch = compile(() => {
    const read = forward();
    learn(read[0]);
    return read;
  });
  return fourth(epoch);
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

/** So many lines of a listing are enough to see how it goes on. */
const shown = 60;

function shortened(lines: readonly string[]): string {
  if (lines.length <= shown) return lines.join('\n');
  return [...lines.slice(0, shown), `... ${lines.length - shown} lines more`].join('\n');
}

const sizeOf = ({ code }: KernelRecord): number => code?.length ?? 0;

const largest = (kernels: readonly KernelRecord[]): KernelRecord =>
  kernels.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));

const loopsOf = ({ kernel }: KernelRecord): string => block(describeKernel(kernel!));

/** Every kernel as it is lowered; the largest one, which is nearly all of the work, in full view. */
function loops(kernels: readonly KernelRecord[]): string[] {
  const main = largest(kernels);
  const others = kernels.filter((record) => record !== main);
  return [
    `## The loops of \`${main.name}\`, as \`lower/\` writes them`,
    loopsOf(main),
    '## The other kernels',
    ...others.map((record) => folded(`<code>${record.name}</code>`, loopsOf(record))),
  ];
}

/** The large kernel through the last stops. */
function through({ name, kernel, code }: KernelRecord): string[] {
  const { functions } = listingOf(code as Uint8Array);
  const longest = functions.reduce((a, b) => (b.length > a.length ? b : a));
  return [
    `## \`${name}\` to the end`,
    'What `optimise/` makes of its loops:',
    folded('the loops that are rendered', block(describeKernel(optimise(kernel!, wasmTarget)))),
    'The reference in JavaScript, which means exactly the same:',
    folded('a function of the memory', block(renderJs(kernel!), 'js')),
    `Its module has ${code!.length} bytes in ${functions.length} functions (numbers of locals and of bytes as they stand in it). ` +
      'The longest one begins so:',
    block(shortened(longest)),
  ];
}

/** The same step without compile(): each read is a flush. */
const uncompiled = (records: readonly FlushRecord[]): string[] => [
  '## The same step as written',
  `Without \`compile()\` the loss is read before the backward pass is described: ${records.length} flushes, ` +
    `of ${records.map(({ kernels }) => kernels.length).join(' and ')} kernels.`,
  table(records.flatMap(({ kernels }) => kernels)),
];

export function seedStepText(): string {
  const [step] = compiled() as [FlushRecord];
  return [
    block(program, 'js'),
    `From its third call on this is a replay of ${step.kernels.length} kernels. A name says the operation stored last ` +
      'and its shape, or how many kernels work on a tile of rows together; `%` numbers are those of the graph.',
    table(step.kernels),
    folded(`the graph: ${step.graph.length} nodes`, block(step.graph.join('\n'))),
    ...loops(step.kernels),
    ...through(largest(step.kernels)),
    ...uncompiled(asWritten()),
  ].join('\n\n');
}
