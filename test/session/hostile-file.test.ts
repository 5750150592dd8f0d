import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserError } from '../../capture/user-error.ts';
import { encodeCall } from '../../src/session/journal.ts';
import { encodeEntry } from '../../src/session/journal-entry.ts';
import { block, interfaceBlock, sectionBlock } from '../../src/session/pcapng-blocks.ts';
import { openSession } from '../../src/session/read.ts';
import { SessionFile } from '../../src/session/write.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { printJson } from '../../views/json/print-json.ts';
import { printLadder } from '../../views/text/print-ladder.ts';
import { ECHO_CALLS, echoSession } from './fake-session.ts';

let directory = '';
let path = '';
let whole = Buffer.alloc(0);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sockscope-hostile-'));
  path = join(directory, 'run.pcapng');
  SessionFile.create(path, { force: false, owner: null }).finish(echoSession(), () => 'a reason');
  whole = readFileSync(path);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Opens and prints everything; a UserError is an answer, too. Returns the text. */
async function openAndPrint(file: Uint8Array): Promise<string> {
  writeFileSync(path, file);
  try {
    const session = await openSession(path);
    const timeline = buildTimeline(session);
    const style = { width: 80, ascii: false, all: false, colour: false };
    const text = [...printLadder(timeline, style), ...printJson(timeline)].join('');
    session.capture.close();
    return text;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

test('bytes changed anywhere crash nothing and send nothing to the terminal', async () => {
  const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.integer({ min: 0, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const file = Buffer.from(whole);
      for (const { at, to } of changes) file[at] = to;
      expect(await openAndPrint(file)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
    { numRuns: 150 },
  );
});

test('calls that contradict each other and the packets are read as they stand', async () => {
  const [first] = ECHO_CALLS;
  if (first === undefined) throw new Error('there are calls');
  const odd = [
    { ...first, id: 1, exitNs: first.enterNs - 5n },
    { ...first, id: 1, name: 'recv', socket: 'constructor', created: '__proto__' },
    { ...first, id: -3, name: 'send', role: '', ret: 2 ** 50, offset: 2 ** 52, length: -1 },
    { ...first, id: 2 ** 52, name: 'accept', enterNs: 0n, exitNs: 2n ** 63n, remote: '[' },
  ];
  const file = [
    sectionBlock('sockscope', ['{"sockscope":1}']),
    interfaceBlock({
      number: 0,
      name: 'lo',
      linkType: 1,
      snaplen: 0,
      ticksPerSecond: 10n ** 9n,
      filter: null,
      received: null,
      dropped: null,
    }),
    ...odd.flatMap((call) => [block(9, encodeCall(call, 'enter')), block(9, encodeCall(call, 'exit'))]),
    block(9, encodeEntry([['MESSAGE', 'somebody else']])),
  ];
  const text = await openAndPrint(Buffer.concat(file));
  expect(text).toContain('"type":"summary"');
});
