import * as libc from './libc.ts';
import { check, FRAME, FRAME_WORDS, headerCheck, ITEM, MAGIC } from './log-format.ts';

const FIRST_CAPACITY_WORDS = 64 * 1024;

/** Collects items of one thread and appends them to the log as frames, each with one write(2). */
export class LogWriter {
  /** The frame being filled. Replaced when an item needs more room: read it again after `reserve`. */
  words = new Uint32Array(FIRST_CAPACITY_WORDS);
  bytes = Buffer.from(this.words.buffer);
  /** Index of the next free word. */
  at = FRAME_WORDS;
  items = 0;
  /** Frames that could not be written whole (a full disk): the reader finds them missing by their sequence numbers. */
  lostFrames = 0;
  private readonly fd: number;
  private readonly pid: number;
  private readonly thread: number;
  private sequence = 0;
  private strings = new Map<string, number>();
  private nextString = 1;

  constructor(fd: number, pid: number, thread: number) {
    this.fd = fd;
    this.pid = pid;
    this.thread = thread;
  }

  /** Makes room for an item of `count` words. */
  reserve(count: number): void {
    if (this.at + count <= this.words.length) return;
    this.flush();
    if (FRAME_WORDS + count <= this.words.length) return;
    this.words = new Uint32Array(FRAME_WORDS + count);
    this.bytes = Buffer.from(this.words.buffer);
  }

  /** Ends the item that began at `this.at`. */
  commit(count: number): void {
    this.at += count;
    this.items++;
  }

  /** The number that stands for `text`, defined in the log before its first use; 0 for null. Not between reserve and commit. */
  intern(text: string | null): number {
    if (text === null) return 0;
    return this.strings.get(text) ?? this.define(text);
  }

  /** Appends what was collected. A write that fails or stops half-way is counted, not thrown: the role's program goes on. */
  flush(): void {
    if (this.items === 0) return;
    const { words } = this;
    words[FRAME.magic] = MAGIC;
    words[FRAME.bytes] = this.at * 4;
    words[FRAME.pid] = this.pid;
    words[FRAME.thread] = this.thread;
    words[FRAME.sequence] = this.sequence++;
    words[FRAME.items] = this.items;
    words[FRAME.headerCheck] = headerCheck(words, 0);
    words[FRAME.bodyCheck] = check(words, FRAME_WORDS, this.at);
    if (libc.write(this.fd, this.bytes, this.at * 4) !== this.at * 4) {
      this.lostFrames++;
      // Definitions may have been lost with the frame: define every string again.
      this.strings = new Map();
    }
    this.at = FRAME_WORDS;
    this.items = 0;
  }

  private define(text: string): number {
    const number = this.nextString++;
    const length = Buffer.byteLength(text);
    const count = 4 + Math.ceil(length / 4);
    this.reserve(count);
    const { words, at } = this;
    words[at] = ITEM.define;
    words[at + 1] = count * 4;
    words[at + 2] = number;
    words[at + 3] = length;
    this.bytes.write(text, (at + 4) * 4);
    this.commit(count);
    this.strings.set(text, number);
    return number;
  }
}
