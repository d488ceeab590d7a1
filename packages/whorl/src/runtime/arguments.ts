// Writes what a kernel is launched with into the block of memory that it reads them from.
// in:  addresses and scalars, where each belongs     out: bytes in linear memory

import type { Call, Memory, Scalar } from './device.js';
import type { Space } from './pooled.js';
import { addressOf } from './pooled.js';

export class ArgumentWriter {
  private view: DataView;

  constructor(
    private readonly space: Space,
    private readonly offset: number,
    private readonly room: number,
  ) {
    this.view = new DataView(space.buffer, offset, room);
  }

  write(name: string, call: Call, memories: readonly Memory[], scalars: readonly Scalar[]): void {
    if (call.bytes > this.room) {
      throw new Error(`wasm: kernel ${name} takes ${call.bytes} bytes of arguments, too many.`);
    }
    // growing the memory makes another buffer
    if (this.view.buffer !== this.space.buffer) {
      this.view = new DataView(this.space.buffer, this.offset, this.room);
    }
    const { view } = this;
    for (let i = 0; i < memories.length; i++) {
      view.setUint32(call.buffers[i]!, addressOf(memories[i]!), true);
    }
    for (let i = 0; i < scalars.length; i++) writeScalar(view, call.params[i]!, scalars[i]!);
  }
}

function writeScalar(view: DataView, { offset, type }: Call['params'][number], x: Scalar): void {
  switch (type) {
    case 'i32':
      return view.setInt32(offset, x as number, true);
    case 'i64':
      return view.setBigInt64(offset, x as bigint, true);
    case 'f32':
      return view.setFloat32(offset, x as number, true);
    case 'f64':
      return view.setFloat64(offset, x as number, true);
  }
}
