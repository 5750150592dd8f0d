import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { printLadder } from '../../../views/text/print-ladder.ts';
import { echoSession } from '../../session/fake-session.ts';
import { bulkSession, hangingSession, lossySession, refusedSession, twoClientsSession } from './sessions.ts';

const SHARED = process.env.SOCKSCOPE_SHARED ?? new URL('../../../../shared', import.meta.url).pathname;
const PLAIN = { ascii: false, all: false, colour: false };

function lines(session: Session, width: number, style: Partial<typeof PLAIN> = {}): string[] {
  return [...printLadder(buildTimeline(session), { ...PLAIN, width, ...style })];
}

describe('the ladder of', () => {
  test.each([
    { name: 'an echo', file: 'echo', session: echoSession(), width: 80 },
    { name: 'an echo', file: 'echo', session: echoSession(), width: 120 },
    { name: 'an echo', file: 'echo', session: echoSession(), width: 200 },
    { name: 'a refused connection', file: 'refused', session: refusedSession(), width: 80 },
    { name: 'a loss', file: 'lossy', session: lossySession(), width: 80 },
    {
      name: 'a call that never returned, and hostile bytes',
      file: 'hanging',
      session: hangingSession(),
      width: 80,
    },
    { name: 'two clients side by side', file: 'two-clients', session: twoClientsSession(), width: 80 },
    { name: 'two clients one after the other', file: 'two-clients', session: twoClientsSession(), width: 70 },
    { name: 'a transfer with its middle folded', file: 'bulk', session: bulkSession(300), width: 80 },
  ])('$name in $width columns', async ({ file, session, width }) => {
    const text = `${lines(session, width).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`./snapshots/${file}-${width}.txt`);
  });

  test('an echo in ASCII', async () => {
    const text = `${lines(echoSession(), 80, { ascii: true }).join('\n')}\n`;
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    await expect(text).toMatchFileSnapshot('./snapshots/echo-80-ascii.txt');
  });
});

describe('a ladder', () => {
  const sessions = [
    echoSession(),
    refusedSession(),
    lossySession(),
    hangingSession(),
    twoClientsSession(),
    bulkSession(200),
  ];

  test('says the same with colours and without', () => {
    for (const session of sessions) {
      const coloured = lines(session, 80, { colour: true });
      expect(coloured.join('')).toContain('\u001b[');
      expect(coloured.map(stripVTControlCharacters)).toEqual(lines(session, 80));
    }
  });

  test.each([60, 64, 80, 99, 110, 120, 149, 150, 200, 500])('fits into %i columns', (width) => {
    for (const session of sessions) {
      const tooLong = lines(session, width).filter((line) => stringWidth(line) > width);
      expect(tooLong).toEqual([]);
    }
  });

  test('holds no control characters but its colours', () => {
    for (const session of sessions) {
      for (const line of lines(session, 80, { colour: true })) {
        const [first = '', ...colours] = line.split('\u001b[');
        const texts = [first, ...colours.map((part) => part.replace(/^[\d;]*m/, ''))];
        expect(texts.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    }
  });

  test('shows every row when asked for all', () => {
    const session = bulkSession(300);
    expect(lines(session, 80).length).toBeLessThan(120);
    const all = lines(session, 80, { all: true });
    for (let number = 11; number < 1200; number += 7) {
      expect(all.some((line) => line.startsWith(`${number} `.padStart(5)))).toBe(true);
    }
    expect(all.join('\n')).not.toContain('rows alike');
  });

  test('folds no loss and no retransmission away', () => {
    const session = bulkSession(300);
    const { run } = session;
    if (run === null) throw new Error('a run has its facts');
    const text = lines({ ...session, run: { ...run, lost: [303] } }, 80).join('\n');
    expect(text).toContain('✕');
    expect(text).toContain('lost here: dropped by the lab');
  });
});

const captures = `${SHARED}/captures`;
if (!existsSync(captures)) console.warn(`skipped: ladders of captures (no ${captures})`);
describe.skipIf(!existsSync(captures))('the ladder of a plain capture', () => {
  test.each([
    'selfmade__refused.pcap',
    'selfmade__udp-icmp-frag.pcap',
    'tcpdump__kday4.pcap',
    'derived__frameflip3.pcap',
  ])('marks what is inferred: %s', async (name) => {
    const session = await openSession(`${captures}/${name}`);
    const text = lines(session, 80);
    session.capture.close();
    expect(text.join('\n')).toContain('calls marked ~ are inferred');
    expect(text.filter((line) => stringWidth(line) > 80)).toEqual([]);
    expect(text.at(-1)).toContain('0 calls');
  });
});
