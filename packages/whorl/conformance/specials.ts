// The operators that are not called as op(input, *args, **kwargs).
// in:  the recorded operands     out: the result of the call that is meant
import type { Tensor } from '../src/index.js';
import type { Operands } from './binding.js';
import { plain, Slice, Tuple, WholeFloat } from './decode.js';
import { indexItems } from './indexing.js';
import { free, hasMethod, method, NotOffered } from './library.js';

type CallPlain = (op: string, operands: Operands) => unknown;
export type Special = (operands: Operands, call: CallPlain, op: string) => unknown;

function attribute(name: string): Special {
  return ({ input }) => {
    if (!(name in (input as object))) throw new NotOffered(`Tensor.${name}`);
    return Reflect.get(input as object, name);
  };
}

/** std(True) and std(dim, True) are PyTorch's older form of std(unbiased=True). */
const withUnbiased: Special = ({ input, args, kwargs }, call, op) => {
  const at = args.findIndex((value) => typeof value === 'boolean');
  if (at < 0 || at > 1) return call(op, { input, args, kwargs });
  const [keepdim] = args.slice(at + 1);
  const named = { ...kwargs, unbiased: args[at], ...(keepdim === undefined ? {} : { keepdim }) };
  return call(op, { input, args: args.slice(0, at), kwargs: named });
};

/** The weight stands first in the record, the indices in the call. */
const indicesFirst: Special = ({ input, args, kwargs }, call, op) =>
  call(op, { input: args[0], args: [input, ...args.slice(1)], kwargs });

/** torch.polygamma takes n first, the method takes it after its tensor. */
const polygamma: Special = ({ input, args }, _call, op) => {
  const [n] = args.map(plain);
  if (op === 'polygamma' && hasMethod(input, op)) return method(input as Tensor, op)(n);
  return free(op)(n, input);
};

/** aten's slice(dim, start, end, step), as an index. */
const slice: Special = ({ input, args }) => {
  const [dim = 0, start, end, step] = args.map((value) => plain(value) ?? undefined) as number[];
  const tensor = input as Tensor;
  const before = new Array(dim < 0 ? dim + tensor.shape.length : dim).fill(new Slice());
  return method(tensor, 'at')(...indexItems(new Tuple([...before, new Slice(start, end, step)])));
};

const singular: Special = ({ input, args, kwargs }, call, op) => {
  const product = (input as Tensor).matmul(
    method(args[0] as Tensor, 'transpose')(-2, -1) as Tensor,
  );
  return call(op, { input: product, args: [], kwargs });
};

/** A number of steps written as a Python float is refused there; here 1.0 is 1, so it goes in as a float tensor. */
const spaced: Special = ({ input, args, kwargs }, call, op) => {
  const steps = args[1];
  const given =
    steps instanceof WholeFloat ? free('tensor')(steps.value, { dtype: 'float32' }) : steps;
  return call(op, {
    input,
    args: args.length > 1 ? [args[0], given, ...args.slice(2)] : args,
    kwargs,
  });
};

export const specials: Readonly<Record<string, Special>> = {
  T: attribute('T'),
  mT: attribute('mT'),
  __getitem__: ({ input, args }) => method(input as Tensor, 'at')(...indexItems(args[0])),
  zero_: ({ input }) => method((input as Tensor).clone(), 'zero_')(),
  where: ({ input, args }) => free('where')(plain(args[0]), input, plain(args[1])),
  einsum: ({ input, args }) => free('einsum')(plain(args[0]), ...(plain(input) as unknown[])),
  slice,
  linspace: spaced,
  logspace: spaced,
  polygamma,
  'special.polygamma': polygamma,
  'nn.functional.embedding': indicesFirst,
  'nn.functional.embedding_bag': indicesFirst,
  'linalg.pinv.singular': singular,
  var: withUnbiased,
  std: withUnbiased,
  var_mean: withUnbiased,
  std_mean: withUnbiased,
};
