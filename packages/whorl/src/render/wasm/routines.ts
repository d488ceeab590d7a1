// Routines as functions of a module: what kernels call where the long way is taken.
// in:  a routine's name     out: a function of float64 that gives a float64

import { type RoutineName, routine } from '../../lower/routines.js';
import { i32 } from './constants.js';
import { emitValued } from './emit.js';
import type { FunctionCode } from './encoding/encoder.js';
import { evaluate } from './expr.js';
import { type Site, changesOnce } from './site.js';
import { scalar, scalarType } from './registers.js';
import { runAll } from './statements.js';
import { Builder } from './value.js';

const made = new Map<RoutineName, FunctionCode>();

/** Compiled once for all kernels: it knows none of them. */
export function routineFunction(name: RoutineName): FunctionCode {
  let code = made.get(name);
  if (code === undefined) {
    code = compiled(name);
    made.set(name, code);
  }
  return code;
}

function compiled(name: RoutineName): FunctionCode {
  const { params, body, result } = routine(name);
  const changes = changesOnce();
  const types = params.map(({ dtype }) => scalarType[dtype]);
  const b = new Builder(types, changes(body));
  const site = siteFor(name, b, changes);
  params.forEach((param, i) => {
    const operand = scalar(param.dtype, b.local(i, types[i]!, b.top));
    site.names.set(param.name, { kind: 'let', operand });
  });
  runAll(site, body);
  return emitValued(b, evaluate(site, result).parts[0]!);
}

/** No memory, no blocks. */
function siteFor(name: string, b: Builder, changes: Site['changes']): Site {
  const nothing = i32(b, 0);
  return {
    b,
    kernel: { name, buffers: [], params: [], body: [] },
    changes,
    evaluate,
    scratchOffsets: new Map(),
    pointers: [],
    params: [],
    scratch: nothing,
    status: nothing,
    isBounded: false,
    from: nothing,
    to: nothing,
    names: new Map(),
    ranges: new Map(),
    loops: new Map(),
    memo: new Map(),
    vector: null,
    lane: null,
  };
}
