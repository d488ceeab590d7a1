// What the fields of an object hold, remembered so that an unchanged object is known again without
// making anything.
// in:  an object     out: a token, the same one whenever its fields hold the same

import { isOpaque } from '../../capture/looking/host-state.js';
import { Tensor } from '../../tensor/tensor.js';

/** So deep lists and objects in fields are looked at, and so many of their values. */
const deepest = 4;
const most = 1024;

/** So many states of an object are known again. */
const mostKnown = 16;

interface Snapshot {
  readonly keys: unknown[];
  readonly values: unknown[];
  /** For values that hold others: those. */
  readonly inner: (Snapshot | null)[];
  /** Whether there was more than is looked at. */
  isCut: boolean;
  beside: unknown;
}

export class Snapshots {
  private readonly known: Snapshot[] = [];
  private readonly left = new Set<string>();

  constructor(
    private readonly object: object,
    /** What counts beside the fields. */
    private readonly beside: (object: object) => unknown,
  ) {}

  /** The token of what the object holds now. */
  current(): object {
    const { known } = this;
    for (let i = 0; i < known.length; i++) {
      if (!this.fits(known[i]!)) continue;
      const found = known[i]!;
      if (i > 0) {
        known[i] = known[0]!;
        known[0] = found;
      }
      return found;
    }
    const made = this.take();
    known.unshift(made);
    if (known.length > mostKnown) known.pop();
    return made;
  }

  /** Fields that are other ones now than at `token` do not count any more. */
  leaveOut(token: unknown): void {
    const before = token as Snapshot;
    const object = this.object as Record<string, unknown>;
    const names = new Set([...(before.keys as string[]), ...Object.keys(object)]);
    for (const name of names) {
      if (this.left.has(name)) continue;
      const at = before.keys.indexOf(name);
      if (at >= 0 && name in object && isSame(before, at, object[name])) continue;
      this.left.add(name);
      for (const { keys, values, inner } of this.known) {
        const own = keys.indexOf(name);
        if (own >= 0) for (const list of [keys, values, inner]) list.splice(own, 1);
      }
    }
  }

  private fits(snapshot: Snapshot): boolean {
    const { keys } = snapshot;
    if (snapshot.beside !== this.beside(this.object)) return false;
    const { left } = this;
    const object = this.object as Record<string, unknown>;
    let at = 0;
    for (const name in object) {
      if (left.size > 0 && left.has(name)) continue;
      if (keys[at] !== name || !isSame(snapshot, at, object[name])) return false;
      at++;
    }
    return at === keys.length;
  }

  private take(): Snapshot {
    const snapshot = empty();
    snapshot.beside = this.beside(this.object);
    const room = { left: most };
    const object = this.object as Record<string, unknown>;
    for (const name in object) {
      if (this.left.has(name)) continue;
      add(snapshot, name, object[name], deepest, room);
    }
    return snapshot;
  }
}

const empty = (): Snapshot => ({ keys: [], values: [], inner: [], isCut: false, beside: null });

interface Room {
  left: number;
}

function add(to: Snapshot, key: unknown, value: unknown, depth: number, room: Room): void {
  to.keys.push(key);
  to.values.push(value);
  const isOpen = depth > 0 && holdsOthers(value) && room.left > 0;
  to.inner.push(isOpen ? snapshotOf(value, depth - 1, room) : null);
}

function holdsOthers(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return false;
  return !isOpaque(value) && !(value instanceof ArrayBuffer);
}

function snapshotOf(container: object, depth: number, room: Room): Snapshot {
  const snapshot = empty();
  each(container, (key, value) => {
    snapshot.isCut = room.left-- <= 0;
    if (!snapshot.isCut) add(snapshot, key, value, depth, room);
    return !snapshot.isCut;
  });
  return snapshot;
}

/** Calls `visit` for what a container holds until that is false; false then. */
function each(container: object, visit: (key: unknown, value: unknown) => boolean): boolean {
  if (Array.isArray(container) || ArrayBuffer.isView(container)) {
    const list = container as ArrayLike<unknown>;
    if (!visit('length', list.length)) return false;
    for (let i = 0; i < list.length; i++) if (!visit(i, list[i])) return false;
    return true;
  }
  if (container instanceof Map) {
    for (const [key, value] of container) if (!visit(key, value)) return false;
    return true;
  }
  if (container instanceof Set) {
    for (const value of container) if (!visit(value, value)) return false;
    return true;
  }
  const fields = container as Record<string, unknown>;
  for (const key in fields) if (!visit(key, fields[key])) return false;
  return true;
}

function isSame(snapshot: Snapshot, at: number, value: unknown): boolean {
  if (!Object.is(snapshot.values[at], value)) return false;
  const inner = snapshot.inner[at]!;
  return inner === null || holdsSame(inner, value as object);
}

function holdsSame(inner: Snapshot, container: object): boolean {
  const { keys } = inner;
  let at = 0;
  let isLike = true;
  each(container, (key, value) => {
    if (at === keys.length) {
      isLike = inner.isCut;
      return false;
    }
    isLike = Object.is(keys[at], key) && isSame(inner, at, value);
    at++;
    return isLike;
  });
  return isLike && at === keys.length;
}
