// What a failure in the middle of a plan takes with it.
// in:  a plan's steps, what failed
// out: whether a step can run; told later, what is gone and which values are errors
//
// A kernel that finds an error stops, so all that it stores is nonsense, and so is what later steps
// made of that. Of these only what is computed from the error is one: the rest is computed again.

import type { Node } from '../../graph/node.js';
import type { HostCall, Launch, Plan } from './plan.js';

/** Steps that would read what was not computed fail with it. */
export function isBlocked(step: Launch | HostCall, failed: ReadonlySet<number>): boolean {
  const reads = step.kind === 'launch' ? step.buffers : step.inputs;
  if (reads.some((number) => failed.has(number))) return true;
  return step.kind === 'launch' && step.takes.some(({ from }) => failed.has(from));
}

interface Ran {
  readonly plan: Plan;
  readonly nodes: readonly Node[];
  /** Its launches that may fail, by ticket. */
  readonly tickets: ReadonlyMap<number, Launch> | null;
}

/** `told`: codes of tickets that failed. `before`: values that are gone which were there before. */
export function falloutOf(
  { plan: { steps, shares }, nodes, tickets }: Ran,
  told: ReadonlyMap<number, number>,
  before: ReadonlySet<Node>,
): { failed: ReadonlySet<number>; gone: Node[]; culprits: Node[] } {
  const codes = new Map<Launch | HostCall, number | undefined>();
  for (const [ticket, step] of tickets ?? []) codes.set(step, told.get(ticket));
  const failed = new Set([...nodes.keys()].filter((number) => before.has(nodes[number]!)));
  const culprits: Node[] = [];
  for (const step of steps) {
    const code = codes.get(step);
    // what a check found in nonsense says nothing
    if (!isBlocked(step, failed)) {
      if (code === undefined) continue;
      culprits.push(nodes[(step as Launch).checks[code - 1]!]!);
    }
    for (const number of step.outputs) failed.add(number);
  }
  const bases = new Set(failed);
  for (const [number, base] of shares) if (bases.has(base)) failed.add(number);
  return { failed, gone: [...failed].flatMap((number) => nodes[number] ?? []), culprits };
}
