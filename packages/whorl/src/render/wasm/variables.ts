// Variables: the locals that hold them, as scalars or as lanes.
// in:  a site, names     out: operands; steps that set locals in the site's builder

import type { DType } from '../../graph/dtype.js';
import type { Local } from '../../ir/loop.js';
import { i32 } from './constants.js';
import type { Site } from './site.js';
import { varSource } from './site.js';
import type { Operand } from './registers.js';
import {
  extract,
  laneCount,
  partCount,
  scalar,
  scalarType,
  splat,
  vectorShape,
} from './registers.js';
import type { Value } from './value.js';

/** What a name stands for here; of lanes, the one that is computed where there is only one. */
export function readVariable(site: Site, name: string): Operand {
  const { b, lane } = site;
  const operand = wholeVariable(site, name);
  if (lane === null || !operand.varying) return operand;
  return scalar(operand.dtype, extract(b, operand, lane));
}

function wholeVariable({ b, names }: Site, name: string): Operand {
  const binding = names.get(name);
  if (binding === undefined) throw new Error(`${name} is used before it is defined`);
  if (binding.kind === 'let') return binding.operand;
  const { dtype, varying, locals, home } = binding;
  const type = varying ? 'v128' : scalarType[dtype];
  const source = varSource(name);
  return { dtype, varying, parts: locals.map((local) => b.local(local, type, home, source)) };
}

/** A variable of a vector loop has lanes, whatever it starts with. */
export function declareVariable(site: Site, { name, dtype }: Local, initial: Operand): void {
  const { b } = site;
  const varying = site.vector !== null;
  const count = varying ? partCount(dtype) : 1;
  const type = varying ? 'v128' : scalarType[dtype];
  const locals = Array.from({ length: count }, () => b.newLocal(type));
  site.names.set(name, { kind: 'var', dtype, varying, locals, home: b.scope });
  setLocals(site, name, locals, varying ? splat(b, initial) : initial);
}

function setLocals({ b }: Site, name: string, locals: readonly number[], { parts }: Operand): void {
  const changed = varSource(name).name;
  for (let i = 0; i < parts.length; i++) {
    b.effect({ kind: 'set', local: locals[i]!, value: parts[i]! }, changed);
  }
}

/** Where lanes run one after the other only the lane of now gets the value. */
export function assignVariable(site: Site, { name }: Local, value: Operand): void {
  const { b, lane } = site;
  const binding = site.names.get(name);
  if (binding?.kind !== 'var') throw new Error(`${name} is assigned but is no variable`);
  const { dtype, varying, locals } = binding;
  if (lane === null || !varying) {
    setLocals(site, name, locals, varying ? splat(b, value) : value);
    return;
  }
  const lanesPerPart = laneCount / locals.length;
  const local = locals[Math.floor(lane / lanesPerPart)];
  const old = b.local(local, 'v128', binding.home, varSource(name));
  const replaced = replaceLane(site, dtype, old, value.parts[0], lane % lanesPerPart);
  b.effect({ kind: 'set', local, value: replaced }, varSource(name).name);
}

/** A scalar bool becomes a mask on the way: 0 - 1 has all bits. */
function replaceLane({ b }: Site, dtype: DType, part: Value, value: Value, lane: number): Value {
  const own = dtype === 'bool' ? b.value('i32.sub', [i32(b, 0), value]) : value;
  return b.value(`${vectorShape[dtype]}.replace_lane`, [part, own], [lane]);
}
