/** The array with its axes in another order: `permuted[i₀, i₁, …]` has shape `axes.map(axis => shape[axis])`. */
export function permuteAxes(data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const permuted = new Float32Array(data.length);
  const index = new Int32Array(axes.length);
  for (let at = 0, from = 0; at < permuted.length; at++) {
    permuted[at] = data[from]!;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      index[axis] = 0;
    }
  }
  return permuted;
}

/** IEEE 754 binary16 → number. */
export function halfToNumber(half: number): number {
  const sign = half >> 15 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halves: Float32Array | null = null;

/** Little-endian binary16 values as 32-bit floats. */
export function floatsFromHalves(bytes: Buffer): Float32Array {
  halves ??= Float32Array.from({ length: 65536 }, (_, half) => halfToNumber(half));
  const floats = new Float32Array(bytes.length / 2);
  for (let at = 0; at < floats.length; at++) floats[at] = halves[bytes.readUInt16LE(at * 2)]!;
  return floats;
}

/** Little-endian binary32 values, copied so that they are aligned. */
export function floatsFromBytes(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export function integersFromBytes(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readInt32LE(at * 4));
}
