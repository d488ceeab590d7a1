// Sums of products in index notation: einsum('ij,jk->ik', a, b).
// in:  an equation and tensors     out: a tensor; operands are contracted from left to right

import { mul } from '../../graph/build.js';
import { diagonal, expand, permute, reshape } from '../../graph/movement.js';
import { contract } from '../../graph/contraction.js';
import { reduce } from '../../graph/reductions.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { fromNode, Tensor, viewOf } from '../../tensor/tensor.js';

/** A node whose axes have names. */
interface Labelled {
  readonly node: Node;
  readonly labels: readonly string[];
}

interface Equation {
  readonly inputs: string[][];
  readonly output: string[];
}

const fail = (message: string): never => {
  throw new Error(`einsum: ${message}`);
};

/**
 * 'ij' as ['i', 'j'], the dots as one label each: '.0' is the last dimension that they stand for.
 */
function labelsOf(term: string, rank: number | null, dots: number): string[] {
  const labels: string[] = [];
  for (let i = 0; i < term.length; i++) {
    if (term.startsWith('...', i)) {
      const named = term.length - 3;
      const count = rank === null ? dots : rank - named;
      if (count < 0)
        fail(`the operand has ${rank} dimensions, fewer than the subscript "${term}" names`);
      for (let k = count - 1; k >= 0; k--) labels.push(`.${k}`);
      i += 2;
    } else if (/[A-Za-z]/.test(term[i]!)) {
      labels.push(term[i]!);
    } else {
      fail(`invalid subscript given: "${term[i]}", subscripts must be in [a-zA-Z]`);
    }
  }
  if (rank !== null && labels.length !== rank) {
    fail(`the number of subscripts in "${term}" does not match the operand's ${rank} dimensions`);
  }
  return labels;
}

function parse(equation: string, operands: readonly Tensor[]): Equation {
  const [left, right, ...rest] = equation.replace(/\s+/g, '').split('->');
  if (rest.length > 0 || left === undefined) fail(`"${equation}" is no equation`);
  const terms = left!.split(',');
  if (terms.length !== operands.length) {
    fail(`${terms.length} subscripts for ${operands.length} operands`);
  }
  const inputs = terms.map((term, i) => labelsOf(term, operands[i]!.ndim, 0));
  const dots = Math.max(
    0,
    ...inputs.map((labels) => labels.filter((l) => l.startsWith('.')).length),
  );
  const output = right === undefined ? implied(inputs, dots) : labelsOf(right, null, dots);
  for (const label of output) {
    if (output.indexOf(label) !== output.lastIndexOf(label)) {
      fail(`output subscript ${label} appears more than once`);
    }
    if (!inputs.some((labels) => labels.includes(label))) {
      fail(`output subscript ${label} does not appear in the equation for any input operand`);
    }
  }
  return { inputs, output };
}

/** Without '->': the dots, then the letters that stand once, in order. */
function implied(inputs: readonly (readonly string[])[], dots: number): string[] {
  const all = inputs.flat().filter((label) => !label.startsWith('.'));
  const single = [...new Set(all)].filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...[...Array(dots).keys()].reverse().map((k) => `.${k}`), ...single.sort()];
}

/** Axes of one name become one: the diagonal. */
function withoutRepeats({ node, labels }: Labelled): Labelled {
  for (let i = 0; i < labels.length; i++) {
    const j = labels.lastIndexOf(labels[i]!);
    if (j === i) continue;
    if (node.shape[i] !== node.shape[j]) {
      fail(
        `subscript ${labels[i]} is repeated but the sizes ${node.shape[i]} and ${node.shape[j]} ` +
          'differ',
      );
    }
    const rest = labels.filter((_, k) => k !== i && k !== j);
    const single = diagonal(node, i, j, [0, 0], node.shape[i]!);
    return withoutRepeats({ node: single, labels: [...rest, labels[i]!] });
  }
  return { node, labels };
}

/** Of one operand whose names all stay: a view. */
function turned(x: Tensor, labels: readonly string[], output: readonly string[]): Tensor {
  for (let i = 0; i < labels.length; i++) {
    const j = labels.lastIndexOf(labels[i]!);
    if (j === i) continue;
    const [n, m] = [x.shape[i]!, x.shape[j]!];
    if (n !== m) fail(`subscript ${labels[i]} is repeated but the sizes ${n} and ${m} differ`);
    const single = viewOf(x, { op: 'DIAGONAL', a: i, b: j, starts: [0, 0], length: n });
    const rest = labels.filter((_, k) => k !== i && k !== j);
    return turned(single, [...rest, labels[i]!], output);
  }
  return viewOf(x, { op: 'PERMUTE', order: output.map((l) => labels.indexOf(l)) });
}

