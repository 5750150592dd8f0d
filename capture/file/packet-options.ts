import type { PacketOptions } from '../capture.ts';
import type { FrameSource } from './frame-source.ts';
import { BLOCK, BLOCK_OVERHEAD, eachOption, MAX_BLOCK, OPTION, optionText, padded } from './pcapng-blocks.ts';

export const NO_OPTIONS: PacketOptions = { comments: [], packetId: null, flags: null };

/** The data of an Enhanced Packet Block, and of the old Packet Block, start here in the block. */
const DATA = 28;

/** Reads the options behind the frame at `dataOffset` in the file, `capLen` bytes long; none when the block is not as it was. */
export function readPacketOptions(
  source: FrameSource,
  dataOffset: number,
  capLen: number,
  littleEndian: boolean,
): PacketOptions {
  const blockAt = dataOffset - DATA;
  const header = source.read(blockAt, 8);
  if (header.length < 8) return NO_OPTIONS;
  const headerView = new DataView(header.buffer, header.byteOffset, header.length);
  const type = headerView.getUint32(0, littleEndian);
  const length = headerView.getUint32(4, littleEndian);
  if (type !== BLOCK.enhancedPacket && type !== BLOCK.packet) return NO_OPTIONS;
  if (length > MAX_BLOCK || length < DATA + padded(capLen) + 4) return NO_OPTIONS;
  const optionsAt = dataOffset + padded(capLen);
  const size = blockAt + length - 4 - optionsAt;
  if (size < 4 || length < BLOCK_OVERHEAD) return NO_OPTIONS;
  return parsePacketOptions(source.read(optionsAt, size), littleEndian);
}

function parsePacketOptions(bytes: Uint8Array, littleEndian: boolean): PacketOptions {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const comments: string[] = [];
  let packetId: bigint | null = null;
  let flags: number | null = null;
  eachOption(view, 0, bytes.length, littleEndian, (code, at, length) => {
    if (code === OPTION.comment) comments.push(optionText(view, at, length));
    else if (code === OPTION.packetId && length === 8) packetId = view.getBigUint64(at, littleEndian);
    else if (code === OPTION.packetFlags && length === 4) flags = view.getUint32(at, littleEndian);
  });
  return { comments, packetId, flags };
}
