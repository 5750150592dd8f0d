import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { isatty } from 'node:tty';
import type { Capture } from '../../capture/capture.ts';
import { EXIT, UserError } from '../../capture/user-error.ts';
import type { Call } from '../sockets/call.ts';
import { atOnce } from '../timeline/time-order.ts';
import { BlockFile, errnoName } from './block-file.ts';
import { inWords } from './errno-words.ts';
import { hasEntryRow } from './file-order.ts';
import { PLAIN_PCAP } from './plain-pcap.ts';
import { replaceFile } from './replace-file.ts';
import type { CallRowKind, RunInfo, Session } from './session.ts';
import { SESSION_PCAPNG } from './session-blocks.ts';
import type { PacketReason, SessionFormat } from './session-format.ts';

const STDOUT = 1;
/** Blocks that are made and written in about a millisecond. */
const BLOCKS_A_STEP = 64;
const WRITE_KEEPING = constants.O_WRONLY;

export interface WriteOptions {
  /** Replace a file that exists. */
  readonly force: boolean;
  /** Who shall own a new file, where that is not who we run as (sudo). */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /** The packets alone, as nanosecond pcap. */
  readonly plainPcap?: boolean;
}

/**
 * A session file while its run goes on: rows are appended as they come, so that a crash leaves a readable file, and
 * `finish` replaces it by the sorted one. Only opening throws (a UserError); later trouble is told by `finish`.
 */
export class SessionFile {
  readonly path: string;
  private readonly file: BlockFile;
  private readonly format: SessionFormat;
  private readonly mode: number;
  private readonly owner: { readonly uid: number; readonly gid: number };
  /** A pipe or a device: it takes the finished form only, and nothing can be put in its place. */
  private readonly isStream: boolean;
  private readonly isNew: boolean;
  private headed = false;
  private rows = 0;
  private entries = new Set<string>();

  private constructor(path: string, fd: number, isNew: boolean, format: SessionFormat) {
    this.path = path;
    this.format = format;
    this.isNew = isNew;
    this.file = new BlockFile(fd);
    const found = fstatSync(fd);
    this.mode = found.mode & 0o777;
    this.owner = { uid: found.uid, gid: found.gid };
    this.isStream = fd === STDOUT || !found.isFile();
    process.on('exit', this.takeBack);
  }

  /** Creates the file; '-' is standard output, which takes the finished form. Throws a UserError when it exists (without `force`) or cannot be made. */
  static create(path: string, { force, owner, plainPcap = false }: WriteOptions): SessionFile {
    const format = plainPcap ? PLAIN_PCAP : SESSION_PCAPNG;
    if (path === '-') return new SessionFile('standard output', standardOutput(), false, format);
    const exists = isThere(path, force);
    try {
      // What is to be replaced is emptied only when there is something to put into it: the run may not even begin.
      const fd = openSync(path, exists ? WRITE_KEEPING : 'wx');
      if (owner !== null && !exists) fchownSync(fd, owner.uid, owner.gid);
      return new SessionFile(realpathSync(path), fd, !exists, format);
    } catch (error) {
      throw cannotWrite(path, errnoName(error));
    }
  }

  /**
   * Writes the packets that came since the last time, `most` at a time, and the calls given: those that returned, or are
   * blocked.
   */
  append(
    run: RunInfo,
    capture: Capture,
    calls: readonly Call[],
    most: number = Number.POSITIVE_INFINITY,
  ): void {
    if (this.isStream) return;
    if (!this.headed) {
      if (!this.isNew) ftruncateSync(this.file.fd);
      for (const block of this.format.header(run, capture)) this.file.push(block);
      this.headed = true;
    }
    const end = Math.min(capture.columns.length, this.rows + most);
    for (; this.rows < end; this.rows++) {
      this.file.push(this.format.packet(capture, this.rows));
    }
    for (const call of calls) this.appendCall(call);
    this.file.flush();
  }

  /** Replaces the file by its final form. Returns null, or what went wrong and what is in the file then. */
  finish(session: Session, reason: PacketReason): string | null {
    return atOnce(this.finishInSteps(session, reason));
  }

