/**
 * Room for the bytes of a recv. Small requests share a slab and keep only what arrived of it, so that `recv(4096)` neither
 * allocates 4096 bytes (1.2 µs) nor copies.
 */
const SLAB_BYTES = 256 * 1024;
const LARGEST_SHARED = SLAB_BYTES / 4;

let slab = Buffer.alloc(0);
let used = 0;

/** A buffer of `size` bytes for one receive; give what arrived to `keep`. Throws a RangeError for a size that is none. */
export function room(size: number): Buffer {
  if (!Number.isInteger(size) || size < 0 || size > 0x7fff_ffff)
    throw new RangeError(`${size} is not a buffer size`);
  if (size > LARGEST_SHARED) return Buffer.allocUnsafeSlow(size);
  if (used + size > slab.byteLength) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    used = 0;
  }
  return slab.subarray(used, used + size);
}

/** The first `length` bytes of a buffer from `room`, which later receives no longer touch. */
export function keep(buffer: Buffer, length: number): Buffer {
  const kept = buffer.subarray(0, Math.max(0, Math.min(length, buffer.byteLength)));
  if (buffer.buffer === slab.buffer) used = kept.byteOffset - slab.byteOffset + kept.byteLength;
  return kept.byteLength === buffer.byteLength ? buffer : kept;
}
