import { afterEach, describe, expect, test } from 'vitest';
import { compareTimelines } from '../../../src/compare/compare.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { splitSession } from '../../compare/split-session.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
] as const;
const open: TestScreen[] = [];

function screen(size: { readonly width: number; readonly height: number }): TestScreen {
  const made = new TestScreen(size);
  open.push(made);
  const left = new Document(buildTimeline(echoSession()), 'one');
  const right = new Document(buildTimeline(splitSession()), 'two');
  const comparison = compareTimelines(left.timeline, right.timeline);
  made.app.hear({ kind: 'compared', left, right, comparison });
  return made;
}

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe.each(SIZES)('at $width × $height', (size) => {
  test('both runs stand side by side, at the first difference, with what differs', async () => {
    const shown = screen(size);
    await shown.until(/▶ ≠ D .*\[PSH, ACK\] Len=5.*│.*\[PSH, ACK\] Len=3/);
    await shown.until('22 the same, 2 differ (D), 0 only left (L), 1 only right (R)');
    await shown.until('bytes 5 | 3');
    // The list itself says why: each side what it has otherwise.
    await shown.until(/▶ ≠ D .*Len=5.* {2}bytes 5 .*│.*Len=3.* {2}bytes 3 /);
    await shown.until('in both runs, but it differs');
    await shown.until(/one +│ two/);
  });

  test('to the next difference and back', async () => {
    const shown = screen(size);
    await shown.press('}');
    await shown.until(/▶ \+ R +│.*Len=2/);
    await shown.until('only in the right run');
    await shown.press('}');
    await shown.until('segments 1 | 2');
    await shown.press('}');
    await shown.until('no difference below');
    await shown.press('{', '{');
    await shown.until('bytes 5 | 3');
  });

  test('only the differences, then the sums, then all again', async () => {
    const shown = screen(size);
    await shown.press('=');
    await shown.until(/│ two *\n▶ ≠ D .*\n {2}\+ R .*\n {2}≠ D/);
    await shown.press('=');
    await shown.until(/≠ D packets +10 +11/);
    await shown.press('=');
    await shown.until('[SYN] Seq=0');
  });

  test('Enter goes to the row; the other run has its partner', async () => {
    const shown = screen(size);
    await shown.press('}', '\r');
    await shown.until('R two');
    await shown.until(/── Why +#\d+ \[PSH, ACK\] Seq=4.*Len=2/);
    await shown.press('v');
    await shown.until('Difference');
    await shown.press('{', '\r', '~');
    await shown.until('left run: one');
    await shown.until(/── Why +#\d+ \[PSH, ACK\] Seq=1 .*Len=5/);
  });
});

test('windows make no row differ, that of a SYN no more than that of an ACK', () => {
  const [left, right] = [echoSession(), echoSession()];
  right.capture.columns.window.fill(4000, 0, right.capture.columns.length);
  const { counts } = compareTimelines(buildTimeline(left), buildTimeline(right));
  expect(counts).toMatchObject({ differs: 0, left: 0, right: 0 });
  // A closed one does.
  right.capture.columns.window[3] = 0;
  expect(compareTimelines(buildTimeline(left), buildTimeline(right)).counts.differs).toBe(1);
});

test('files on the home page are marked and compared', async () => {
  const made = new TestScreen({ width: 80, height: 24 });
  open.push(made);
  made.app.hear({ kind: 'recent', recent: ['/tmp/no-such-a.pcap', '/tmp/no-such-b.pcap'] });
  await made.press('G', 'v');
  await made.until('=▶ /tmp/no-such-b.pcap');
  await made.press('k', 'v');
  // Neither is there: what is opened first is said to be missing.
  await made.until(/no-such-b\.pcap/);
  await made.until(/no such file/i);
});

test('without a capture the key says what to do', async () => {
  const made = new TestScreen({ width: 80, height: 24 });
  open.push(made);
  await made.press('v');
  await made.until('open a capture first');
  expect(made.app.model.overlay).toBeNull();
});
