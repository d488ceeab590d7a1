// Kernels that are loaded on the device: each is lowered, rendered and compiled once.
// in:  a fragment of a graph     out: an executable, and what to launch it with

import type { BlockSums, Group } from '../../schedule/group.js';
import type { Node } from '../../graph/node.js';
import { lowerBatch } from '../../lower/batch.js';
import { type Fragment, type Lowered, lowerKernel } from '../../lower/kernel.js';
import { kernelKey } from '../../ir/key.js';
import type { Kernel } from '../../ir/loop.js';
import type { Executable } from '../../runtime/index.js';
import { type Binding, bindingText } from '../flush/binding.js';
import { demandSame, isChecking } from '../observe/check.js';
import { type DeviceContext, Owned, type Rendered } from './context.js';
import { readsOnlyWhereItWrites } from '../ownership/in-place.js';
import { Recent } from './recent.js';
import { fragmentSignature, sameInts } from '../flush/signature.js';

/** Rendered and loaded when it is first asked for: a program's kernels are parts of its module. */
export class Loaded {
  private rendered: Rendered | null = null;
  private loaded: Executable | null = null;

  constructor(
    readonly kernel: Kernel,
    private readonly context: DeviceContext,
  ) {}

  get code(): string | Uint8Array {
    return this.render().code;
  }

  get executable(): Executable {
    if (this.loaded !== null) return this.loaded;
    const { code, call } = this.render();
    this.loaded = this.context.driver.load(this.kernel.name, code, call);
    return this.loaded;
  }

  /** All of it, to compare: the loops, how it is called, the code. */
  get text(): string {
    const { code, call } = this.render();
    const bytes = typeof code === 'string' ? code : code.toString();
    return `${kernelKey(this.kernel)}\n${JSON.stringify(call)}\n${bytes}`;
  }

  private render(): Rendered {
    this.rendered ??= this.context.opened.render(this.kernel);
    return this.rendered;
  }
}

/** A kernel that is not loaded yet. */
export interface Prepared extends Binding {
  readonly kernel: Kernel;
}

interface Remembered extends Prepared {
  readonly signature: Int32Array;
  readonly isSafe: boolean;
}

/** Least recently used ones go. By the kernel's loops, and by structure. */
const loadedOn = new Owned('cache', () => new Recent<string, Loaded>(2000));
const preparedOn = new Owned('cache', () => new Recent<number, Remembered>(2000));

/**
 * A fragment's kernel, not loaded yet, with the nodes behind its arguments by `Node.index`.
 * null: written in place it would read what it has overwritten before.
 */
export function prepareKernel(fragment: Fragment, context: DeviceContext): Prepared | null {
  const { stores, isStored } = fragment;
  const own = new Set(stores);
  const isRead = (node: Node): boolean => !own.has(node) && isStored(node);
  if (sumsBlocks(fragment)) return bound(lowerKernel(fragment, context.target));
  const nodes = nodesOf(stores, isRead);
  const { hash, ints } = fragmentSignature(nodes, isRead, fragment);
  const prepared = preparedOn.of(context);
  let found = prepared.get(hash);
  if (found === undefined || !sameInts(found.signature, ints)) {
    found = prepare(fragment, nodes, ints.slice(), context);
    prepared.set(hash, found);
  } else if (isChecking()) {
    const anew = prepare(fragment, nodes, found.signature, context);
    demandSame('how a kernel is written', preparedText(found), preparedText(anew));
  }
  if (!found.isSafe) return null;
  const numberOf = (i: number): number => nodes[i]!.index;
  return {
    kernel: found.kernel,
    buffers: found.buffers.map(numberOf),
    params: found.params.map((param) => ({ ...param, node: numberOf(param.node) })),
    checks: found.checks.map(numberOf),
  };
}

/** Whether a kernel adds up blocks that another one made: it is prepared anew for every plan. */
const sumsBlocks = ({ stores, blockSumsOf, isStored }: Fragment): boolean =>
  blockSumsOf !== undefined &&
  nodesOf(stores, (node) => !stores.includes(node) && isStored(node)).some(
    (node) => blockSumsOf(node) !== undefined,
  );

/** The kernel of a group, likewise. */
export function prepareBatch(
  group: Group,
  isStored: (node: Node) => boolean,
  blockSumsOf: (node: Node) => BlockSums | undefined,
  context: DeviceContext,
): Prepared {
  return bound(lowerBatch({ group, isStored, blockSumsOf }, context.target));
}

const bound = (lowered: Lowered): Prepared => ({
  kernel: lowered.kernel,
  buffers: lowered.buffers.map((node) => node.index),
  params: lowered.params.map((param) => ({ ...param, node: param.node.index })),
  checks: lowered.checks.map((node) => node.index),
});

/** What a kernel computes and reads, its stores first. */
function nodesOf(stores: readonly Node[], isRead: (node: Node) => boolean): Node[] {
  const found = new Set(stores);
  for (const node of found) {
    if (isRead(node) || node.size === 0) continue;
    for (const source of node.sources) found.add(source);
  }
  return [...found];
}

function prepare(
  fragment: Fragment,
  nodes: readonly Node[],
  signature: Int32Array,
  context: DeviceContext,
): Remembered {
  const lowered = lowerKernel(fragment, context.target);
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const numberOf = (node: Node): number => numbers.get(node)!;
  const isSafe = !fragment.inPlace || readsOnlyWhereItWrites(lowered, fragment.stores[0]!);
  return {
    signature,
    kernel: lowered.kernel,
    isSafe,
    buffers: lowered.buffers.map(numberOf),
    params: lowered.params.map((param) => ({ ...param, node: numberOf(param.node) })),
    checks: lowered.checks.map(numberOf),
  };
}

const preparedText = (one: Remembered): string =>
  `${one.isSafe} ${bindingText(one)} ${one.kernel.name}\n${kernelKey(one.kernel)}`;

/** Keys of kernels that were prepared: one for each structure. */
const keys = new WeakMap<Kernel, string>();

export function loadKernel(kernel: Kernel, context: DeviceContext): Loaded {
  let key = keys.get(kernel);
  if (key === undefined) {
    key = kernelKey(kernel);
    keys.set(kernel, key);
  }
  const loaded = loadedOn.of(context);
  let found = loaded.get(key);
  if (found === undefined) {
    found = new Loaded(kernel, context);
    loaded.set(key, found);
  } else if (isChecking() && found.kernel !== kernel) {
    demandSame('a kernel', found.text, new Loaded(kernel, context).text);
  }
  return found;
}

/** How many kernels a device holds. */
export const loadedKernels = (context: DeviceContext): number => loadedOn.of(context).size;
