// What an optimizer is given: parameters, names and parameters, or groups with options of their
// own.
// in:  any of these     out: groups whose parameters are checked, and whose options are numbers

import { shown } from '../tensor/arguments/show.js';
import { Tensor } from '../tensor/tensor.js';

/** A parameter, or one with its name, as namedParameters() gives them. */
export type Parameterlike = Tensor | readonly [string, Tensor];
export type ParameterList = Iterable<Parameterlike> | Tensor;

/** Options; a number may be a tensor of one element. */
export type Given<O> = { [K in keyof O]?: O[K] extends number ? O[K] | Tensor : O[K] };

/** Parameters with options of their own; what is not given is the optimizer's. */
export type GroupOf<O> = Given<O> & { params: ParameterList };

/** What an optimizer takes: parameters, or groups of them. */
export type Parameters<O = object> = Iterable<Parameterlike> | Iterable<GroupOf<O>>;

export interface GivenGroup {
  params: ParameterList;
  [option: string]: unknown;
}

const isPair = (value: unknown): value is readonly [string, Tensor] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : value instanceof Tensor
        ? 'a Tensor'
        : typeof value;

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === 'function';

/** Errors: one Tensor, a module, nothing at all. */
export function groupsOf(name: string, given: unknown): GivenGroup[] {
  if (given instanceof Tensor || !isIterable(given)) {
    const found =
      given instanceof Tensor
        ? 'a Tensor: give [tensor]'
        : `${kindOf(given)}: give model.parameters()`;
    throw new TypeError(
      `${name}: params argument given to the optimizer should be an iterable of Tensors or ` +
        `groups, but got ${found}`,
    );
  }
  const list = [...given];
  if (list.length === 0) {
    throw new Error(
      `${name}: optimizer got an empty parameter list (parameters() can be gone through once: ` +
        'call it again)',
    );
  }
  const isGrouped = !(list[0] instanceof Tensor) && !isPair(list[0]);
  return isGrouped ? (list as GivenGroup[]) : [{ params: list as Tensor[] }];
}

/**
 * Errors: what is no Tensor or no leaf, what is in another group; what is given twice is warned of.
 */
export function parametersOf(
  name: string,
  group: GivenGroup,
  others: ReadonlySet<Tensor>,
): { params: Tensor[]; paramNames?: string[] } {
  if (typeof group !== 'object' || group === null || !('params' in group)) {
    throw new TypeError(
      `${name}: a parameter group must be an object with params, but got ${kindOf(group)}`,
    );
  }
  const { params } = group;
  if (!(params instanceof Tensor) && !isIterable(params)) {
    throw new TypeError(`${name}: params of a group must be Tensors, but got ${kindOf(params)}`);
  }
  const given = params instanceof Tensor ? [params] : [...(params as Iterable<Parameterlike>)];
  const list = given.map((p) => (isPair(p) ? p[1] : p) as Tensor);
  for (const p of list) demandLeaf(name, p);
  if (list.some((p) => others.has(p)))
    throw new Error(`${name}: some parameters appear in more than one parameter group`);
  if (new Set(list).size < list.length)
    console.warn(`${name}: optimizer contains a parameter group with duplicate parameters`);
  if (!given.some(isPair)) return { params: list };
  if (!given.every(isPair))
    throw new Error(`${name}: all parameters of a group must have names, or none`);
  return { params: list, paramNames: given.map(([own]) => own) };
}

function demandLeaf(name: string, p: unknown): void {
  if (!(p instanceof Tensor)) {
    throw new TypeError(
      `${name}: optimizer can only optimize Tensors, but one of the params is ${kindOf(p)}`,
    );
  }
  if (!p.isLeaf) {
    throw new Error(
      `${name}: can't optimize a non-leaf Tensor of shape [${p.shape.join(', ')}]; optimize the ` +
        'tensor that it was made of',
    );
  }
}

/**
 * The options of a group, those that are left out not among them. Errors: another kind of value
 * than the optimizer's own: betas that are no pair, a rate that is a word, null.
 */
export function ownOptions(name: string, given: object, defaults: object): Record<string, unknown> {
  const known = defaults as Record<string, unknown>;
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (isAlike(value, known[key])) own[key] = typeof value === 'bigint' ? Number(value) : value;
    else
      throw new TypeError(
        `${name}: ${key} of a group must be ${wanted(known[key])}, got ${shown(value)}`,
      );
  }
  return own;
}

function isAlike(value: unknown, usual: unknown): boolean {
  if (typeof usual === 'number') return isNumber(value) || value instanceof Tensor;
  if (typeof usual === 'boolean') return typeof value === 'boolean';
  if (!Array.isArray(usual)) return true;
  return Array.isArray(value) && value.length === usual.length && value.every(isNumber);
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'bigint';

const wanted = (usual: unknown): string =>
  Array.isArray(usual) ? `a list of ${usual.length} numbers` : `a ${typeof usual}`;

/**
 * An option that is a tensor of one element goes on being that tensor: it is read at every step,
 * and a schedule writes it. Errors: another number of elements.
 */
export function withLiveNumbers<G extends object>(name: string, group: G): G {
  for (const [key, value] of Object.entries(group)) {
    if (!(value instanceof Tensor)) continue;
    if (value.numel() !== 1) throw new Error(`${name}: Tensor ${key} must be 1-element`);
    const own = value as Tensor;
    Object.defineProperty(group, key, {
      get: () => Number(own.itemSync()),
      set: (next: number | Tensor) => void (own.detach() as Tensor).copy_(asTensor(next, own)),
      enumerable: true,
      configurable: true,
    });
  }
  return group;
}

const asTensor = (value: number | Tensor, like: Tensor): Tensor =>
  value instanceof Tensor ? value : (like.detach().clone().fill_(value) as Tensor);
