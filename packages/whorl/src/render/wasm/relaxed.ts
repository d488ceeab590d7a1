// Whether this engine multiplies and adds in one instruction, rounding once (relaxed SIMD).
// in:  nothing     out: yes or no; Node has it from version 22, Node 20 behind a flag

import { control, encodeModule } from './encoding/encoder.js';
import { opcodes } from './encoding/opcodes.js';

let answer: boolean | null = null;

export function hasRelaxedFma(): boolean {
  answer ??=
    typeof WebAssembly !== 'undefined' && WebAssembly.validate(probe() as Uint8Array<ArrayBuffer>);
  return answer;
}

/** A function of three vectors that uses the instruction once. */
function probe(): Uint8Array {
  const store = [0, 0];
  const operands = [0, 1, 2].flatMap((local) => [...control.getLocal, local]);
  const code = [
    ...opcodes['i32.const'].bytes,
    0,
    ...operands,
    ...opcodes['f32x4.relaxed_madd'].bytes,
    ...opcodes['v128.store'].bytes,
    ...store,
  ];
  const params = ['v128', 'v128', 'v128'] as const;
  const only = { params, locals: [], code: Uint8Array.from(code), exportName: null };
  return encodeModule({ functions: [only], shared: false });
}
