// Chooses the loops whose bodies become functions of their own.
// in:  a builder that holds a whole kernel     out: the scopes of those loops
//
// An engine starts with quickly made, slow code and replaces it function by function, at a call: a
// function that is running keeps the slow code until it returns. So the first launch of a large
// kernel would run to its end in slow code, were its inner part not called again and again.

import type { Builder, Scope } from './value.js';

/** In instructions: about 5 ms of work in the whole kernel, a few microseconds in a function. */
const leastTotal = 10_000_000;
const leastBody = 4000;

export function chooseFunctions(b: Builder): ReadonlySet<Scope> {
  const chosen = new Set<Scope>();
  const work = new Map<Scope, number>();
  if (workOf(b.top, work) >= leastTotal) choose(b.top, work, new Set(), chosen);
  return chosen;
}

function workOf(scope: Scope, work: Map<Scope, number>): number {
  let total = 0;
  const { steps } = scope;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (step.kind === 'loop') total += step.turns * workOf(step.scope, work);
    else if (step.kind === 'if') total += step.rare ? 1 : workOf(step.scope, work);
    else if (step.kind !== 'define' || step.value.uses > 0) total++;
  }
  work.set(scope, total);
  return total;
}

/** The innermost loops that are large enough. `set`: the locals that were set before. */
function choose(
  scope: Scope,
  work: ReadonlyMap<Scope, number>,
  set: Set<number>,
  chosen: Set<Scope>,
): void {
  for (const step of scope.steps) {
    if (step.kind === 'set') set.add(step.local);
    if (step.kind === 'if') for (const local of setIn(step.scope)) set.add(local);
    if (step.kind !== 'loop') continue;
    const own = setIn(step.scope);
    const isClosed = own.every((local) => !set.has(local));
    const before = chosen.size;
    choose(step.scope, work, new Set(set), chosen);
    if (chosen.size === before && isClosed && work.get(step.scope)! >= leastBody) {
      chosen.add(step.scope);
    }
    for (const local of own) set.add(local);
  }
}

function setIn(scope: Scope, found: number[] = []): number[] {
  for (const step of scope.steps) {
    if (step.kind === 'set') found.push(step.local);
    if (step.kind === 'loop' || step.kind === 'if') setIn(step.scope, found);
  }
  return found;
}
