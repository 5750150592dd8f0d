/** Types of the whole blocks of a little-endian pcapng file, read by hand. */
export function blockTypes(file: Uint8Array): number[] {
  const bytes = Buffer.from(file);
  const types: number[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (at + length > bytes.length) break;
    if (bytes.readUInt32LE(at + length - 4) !== length) throw new Error(`lengths differ at ${at}`);
    types.push(bytes.readUInt32LE(at));
    at += length;
  }
  return types;
}
