// Writes what a kernel is launched with into the block of memory that it reads them from.
// in:  addresses and scalars, where each belongs     out: bytes in linear memory

import type { Call, Memory, Scalar, SlotType } from '../driver.js';
import type { Space } from '../memory/pooled.js';
import { addressOf } from '../memory/pooled.js';

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
    for (let i = 0; i < memories.length; i++) this.address(call.buffers[i]!, memories[i]!);
    for (let i = 0; i < scalars.length; i++) this.scalar(call.params[i]!, 0, scalars[i]!);
  }

  address(at: number, memory: Memory): void {
    this.current().setUint32(at, addressOf(memory), true);
  }

  /** `start`: where the block begins that the slot is a part of. */
  scalar({ offset, type }: Call['params'][number], start: number, x: Scalar): void {
    writeScalar(this.current(), start + offset, type, x);
  }

  /** Growing the memory makes another buffer. */
  private current(): DataView {
    if (this.view.buffer !== this.space.buffer) {
      this.view = new DataView(this.space.buffer, this.offset, this.room);
    }
    return this.view;
  }
}

function writeScalar(view: DataView, offset: number, type: SlotType, x: Scalar): void {
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
