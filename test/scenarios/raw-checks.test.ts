import { expect, test } from 'vitest';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { inEnglish } from '../../src/words/text.ts';
import { openRecorded } from '../timeline/build-session.ts';
import { recordRun } from '../timeline/recorded-run.ts';

async function madeByHand(id: string, given: Readonly<Record<string, string>>): Promise<string> {
  const scenario = await loadScenario(id);
  const texts = scenario.lookFor(parseParameters(scenario, given)).map(({ text }) => inEnglish(text));
  return texts.find((text) => text.startsWith('What the raw socket is given')) ?? '';
}

test.each(['ipv4', 'ipv6'])(
  'a ping over %s: the check says whose the checksum is, and nothing of ports',
  async (family) => {
    const text = await madeByHand('raw-ping', { family });
    expect(text).not.toContain('ports');
    const recorded = await recordRun(['raw-ping', '--rounds', '1', '--family', family]);
    if (typeof recorded === 'string') {
      console.warn(`skipped: ${recorded}`);
      return;
    }
    const session = await openRecorded(recorded);
    const at = (session.capture.columns.transportAt[0] ?? 0) + 2;
    const onWire = Buffer.from(session.capture.frame(0).slice(at, at + 2)).toString('hex');
    const data = session.calls.find(({ name }) => name === 'sendto')?.data ?? new Uint8Array();
    const isGiven = Buffer.from(data).toString('hex', 2, 4) === onWire;
    session.capture.close();
    expect(text.endsWith('checksum included.')).toBe(isGiven);
    expect(text.includes('filled in by the kernel')).toBe(!isGiven);
  },
);

test.each(['ipv4', 'ipv6'])(
  'a datagram over %s has ports, and the checksum that it was given',
  async (family) => {
    expect(await madeByHand('damage', { family })).toMatch(/ports and checksum included\.$/);
  },
);
