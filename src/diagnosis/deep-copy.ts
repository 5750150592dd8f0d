/**
 * A copy of an object with all that it holds: typed arrays (those of one buffer stay so), maps, sets and objects of any
 * class; what is in `kept` stays one with the original.
 */
export function deepCopy<T>(original: T, kept: ReadonlySet<unknown>): T {
  const copies = new Map<unknown, unknown>();
  const copyOf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || kept.has(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const made = emptyLike(value, copyOf);
    copies.set(value, made);
    if (value instanceof Map && made instanceof Map)
      for (const [key, one] of value) made.set(copyOf(key), copyOf(one));
    else if (value instanceof Set && made instanceof Set) for (const one of value) made.add(copyOf(one));
    else if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer))
      for (const [key, one] of Object.entries(value)) Reflect.set(made, key, copyOf(one));
    return made;
  };
  return copyOf(original) as T;
}

function emptyLike(value: object, copyOf: (value: unknown) => unknown): object {
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, length } = value as Float64Array;
    return Reflect.construct(value.constructor, [copyOf(buffer), byteOffset, length]);
  }
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (Array.isArray(value)) return [];
  return Object.create(Object.getPrototypeOf(value));
}
