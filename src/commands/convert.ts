import { closeSync, constants, openSync, realpathSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Capture } from '../../capture/capture.ts';
import { linkTypeName } from '../../capture/decode/link-type-names.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { ConvertOptions, OutputFormat } from '../cli/convert-options.ts';
import { compileFilter } from '../filter/filter.ts';
import { filterOption, needsTimeline } from '../filter/filter-option.ts';
import { BlockFile, errnoName } from '../session/block-file.ts';
import {
  type CopyChoice,
  copyPcapng,
  pcapHeaderOf,
  type Wanted,
  writePcap,
  writePcapng,
} from '../session/convert-blocks.ts';
import { inWords } from '../session/errno-words.ts';
import { sessionOf } from '../session/read.ts';
import { isThere } from '../session/write.ts';
import { buildTimeline } from '../timeline/timeline.ts';
import { VERSION } from '../version.ts';
import { complain } from './complaint.ts';
import { packetChoice, timeTest } from './convert-choice.ts';
import { nothingMatches, whatThereIs } from './convert-notes.ts';
import { counted, leftOut } from './left-out.ts';

const STANDARD_OUTPUT = 1;

/** `sockscope convert`: writes a capture again, in another format or a part of it. */
export async function convertCommand(options: ConvertOptions): Promise<ExitCode> {
  const { input, output } = options;
  const filter = filterOption(options.filter);
  if (/\.(gz|zst|lz4|xz|bz2)$/i.test(output))
    throw new UserError(`convert does not compress, and ${output} is the name of a compressed file`, {
      hint: 'leave the ending off, or write to - and pipe it: sockscope convert IN - | gzip > OUT.gz',
      exitCode: EXIT.usage,
    });
  if (output !== '-') isThere(output, options.force);
  const capture = await openCapture(input);
  try {
    const timeline = needsTimeline(filter.node) ? buildTimeline(sessionOf(capture)) : null;
    const passes = compileFilter(filter, { capture, timeline });
    const isInTime = timeTest(capture, options);
    const { wanted, added } = packetChoice(capture, options, isInTime, passes.packet);
    refuseNothing(capture, options, wanted);
    const format = options.format ?? formatOf(output);
    const choice: CopyChoice = { wanted, wantedAt: isInTime, calls: options.calls, all: isWhole(options) };
    const pcap = format === 'pcapng' ? null : pcapHeader(capture, wanted);
    const write = (file: BlockFile): number => {
      const sink = { write: (bytes: Uint8Array) => file.push(bytes) };
      if (pcap !== null) {
        const nanoseconds = format === 'pcap' && capture.format !== 'pcap';
        return writePcap(capture, sink, { ...pcap, nanoseconds }, wanted);
      }
      if (capture.format !== 'pcapng') return writePcapng(capture, sink, `sockscope ${VERSION}`, wanted);
      return copyPcapng(capture, sink, choice);
    };
    const written = writeFile(output, write);
    const lost = pcap === null ? [] : leftOut(capture, choice, { microseconds: format === 'pcap-us' });
    if (lost.length > 0) complain(`left out, since ${format} cannot hold it: ${lost.join(', ')}`);
    for (const note of nothingMatches(capture, options)) complain(note);
    if (added > 0)
      complain(
        `${counted(added, 'fragment')} more than ${added === 1 ? 'was' : 'were'} asked for: of datagrams whose headers passed`,
      );
    complain(`${written} of ${capture.columns.length} packets written`);
    for (const { message, offset } of capture.problems) {
      complain(`${input}: ${message} (at byte ${offset})`);
    }
    return capture.problems.length > 0 ? EXIT.damaged : EXIT.done;
  } finally {
    capture.close();
  }
}

/** Packets or a conversation that were asked for by number, of which there is none: a file without packets helps nobody. */
function refuseNothing(capture: Capture, options: ConvertOptions, wanted: Wanted): void {
  if (options.packets.length === 0 && options.conversation === null) return;
  const [note] = nothingMatches(capture, options);
  if (note === undefined) return;
  for (let row = 0; row < capture.columns.length; row++) if (wanted(row)) return;
  throw new UserError(note, {
    hint: `nothing was written: ${whatThereIs(capture)}`,
    exitCode: EXIT.usage,
  });
}

/** Whether everything was asked for. */
function isWhole({ filter, from, to, packets, conversation, calls }: ConvertOptions): boolean {
  return (
    filter === '' && from === null && to === null && packets.length === 0 && conversation === null && calls
  );
}

function formatOf(output: string): OutputFormat {
  return /\.(pcap|cap|dmp)$/i.test(output) ? 'pcap' : 'pcapng';
}

/** A pcap file has one link type: that of all packets that are wanted. */
function pcapHeader(capture: Capture, wanted: Wanted): { linkType: number; snaplen: number } {
  const { columns, interfaces } = capture;
  const used = new Set<number>();
  for (let row = 0; row < columns.length; row++) if (wanted(row)) used.add(columns.iface[row] ?? 0);
  const described =
    used.size === 0 ? interfaces.slice(0, 1) : interfaces.filter((_, index) => used.has(index));
  const linkTypes = new Set(described.map(({ linkType }) => linkType));
  const [linkType = 1] = linkTypes;
  const { linkTypeExtra } = pcapHeaderOf(capture) ?? { linkTypeExtra: 0 };
  if (linkTypes.size > 1) {
    const names = [...linkTypes].map(linkTypeName).join(', ');
    throw new UserError(
      `a pcap file holds packets of one link type, and these have ${linkTypes.size}: ${names}`,
      {
        hint: 'write pcapng, or choose packets with -Y, such as frame.interface_id == 0',
        exitCode: EXIT.usage,
      },
    );
  }
  return {
    linkType: (linkType | linkTypeExtra) >>> 0,
    snaplen: Math.max(...described.map(({ snaplen }) => snaplen || 262_144), 0) || 262_144,
  };
}

/**
 * Writes beside the file and puts it in its place when all is written, so that a failure leaves what was there. A pipe or
 * a device is written into: nothing may be put in its place.
 */
function writeFile(output: string, write: (file: BlockFile) => number): number {
  if (output === '-') return writeInto(STANDARD_OUTPUT, 'standard output', write);
  const found = statSync(output, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    const fd = create(output, output, constants.O_WRONLY);
    try {
      return writeInto(fd, output, write);
    } finally {
      closeSync(fd);
    }
  }
  // Where a link points to, so that the link stays.
  const path = found === undefined ? output : realpathSync(output);
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  const fd = create(beside, output, 'wx');
  try {
    const written = writeInto(fd, output, write);
    renameSync(beside, path);
    return written;
  } catch (error) {
    unlinkSync(beside);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function writeInto(fd: number, name: string, write: (file: BlockFile) => number): number {
  const file = new BlockFile(fd);
  const written = write(file);
  file.flush();
  if (file.problem !== null) throw cannotWrite(name, file.problem);
  return written;
}

function create(path: string, output: string, flags: string | number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw cannotWrite(output, errnoName(error));
  }
}

function cannotWrite(output: string, errno: string): UserError {
  return new UserError(`cannot write ${output}: ${inWords(errno)}`, {
    hint: 'is there room, and may you write there? what was there before was kept',
    exitCode: EXIT.usage,
  });
}
