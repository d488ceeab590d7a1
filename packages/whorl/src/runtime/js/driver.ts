// The reference device: kernels as JavaScript text over one ArrayBuffer.
// in:  the source of a function (m, p, scratch, status), see render/js     out: a Driver

import type { Executable, LoadedProgram, Memory, Scalar } from '../driver.js';
import type { HostOptions, Space } from '../memory/pooled.js';
import {
  addressOf,
  PooledDriver,
  reservedBytes,
  scratchOffset,
  statusOffset,
} from '../memory/pooled.js';

const GiB = 2 ** 30;

/** The element types a kernel's text may name, each with the array that holds it. */
const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
type ElementType = keyof typeof arrays;
type View = InstanceType<(typeof arrays)[ElementType]>;

type Run = (
  m: readonly View[],
  p: readonly Scalar[],
  scratch: Uint8Array,
  status: Int32Array,
) => void;

class JsExecutable implements Executable {
  constructor(
    readonly name: string,
    readonly run: Run,
    readonly types: readonly ElementType[],
  ) {}
}

/** Grows by copying into a larger ArrayBuffer. */
class ArraySpace implements Space {
  buffer = new ArrayBuffer(1024 * 1024);
  readonly limit = 4 * GiB;

  get bytes(): number {
    return this.buffer.byteLength;
  }

  growTo(bytes: number): boolean {
    if (bytes > this.limit) return false;
    try {
      const larger = new ArrayBuffer(bytes);
      new Uint8Array(larger).set(new Uint8Array(this.buffer));
      this.buffer = larger;
      return true;
    } catch {
      return false;
    }
  }
}

/** The text opens with a comment that lists the buffers' element types, e.g. float32 int64. */
function elementTypes(name: string, code: string): ElementType[] {
  const header = /^\s*\/\*\s*([a-z0-9 ]*?)\s*\*\//.exec(code);
  if (header === null) throw new Error(`js: kernel ${name} does not open with its element types.`);
  const words = header[1]! === '' ? [] : header[1]!.split(/\s+/);
  for (const word of words) {
    if (!(word in arrays)) throw new Error(`js: kernel ${name} names the unknown type ${word}.`);
  }
  return words as ElementType[];
}

export class JsDriver extends PooledDriver {
  override readonly name = 'js';

  load(name: string, code: string | Uint8Array): Executable {
    if (typeof code !== 'string') throw new Error(`js: kernel ${name} is bytes, not text.`);
    const run = new Function(`return (${code}\n);`)() as Run;
    return new JsExecutable(name, run, elementTypes(name, code));
  }

  loadProgram(): LoadedProgram {
    throw new Error('js: a program is bytes, not text; this device launches kernels one by one.');
  }

  launch(executable: Executable, memories: readonly Memory[], scalars: readonly Scalar[]): void {
    const { run, types } = executable as JsExecutable;
    const buffer = this.space.buffer as ArrayBuffer;
    const views = memories.map((memory, i) => {
      const array = arrays[types[i]!];
      const length = Math.floor(memory.bytes / array.BYTES_PER_ELEMENT);
      return new array(buffer, addressOf(memory), length);
    });
    const scratch = new Uint8Array(buffer, scratchOffset, reservedBytes - scratchOffset);
    run(views, scalars, scratch, new Int32Array(buffer, statusOffset, 1));
  }
}

export function createJsDriver(options: HostOptions = {}): JsDriver {
  return new JsDriver(new ArraySpace(), options);
}