  /** The same in steps, to be run to the end. */
  *finishInSteps(session: Session, reason: PacketReason): Generator<void, string | null> {
    const problem = this.file.problem ?? (yield* this.finished(session, reason));
    if (problem !== null && !this.isStream && this.file.problem === null)
      yield* this.writeInPlace(session, reason);
    this.close();
    if (problem === null) return null;
    const kept = 'it holds what had room, and is readable';
    return `cannot write all of ${this.path}: ${inWords(problem)}${this.isStream ? '' : `; ${kept}`}`;
  }

  /** There is no room for a second file, and the first may not have all that came: writes it anew, as much as fits. */
  private *writeInPlace(session: Session, reason: PacketReason): Generator<void, void> {
    ftruncateSync(this.file.fd);
    this.file.rewind();
    yield* this.writeBlocks(this.file, session, reason);
  }

  /** The run did not begin: takes back a file that was made for it, and leaves one that was there before as it was. */
  discard(): void {
    this.close();
    this.takeBack();
  }

  /** Also where a second signal ends the process before the run has begun. */
  private readonly takeBack = (): void => {
    if (this.isNew && !this.headed) unlinkSync(this.path);
  };

  private appendCall(call: Call): void {
    // The time of entry is read again when the entry has been recorded, so it is no part of what a call is known by.
    const key = `${call.pid} ${call.thread} ${call.name}`;
    if (hasEntryRow(call) && !this.entries.has(key)) {
      this.entries.add(key);
      this.pushCall(call, 'enter');
    }
    if (call.exitNs === null) return;
    this.entries.delete(key);
    this.pushCall(call, 'exit');
  }

  private pushCall(call: Call, kind: CallRowKind): void {
    const block = this.format.call(call, kind);
    if (block !== null) this.file.push(block);
  }

  private *finished(session: Session, reason: PacketReason): Generator<void, string | null> {
    if (this.isStream) return yield* this.writeWhole(this.file.fd, session, reason);
    return yield* replaceFile(this.path, (fd) => this.fill(fd, session, reason));
  }

  private *fill(fd: number, session: Session, reason: PacketReason): Generator<void, string | null> {
    const problem = yield* this.writeWhole(fd, session, reason);
    if (problem !== null) return problem;
    fchownSync(fd, this.owner.uid, this.owner.gid);
    fchmodSync(fd, this.mode);
    return null;
  }

  private *writeWhole(fd: number, session: Session, reason: PacketReason): Generator<void, string | null> {
    const file = new BlockFile(fd);
    yield* this.writeBlocks(file, session, reason);
    return file.problem;
  }

  private *writeBlocks(file: BlockFile, session: Session, reason: PacketReason): Generator<void, void> {
    let written = 0;
    for (const block of this.format.whole(session, reason)) {
      if (block === undefined || written++ % BLOCKS_A_STEP === 0) yield;
      if (block !== undefined) file.push(block);
    }
    file.flush();
  }

  private close(): void {
    process.off('exit', this.takeBack);
    if (this.file.fd !== STDOUT) closeSync(this.file.fd);
  }
}

function standardOutput(): number {
  if (!isatty(STDOUT)) return STDOUT;
  const hint = 'send it to a file or a pipe: -w FILE, or -w - | wireshark -k -i -';
  throw new UserError('a capture on the terminal would be unreadable', { hint, exitCode: EXIT.usage });
}

/** Whether there is such a file already. Throws a UserError when there is and it must not be replaced. */
export function isThere(path: string, force: boolean): boolean {
  const found = statOf(path);
  if (found?.isFile() === true && !force) {
    const hint = 'give another name, or --force to replace it';
    throw new UserError(`${path} exists and was kept`, { hint, exitCode: EXIT.usage });
  }
  return found !== undefined;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw cannotWrite(path, errnoName(error));
  }
}

function cannotWrite(path: string, errno: string): UserError {
  const hint = 'choose a directory that you may write to';
  return new UserError(`cannot write ${path}: ${inWords(errno)}`, { hint, exitCode: EXIT.usage });
}
