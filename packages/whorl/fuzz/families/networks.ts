// Random networks as statements: what makes their layers, what runs them, and a loss.
// in:  a writer, the width of the input     out: names of modules, and the body of a training step

import type { Statement } from '../program.js';
import type { Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';

/** A layer: its module, where it has one, and the text that runs it on `x`. */
interface Layer {
  readonly module?: string;
  readonly text: (x: string, module: string) => string;
  readonly width: number;
}

type Maker = (d: Dice, width: number) => Layer;

const forward = (x: string, module: string): string => `${module}.forward(${x})`;
const plain =
  (text: (x: string, d: Dice) => string): Maker =>
  (d, width) => ({ width, text: (x) => text(x, d) });

const linear: Maker = (d, width) => {
  const out = d.pick([1, 3, 4, 10, 17, 33]);
  const bias = d.below(4) > 0 ? '' : ', { bias: false }';
  return { module: `nn.Linear(${width}, ${out}${bias})`, text: forward, width: out };
};

const makers: readonly Maker[] = [
  linear,
  linear,
  (d, width) => ({
    width,
    text: (x) => `${d.pick(['F.relu', 'F.gelu', 'F.silu', 'F.elu'])}(${x})`,
  }),
  plain((x, d) => `${x}.${d.pick(['tanh', 'sigmoid', 'relu'])}()`),
  (_, width) => ({ width, module: `nn.LayerNorm([${width}])`, text: forward }),
  (_, width) => ({ width, module: `nn.BatchNorm1d(${width})`, text: forward }),
  (d, width) => ({ width, module: `nn.Dropout(${d.pick([0.2, 0.5])})`, text: forward }),
  plain((x) => `F.softmax(${x}, 1)`),
  (_, width) => ({
    width,
    module: `nn.Linear(${width}, ${width})`,
    text: (x, module) => `${x}.add(${module}.forward(${x}).relu())`,
  }),
  plain((x) => `${x}.sub(${x}.mean(0, { keepdim: true }))`),
  plain((x) => `${x}.mul(${x}.max(1, { keepdim: true }).values)`),
  plain((x, d) => `${x}.flip([${d.below(2)}])`),
  (_, width) => ({ width: 2 * width, text: (x) => `cat([${x}, ${x}.square()], 1)` }),
  (_, width) => ({ width: 1, text: (x) => `${x}.view(-1, ${width}, 1).sum(1)` }),
  plain((x) => `${x}.clamp(-1, 1).mul(0.5)`),
];

type LossOf = (out: string, labels: string, width: number) => string;
const losses: readonly LossOf[] = [
  (out, y, width) => `F.crossEntropy(${out}, ${y}.remainder(${width}))`,
  (out, y, width) => `F.crossEntropy(${out}, ${y}.remainder(${width}), { labelSmoothing: 0.1 })`,
  (out, y, width) => `F.nllLoss(${out}.logSoftmax(1), ${y}.remainder(${width}))`,
  (out) => `${out}.square().mean()`,
  (out, y) => `F.smoothL1Loss(${out}.sum(1), ${y}.float())`,
  (out, y) => `F.binaryCrossEntropyWithLogits(${out}.amax(1), ${y}.lt(2).float())`,
];

export interface Network {
  readonly modules: readonly string[];
  /** Statements over `x` and `y`; they end with `out` and `loss`. */
  readonly body: readonly Statement[];
}

export function network(w: Writer, input: number): Network {
  const { dice: d } = w;
  const modules: string[] = [];
  const body: Statement[] = [];
  let [at, width] = ['x', input];
  const add = (layer: Layer): void => {
    const module = layer.module === undefined ? '' : w.name();
    if (layer.module !== undefined) {
      w.say(`${module} = new ${layer.module}`);
      modules.push(module);
    }
    const next = `h${body.length}`;
    body.push({ text: `const ${next} = ${layer.text(at, module)}` });
    [at, width] = [next, layer.width];
  };
  add(linear(d, width));
  for (let i = d.below(6); i >= 0; i--) {
    const layer = d.pick(makers)(d, width);
    if (layer.width <= 40) add(layer);
  }
  body.push({ text: `const out = ${at}` });
  body.push({ text: `const loss = ${d.pick(losses)('out', 'y', width)}` });
  return { modules, body };
}
