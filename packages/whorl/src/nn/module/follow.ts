// Follows which modules compute while a function is captured: what their fields hold makes another
// recording.
// in:  the class of a module
// out: its methods report to the capture that is under way, if there is one
//
// Fields are compared before each replay: numbers, flags, names and functions by value, parameters,
// buffers and modules as the objects they are, lists, maps and plain objects in depth. What a
// method sets itself is no setting: a value that it counts or keeps does not stay the same from one
// call to the next.

import { capturing, isOpaque } from '../../capture/looking/host-state.js';
import { Snapshots } from './snapshots.js';

type Method = (this: object, ...args: unknown[]) => unknown;

const followed = new WeakSet<object>();
const watched = new WeakMap<object, Snapshots>();

/**
 * Once per class, inherited ones included; `base`: the class whose own methods are no computation.
 */
export function followMethods(prototype: object, base: object): void {
  let at: object | null = prototype;
  while (at !== null && at !== base && !followed.has(at)) {
    followed.add(at);
    for (const name of Object.getOwnPropertyNames(at)) if (!tells.has(name)) follow(at, name);
    at = Object.getPrototypeOf(at) as object | null;
  }
}

/** What is asked of a module without that it computes. */
const tells = new Set(['constructor', 'extraRepr', 'toString']);

function follow(prototype: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name)!;
  if (typeof property.value !== 'function' || !property.configurable) return;
  const method = property.value as Method;
  const follows = function (this: object, ...args: unknown[]): unknown {
    if (capturing.now !== null) watch(this);
    return method.apply(this, args);
  };
  Object.defineProperty(follows, 'name', { value: name });
  Object.defineProperty(follows, 'length', { value: method.length });
  Object.defineProperty(prototype, name, { ...property, value: follows });
}

/** Reports the fields of a module and of all modules in them. */
export function watch(module: object): void {
  const { now } = capturing;
  if (now === null || !now.isNew(module)) return;
  let own = watched.get(module);
  if (own === undefined) {
    own = new Snapshots(module, forwardOf);
    watched.set(module, own);
  }
  const snapshots = own;
  const before = now.look(() => snapshots.current(), module);
  now.after(() => {
    snapshots.leaveOut(before);
  });
  for (const value of Object.values(module)) if (isModule(value)) watch(value);
}

/** Another one may be given to the class, too. */
const forwardOf = (module: object): unknown => (module as { readonly forward?: unknown }).forward;

const isModule = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  isOpaque(value) &&
  followed.has(Object.getPrototypeOf(value) as object);