/** Sums away what nobody else needs. */
function summed({ node, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = [...labels.keys()].filter((i) => !needed.has(labels[i]!));
  return { node: reduce(node, 'sum', axes), labels: labels.filter((l) => needed.has(l)) };
}

/** The axes in the order of `wanted`; what is missing has size 1. */
function arranged({ node, labels }: Labelled, wanted: readonly string[]): Node {
  const present = wanted.filter((l) => labels.includes(l));
  const moved = permute(
    node,
    present.map((l) => labels.indexOf(l)),
  );
  return reshape(
    moved,
    wanted.map((l) => {
      const i = labels.indexOf(l);
      return i < 0 ? 1 : node.shape[i]!;
    }),
  );
}

/** The product of two operands, summed over the names that only they have. */
function combined(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const size = (l: string): number => {
    const own = (x: Labelled) => (x.labels.includes(l) ? x.node.shape[x.labels.indexOf(l)]! : 1);
    return own(a) === 1 ? own(b) : own(a);
  };
  const shared = a.labels.filter((l) => b.labels.includes(l));
  const batch = shared.filter((l) => needed.has(l));
  const inner = shared.filter((l) => !needed.has(l));
  const rows = a.labels.filter((l) => !shared.includes(l));
  const columns = b.labels.filter((l) => !shared.includes(l));
  const total = (labels: readonly string[]) => sizeOf(labels.map(size));
  const grown = (x: Labelled, order: readonly string[]) =>
    expand(arranged(x, order), order.map(size));
  const [m, k, n] = [total(rows), total(inner), total(columns)];
  const shape = batch.map(size);
  const left = grown(a, [...batch, ...rows, ...inner]);
  const right = grown(b, [...batch, ...inner, ...columns]);
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) {
    const outer = (x: Labelled) => expand(arranged(x, labels), labels.map(size));
    return { node: mul(outer(a), outer(b)), labels };
  }
  const product = contract(reshape(left, [...shape, m, k]), reshape(right, [...shape, k, n]));
  return { node: reshape(product, labels.map(size)), labels };
}

function checkSizes(operands: readonly Labelled[]): void {
  const sizes = new Map<string, number>();
  for (const { node, labels } of operands) {
    labels.forEach((label, i) => {
      const [known, own] = [sizes.get(label) ?? 1, node.shape[i]!];
      if (known !== own && known !== 1 && own !== 1) {
        fail(
          `subscript ${label} has size ${own} in ${showShape(node.shape)}, which does not ` +
            `broadcast with the size ${known} that it has elsewhere`,
        );
      }
      sizes.set(label, known === 1 ? own : known);
    });
  }
}

/**
 * Einstein's notation: each letter names a dimension; letters that the output lacks are summed
 * over.
 * '...' stands for any dimensions, broadcast. Without '->' the letters that stand once are the
 * output.
 * Errors: sizes that differ under one letter, letters the inputs lack. Source: torch.einsum.
 */
export const einsum = define(
  'einsum',
  'equation ...operands',
  (equation: string, ...args: (Tensor | readonly Tensor[])[]): Tensor => {
    const operands = args.flat() as Tensor[];
    if (operands.length === 0) fail('must provide at least one operand');
    if (operands.some((t) => !(t instanceof Tensor))) fail('operands must be tensors');
    const { inputs, output } = parse(equation, operands);
    if (inputs.length === 1 && new Set(inputs[0]).size === output.length) {
      return turned(operands[0]!, inputs[0]!, output);
    }
    const parts = inputs.map((labels, i) => withoutRepeats({ node: operands[i]!.node, labels }));
    checkSizes(parts);
    const neededAfter = (i: number) =>
      new Set([...output, ...parts.slice(i + 1).flatMap(({ labels }) => labels)]);
    let result = parts[0]!;
    for (let i = 1; i < parts.length; i++) {
      const others = (own: Labelled) => new Set([...neededAfter(i), ...own.labels]);
      const [a, b] = [summed(result, others(parts[i]!)), summed(parts[i]!, others(result))];
      result = combined(a, b, neededAfter(i));
    }
    return fromNode(arranged(summed(result, new Set(output)), output));
  },
);
