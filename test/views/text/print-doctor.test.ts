import { expect, test } from 'vitest';
import { printDoctor } from '../../../views/text/print-doctor.ts';

test('each probe has a line, and under what is not well the way to mend it', () => {
  const probes = [
    { name: 'node', ok: 'yes', found: '20.1.0', mend: null },
    { name: 'netem', ok: 'partly', found: 'missing', mend: 'sudo modprobe sch_netem, or another kernel' },
    { name: 'libpcap', ok: 'no', found: 'not there', mend: 'sudo apt-get install libpcap0.8' },
  ] as const;
  expect([...printDoctor(probes, { width: 50, colour: false, ascii: false })]).toEqual([
    'ok    node     20.1.0',
    'part  netem    missing',
    '               → sudo modprobe sch_netem, or',
    '                 another kernel',
    'NO    libpcap  not there',
    '               → sudo apt-get install libpcap0.8',
    '',
    '1 of these must be mended first',
  ]);
});
