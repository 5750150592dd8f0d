import { PCAP_MAGIC } from './pcap-header.ts';
import { BLOCK, BYTE_ORDER_MAGIC } from './pcapng-blocks.ts';

export type Sniffed =
  | { readonly kind: 'pcap' | 'pcapng' | 'gzip' }
  /** Fewer bytes than it takes to tell, and what is there could still become a capture. */
  | { readonly kind: 'unknown-yet' }
  | { readonly kind: 'other'; readonly name: string };

/** Bytes with which `sniff` can always decide. */
export const SNIFF_BYTES = 512;

/** First bytes of what people open by mistake, in hexadecimal. */
const OTHER_FILES: readonly (readonly [string, string])[] = [
  ['736e6f6f70000000', 'a Sun snoop file'],
  ['25504446', 'a PDF'],
  ['504b0304', 'a zip archive'],
  ['28b52ffd', 'a zstd compressed file'],
  ['fd377a585a00', 'an xz compressed file'],
  ['425a68', 'a bzip2 compressed file'],
  ['04224d18', 'an lz4 compressed file'],
  ['1f9d', 'a compress (.Z) file'],
  ['377abcaf271c', 'a 7-zip archive'],
  ['7f454c46', 'an ELF program'],
  ['89504e470d0a1a0a', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['474946383', 'a GIF image'],
  ['53514c69746520666f726d6174203300', 'an SQLite database'],
  ['52545353', 'a Microsoft Network Monitor 1 file'],
  ['474d4255', 'a Microsoft Network Monitor 2 file'],
  ['1c0001ab', 'an IXIA capture'],
  ['1c0001ac', 'an IXIA capture'],
  ['ab01001c', 'an IXIA capture'],
  ['ac01001c', 'an IXIA capture'],
  ['585858', 'a NetXRay or Sniffer file'],
  ['54524e534e494646', 'a Sniffer (DOS) file'],
  ['4d53454e', 'an Endace ERF related file'],
  ['62747370', 'a Bluetooth btsnoop file'],
  ['6274736e6f6f7000', 'a Bluetooth btsnoop file'],
];

/** Tells what a file is by its first bytes; `whole` says that there are no more. */
export function sniff(bytes: Uint8Array, whole: boolean): Sniffed {
  if (bytes.length < 4) return whole ? { kind: 'other', name: nameOf(bytes) } : { kind: 'unknown-yet' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = view.getUint32(0, true);
  const big = view.getUint32(0, false);
  for (const magic of Object.values(PCAP_MAGIC))
    if (little === magic || big === magic) return { kind: 'pcap' };
  if (little === BLOCK.section) return sniffSection(view, whole);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { kind: 'gzip' };
  if (!whole && bytes.length < 32) return { kind: 'unknown-yet' };
  return { kind: 'other', name: nameOf(bytes) };
}

function sniffSection(view: DataView, whole: boolean): Sniffed {
  if (view.byteLength < 12) return whole ? { kind: 'pcapng' } : { kind: 'unknown-yet' };
  const marked =
    view.getUint32(8, true) === BYTE_ORDER_MAGIC || view.getUint32(8, false) === BYTE_ORDER_MAGIC;
  return marked
    ? { kind: 'pcapng' }
    : { kind: 'other', name: 'text or data that begins like pcapng by chance' };
}

function nameOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, 32)).toString('hex');
  for (const [magic, name] of OTHER_FILES) if (hex.startsWith(magic)) return name;
  if (Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar') return 'a tar archive';
  if (bytes.every((byte) => byte === 0)) return 'nothing but zero bytes';
  if (isText(bytes)) return 'text';
  return 'data of an unknown kind';
}

function isText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SNIFF_BYTES);
  for (const byte of sample) {
    const control = byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b;
    if (control) return false;
  }
  // A character that the end of the sample cuts is no proof against text, hence `stream`.
  return !new TextDecoder().decode(sample, { stream: true }).includes('\ufffd');
}
