// The same numbers for every contestant, whatever it is written in.
// in:  how many     out: float32 numbers in [0, 1), in no order

/** The multiples of the golden ratio, without their whole part: peers/tensors.py has the twin. */
export function fractions(count: number): Float32Array {
  const golden = 0.6180339887498949;
  return Float32Array.from({ length: count }, (_, i) => (i * golden) % 1);
}
