// The one way from PyTorch's operators to ours: names, argument order, and the few special calls.
// in:  PyTorch's name, input, args and kwargs     out: what our function or method gives back
import type { Tensor } from '../src/index.js';
import { signatures } from '../src/tensor/define.js';
import { bind, bindPlain, type Operands, type Options, type Signature } from './binding.js';
import { plain, WholeFloat } from './decode.js';
import { camel, find, free, hasMethod, isTensor, method, NotOffered } from './library.js';
import { specials } from './specials.js';

/** Parameters that take part in type promotion, so that a whole float differs from an integer. */
const promoting = new Set(['other', 'exponent', 'min', 'max', '0']);

const isInteger = (value: unknown): boolean => isTensor(value) && !value.dtype.startsWith('float');

/** A whole Python float beside integers becomes a 0-d float tensor, elsewhere a number. */
function settleFloat(value: unknown, parameter: string, besideInteger: boolean): unknown {
  if (!(value instanceof WholeFloat) || !besideInteger || !promoting.has(parameter)) {
    return plain(value);
  }
  return free('tensor')(value.value, { dtype: 'float32' });
}

export function settle({ input, args, kwargs }: Operands, signature?: Signature): Operands {
  const integer = isInteger(input);
  const settled: Options = {};
  for (const [name, value] of Object.entries(kwargs)) {
    settled[name] = settleFloat(value, name, integer);
  }
  return {
    input: plain(input),
    args: args.map((value, i) => settleFloat(value, signature?.parameters[i] ?? `${i}`, integer)),
    kwargs: settled,
  };
}

/** Where PyTorch keeps a function, and where ours is. */
function pathsOf(op: string): string[] {
  const dot = op.lastIndexOf('.') + 1;
  const name = camel(op.slice(dot));
  return op.startsWith('special.') ? [`special.${name}`, name] : [op.slice(0, dot) + name];
}

/** The key in the table of signatures: 'F.relu', 'linalg.norm', 'sum'. */
const keyOf = (path: string): string => path.replace(/^nn\.functional\./, 'F.');

/** Only special.* may also be methods: special.entr is x.entr(). */
const isQualified = (op: string): boolean => op.includes('.') && !op.startsWith('special.');

function callMethod(op: string, operands: Operands): unknown {
  const name = camel(op.slice(op.lastIndexOf('.') + 1));
  const base = name.replace(/_$/, '');
  const signature = [signatures.get(name), signatures.get(base)].find((s) => s?.kind === 'method');
  const { input, args, kwargs } = settle(operands, signature);
  const values = signature === undefined ? bindPlain(args, kwargs) : bind(signature, args, kwargs);
  return method(input as Tensor, name)(...values);
}

function callFunction(path: string, operands: Operands): unknown {
  const entry = signatures.get(keyOf(path));
  // a method's table row leaves the input out; as a function it stands first
  const signature =
    entry === undefined || entry.kind !== 'method'
      ? entry
      : {
          pytorch: entry.pytorch,
          kind: entry.kind,
          parameters: ['input', ...entry.parameters],
          positional: entry.positional + 1,
        };
  const { input, args, kwargs } = settle(operands);
  const all = [input, ...args];
  return free(path)(
    ...(signature === undefined ? bindPlain(all, kwargs) : bind(signature, all, kwargs)),
  );
}

/** Calls PyTorch's `op(input, *args, **kwargs)`; throws NotOffered where we have no such thing. */
export function callOperator(op: string, operands: Operands, variant = ''): unknown {
  const special = specials[`${op}.${variant}`] ?? specials[op];
  return special === undefined ? callPlain(op, operands) : special(operands, callPlain, op);
}

function callPlain(op: string, operands: Operands): unknown {
  const paths = pathsOf(op);
  const own = camel(op.slice(op.lastIndexOf('.') + 1));
  if (!isQualified(op) && isTensor(operands.input) && hasMethod(operands.input, own)) {
    return callMethod(op, operands);
  }
  const path = paths.find((candidate) => typeof find(candidate) === 'function');
  if (path !== undefined) return callFunction(path, operands);
  if (isOfferedAsMethod(own) && !isQualified(op)) {
    throw new TypeError(`${op} is a method of Tensor, and its input is not one`);
  }
  throw new NotOffered(op);
}

function isOfferedAsMethod(name: string): boolean {
  const prototype: unknown = find('Tensor.prototype');
  return typeof prototype === 'object' && prototype !== null && name in prototype;
}

/** The row of the library's own table that answers for it; undefined where it is not offered. */
export function rowOf(op: string): { key: string; asMethod: boolean } | undefined {
  const own = camel(op.slice(op.lastIndexOf('.') + 1));
  const asMethod = !isQualified(op) && isOfferedAsMethod(own);
  const path = asMethod ? own : pathsOf(op).find((name) => typeof find(name) === 'function');
  return path === undefined ? undefined : { key: keyOf(path), asMethod };
}

/** How a user calls what a row describes: 'x.sum(dim, { keepdim, dtype })'. */
export function rowText(key: string, asMethod: boolean): string {
  const { parameters = [], positional = 0 } = signatures.get(key) ?? {};
  const options = parameters.slice(positional).map(camel);
  const values = [
    ...parameters.slice(0, positional).map((name) => camel(name)),
    ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`]),
  ];
  return `${asMethod ? `x.${key}` : key}(${values.join(', ')})`;
}

/** The same for PyTorch's name. */
export function callText(op: string): string | undefined {
  const row = rowOf(op);
  return row === undefined ? undefined : rowText(row.key, row.asMethod);
}
