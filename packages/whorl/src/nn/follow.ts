// Follows which modules compute while a function is captured: their parts must be the same ones in every replay.
// in:  the class of a module     out: its forward reports to the capture that is under way, if there is one

import { capturing } from '../tensor/host-state.js';
import { Parameter } from './parameter.js';

type Forward = (this: object, ...args: unknown[]) => unknown;
interface Class {
  forward?: Forward;
}

const followed = new WeakSet<object>();

/** Once per class that has a forward of its own, inherited ones included. */
export function followForward(prototype: object): void {
  let at: object | null = prototype;
  while (at !== null && at !== Object.prototype && !followed.has(at)) {
    followed.add(at);
    if (Object.hasOwn(at, 'forward')) follow(at as Class);
    at = Object.getPrototypeOf(at) as object | null;
  }
}

function follow(module: Class): void {
  const forward = module.forward!;
  module.forward = function follows(...args) {
    if (capturing.now !== null) expectParts(this);
    return forward.apply(this, args);
  };
}

/** Parameters and child modules stay what they are, down to the last; other settings make other recordings. */
function expectParts(module: object): void {
  const { now } = capturing;
  if (now === null || !now.isNew(module)) return;
  for (const [name, value] of Object.entries(module)) {
    if (isSetting(value)) now.look(() => (module as Record<string, unknown>)[name]);
    if (!isPart(value)) continue;
    now.expect(
      () => (module as Record<string, unknown>)[name],
      `compile: ${name} of ${module.constructor.name} is another ${value.constructor.name} than when the ` +
        'function was captured, so its recording is of something else: call compile() again after changing ' +
        'a model',
    );
    if (!(value instanceof Parameter)) expectParts(value);
  }
}

/** Whether a module trains stands under a symbol: it is looked at where that matters. */
const isSetting = (value: unknown): boolean =>
  ['number', 'boolean', 'string'].includes(typeof value);

const isPart = (value: unknown): value is object =>
  value instanceof Parameter ||
  (typeof value === 'object' &&
    value !== null &&
    followed.has(Object.getPrototypeOf(value) as object));
