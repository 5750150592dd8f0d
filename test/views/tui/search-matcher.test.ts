import { expect, test } from 'vitest';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { matcherOf } from '../../../views/tui/search-matcher.ts';
import { ECHO_PACKETS, fakeCapture } from '../../session/fake-session.ts';

/** A conversation without calls, whose data packets carry these bytes. */
function carrying(payload: Buffer): Document {
  const packets = ECHO_PACKETS.map((each) =>
    each.payload === undefined ? each : { ...each, payload: payload.toString('latin1') },
  );
  return new Document(buildTimeline({ capture: fakeCapture(packets), calls: [], run: null }), 'test');
}

const isFound = (payload: Buffer, text: string): boolean => {
  const document = carrying(payload);
  const matches = matcherOf(document, text);
  return Array.from({ length: document.timeline.rowCount }, (_, row) => matches(row)).some(Boolean);
};

test.each([
  ['汉漢字', '漢'],
  ['Málaga', 'MÁLAGA'],
  ['Málaga', 'á'],
  ['Привет', 'привет'],
  ['👍 fine', '👍'],
  ['שלום', 'לו'],
  ['a.b (c)', '.B (C'],
  ['漢字', '/^漢.$/'],
  ['ÀÉ', '/[à-ý]é/'],
])('UTF-8 %s has %s', (payload, text) => {
  expect(isFound(Buffer.from(payload, 'utf8'), text)).toBe(true);
});

test.each([
  ['漢字', '汉'],
  ['Ã', 'ã©'],
  ['aXb', 'a.b'],
  ['漢字', '/^漢$/'],
])('UTF-8 %s has no %s', (payload, text) => {
  expect(isFound(Buffer.from(payload, 'utf8'), text)).toBe(false);
});

test('Latin-1 is found as before, as text and by an expression', () => {
  const payload = Buffer.from('Málaga', 'latin1');
  expect(isFound(payload, 'mÁlaga')).toBe(true);
  expect(isFound(payload, '/m.laga/')).toBe(true);
});

test('text that begins within a letter of the packet is found behind it', () => {
  expect(isFound(Buffer.from('漢字', 'utf8').subarray(1), '字')).toBe(true);
});
