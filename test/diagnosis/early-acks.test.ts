// Acknowledgements that stand before what they acknowledge. All numbers are by hand: the client's bytes begin with 101,
// the server's with 501.
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { holeTexts } from '../../src/diagnosis/holes.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { ACK, FIN, HANDSHAKE, type Segment } from '../support/tcp-segments.ts';

const { file, reportOf } = segmentReports();

const kinds = (report: CheckReport) => report.issues.map(({ kind }) => kind);
const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });
const readings = (report: CheckReport) => report.readings.map(({ kind, frames }) => [kind, frames]);

describe('data that was captured after its acknowledgement', () => {
  test('by its time earlier: nothing is missing, nothing was sent again', async () => {
    const report = await reportOf([
      ...HANDSHAKE,
      data(30, 101),
      ack(50, 301),
      data(49.99, 201),
      ack(70, 301),
    ]);
    expect(kinds(report).filter((kind) => kind !== 'clock-back')).toEqual([]);
    expect(report.top[0]).toMatchObject({ bytes: [200, 0], missing: [0, 0], sentAgain: 0 });
    expect(readings(report)).toEqual([
      ['ack-ahead', [5]],
      ['data-behind', [6]],
    ]);
    const capture = await openCapture(file);
    const hole = holeTexts(capture);
    expect([...capture.columns.flow.keys()].slice(0, 7).map(hole)).toEqual(Array(7).fill(null));
    capture.close();
  });

  test('some microseconds late, each time, and slowly: no timer and no delayed acknowledgement is seen in it', async () => {
    const turns = [0, 1, 2, 3].flatMap((turn) => [
      ack(100 + turn * 100, 201 + turn * 100),
      data(100.005 + turn * 100, 101 + turn * 100),
    ]);
    const report = await reportOf([...HANDSHAKE, ...turns]);
    expect(kinds(report)).toEqual([]);
    expect(report.top[0]).toMatchObject({ bytes: [400, 0], missing: [0, 0] });
  });

  test('in pieces, of which one is acknowledged in part, and a FIN', async () => {
    const fin: Segment = { at: 40.003, way: '>', seq: 401, ack: 501, flags: FIN | ACK };
    const [first, last] = [ack(30, 251), ack(40, 402)];
    const report = await reportOf([
      ...HANDSHAKE,
      first,
      data(30.001, 101),
      data(30.002, 201),
      last,
      data(40.001, 301),
      fin,
    ]);
    expect(kinds(report)).toEqual([]);
    expect(report.top[0]).toMatchObject({ bytes: [300, 0], missing: [0, 0] });
  });

  test('only one piece of two: one acknowledgement still lacks data', async () => {
    const segments = [...HANDSHAKE, ack(30, 201), data(30.001, 101), ack(40, 401), data(40.001, 301)];
    const report = await reportOf(segments);
    expect(report.issues.map(({ kind, frames, total }) => [kind, frames, total])).toEqual([
      ['missing-from-capture', [6], 1],
    ]);
    expect(report.top[0]).toMatchObject({ bytes: [200, 0], missing: [100, 0] });
  });

  test('so long after that it was sent again: the first copy is missing', async () => {
    const report = await reportOf([...HANDSHAKE, data(30, 101), ack(50, 301), data(250, 201), ack(270, 301)]);
    expect(kinds(report)).toEqual(['missing-from-capture', 'spurious-retransmissions']);
  });
});
