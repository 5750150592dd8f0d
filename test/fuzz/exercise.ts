import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { fieldText } from '../../capture/fields.ts';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { compileFilter, type Filter, parseFilter } from '../../src/filter/filter.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { printCheckJson } from '../../views/json/print-check-json.ts';
import { printJson } from '../../views/json/print-json.ts';
import { printCheck } from '../../views/text/print-check.ts';
import { printLadder } from '../../views/text/print-ladder.ts';
import { printVerification } from '../../views/text/print-verification.ts';
import { compareChunked, comparePoisoned } from './poison.ts';

/** What a person may see: no control characters, no invisible ones. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Ladder, JSON with the verification, and the report of what is wrong. */
const VIEWS = 3;
const STYLE = { width: 80, ascii: false, all: false, colour: false };
/** Fields that ask for every kind of value; all fields are read in the comparison of poisoned frames. */
const FIELDS = [
  'frame.number',
  'frame.protocols',
  'frame.time_epoch',
  'ip.addr',
  'tcp.len',
  'tcp.seq',
  'udp.stream',
];
const FILTERS = [
  'tcp.flags.syn == 1 && ip.src == 127.0.0.1',
  'frame contains "hello" or tcp.options.sack_le > 5 or ipv6.dst == ::1',
  'not call.name == "send" && (call.ret < 0 or call.local contains "127" or call.blocked > 0.5)',
  'tcp.payload[0:2] == 68:65 || len(udp.payload) > 3 || count(ip.addr) > 2',
  'tcp.window_size > 1000 or frame.len in {60..80} or frame.protocols matches "^raw"',
].map(filter);

function filter(text: string): Filter {
  const result = parseFilter(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.filter;
}

/** The outcome of an input, for counting: what was read of it, or why nothing was. */
export type Outcome = 'whole' | 'damaged' | 'refused';

/** Puts inputs through the whole program, one after the other, by way of one file. */
export class Exerciser {
  private readonly path: string;
  private readonly fd: number;

  constructor(path: string) {
    this.path = path;
    this.fd = openSync(path, 'w');
  }

  /**
   * Throws an Error that says which promise the input broke. Every input is read, checked, explained, and read once more in
   * pieces and among poison; what is drawn of it takes longest, so one of the ways has its turn.
   */
  async run(bytes: Buffer, turn: number): Promise<Outcome> {
    ftruncateSync(this.fd, 0);
    writeSync(this.fd, bytes, 0, bytes.length, 0);
    const session = await opened(this.path);
    const report = await checked(this.path);
    if (session === null || report === null) {
      if (session !== null || report !== null)
        throw new Error('check and open differ over whether it can be read');
      return 'refused';
    }
    try {
      lookAt(session, bytes.length, turn);
      if (turn % VIEWS === 2) report();
      compareChunked(bytes, session.capture);
      comparePoisoned(bytes, session.capture);
      return session.capture.problems.length > 0 ? 'damaged' : 'whole';
    } finally {
      session.capture.close();
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}

async function opened(path: string): Promise<Session | null> {
  try {
    return await openSession(path);
  } catch (error) {
    refusal(error);
    return null;
  }
}

/** Gives what prints the report. */
async function checked(path: string): Promise<(() => void) | null> {
  try {
    const report = await checkFile(path, { conversations: 10 });
    return () => {
      safeLines(printCheck(report, STYLE));
      safeLines(printCheckJson(report));
    };
  } catch (error) {
    refusal(error);
    return null;
  }
}

/** An error that a user can do something about; anything else is thrown on. */
function refusal(error: unknown): void {
  if (!(error instanceof UserError)) throw error;
  const { message, hint, exitCode } = error;
  if (message.length < 10 || hint.length < 5) throw new Error(`an unclear message: ${message} / ${hint}`);
  if (UNSAFE.test(message)) throw new Error(`a message with control characters: ${JSON.stringify(message)}`);
  if (exitCode !== EXIT.damaged) throw new Error(`exit code ${exitCode} for ${message}`);
}

function lookAt(session: Session, size: number, turn: number): void {
  const { capture } = session;
  for (const { message, offset } of capture.problems) {
    if (message.length < 10 || UNSAFE.test(message))
      throw new Error(`an unclear problem: ${JSON.stringify(message)}`);
    // A gzip's offset counts inflated bytes.
    if (!(offset >= 0 && offset <= size) && !/gzip/.test(capture.problems.at(-1)?.message ?? ''))
      if (offset > size * 1100) throw new Error(`a problem at byte ${offset} of ${size}: ${message}`);
  }
  const timeline = buildTimeline(session);
  if (turn % VIEWS === 0) safeLines(printLadder(timeline, STYLE));
  if (turn % VIEWS === 1) safeLines(printJson(timeline, verified(timeline)));
  filtered(session, timeline);
  const rows = capture.columns.length;
  for (let row = 0; row < rows; row++) {
    for (const name of FIELDS) fieldText(capture, row, name);
    capture.packetOptions(row);
    capture.packetBlock(row);
  }
}

function verified(timeline: Timeline): ReturnType<typeof verifyTimeline> {
  const verification = verifyTimeline(timeline);
  safeLines(printVerification(verification, STYLE));
  return verification;
}

function filtered(session: Session, timeline: Timeline): void {
  const { capture, calls } = session;
  // One of the filters: over all inputs each has its turn.
  const each = FILTERS[capture.columns.length % FILTERS.length];
  if (each === undefined) return;
  const passes = compileFilter(each, { capture, timeline });
  for (let row = 0; row < capture.columns.length; row++) passes.packet(row);
  for (let call = 0; call < calls.length; call++) passes.call(call);
}

function safeLines(lines: Iterable<string>): void {
  for (const line of lines) if (UNSAFE.test(line)) throw new Error(`an unsafe line: ${JSON.stringify(line)}`);
}
