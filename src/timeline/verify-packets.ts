import { CHECKSUM, datagramEnd, internetSum, transportChecksum } from '../../capture/checksum.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import { problemText } from '../../capture/decode/problems.ts';
import type { Facts } from './facts.ts';
import { type Check, Report } from './verify-report.ts';

/** What must be true of the captured packets by themselves: counts, headers and checksums. */
export function verifyPackets(facts: Facts): Check[] {
  return [completeness(facts), headers(facts), checksums(facts)];
}

/** As many packets as the kernel says it gave; ids without a gap; times within the run. */
function completeness({ session, capture }: Facts): Check {
  const report = new Report('every packet that the kernel captured is here');
  const { run } = session;
  const { columns } = capture;
  if (run === null) report.note('no facts of a run');
  else if (run.received === null)
    report.note(
      run.dropped === null
        ? `engine ${run.engine} does not count`
        : 'other programs sent while the capture began or ended: the kernel’s count is of theirs too',
    );
  else {
    // packet(7): the kernel counts those that it dropped among those that it received.
    const kept = run.received - (run.dropped ?? 0);
    report.expect(columns.length === kept, () => `${columns.length} packets, the kernel gave ${kept}`);
  }
  const seen = new Set<number>();
  const started = run === null ? null : BigInt(run.startedNs);
  const ended = run?.endedNs == null ? null : BigInt(run.endedNs);
  for (let row = 0; row < columns.length; row++) {
    const id = Number(capture.packetOptions(row).packetId ?? row + 1);
    report.expect(!seen.has(id), () => `packet id ${id} comes twice`);
    seen.add(id);
    const ns = columns.timeNs(row);
    // The end is written down in whole milliseconds.
    const within = (started === null || ns >= started) && (ended === null || ns <= ended + 1_000_000n);
    report.expect(within, () => `row ${row} lies outside of the run`);
  }
  if (run !== null && run.filter === null) {
    for (let id = 1; id <= columns.length; id++)
      report.expect(seen.has(id), () => `packet id ${id} is missing`);
    for (const id of run.lost) report.expect(seen.has(id), () => `packet id ${id}, lost here, is missing`);
  }
  return report.result();
}

/** Lengths, ports and flags of the columns are those of the frame, and the decoder found nothing wrong. */
function headers({ capture, session }: Facts): Check {
  const report = new Report('headers are sound');
  const { columns } = capture;
  const snaplen = session.run?.snaplen ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row < columns.length; row++) {
    const frame = capture.frame(row);
    const cut = (columns.capLen[row] ?? 0) < (columns.wireLen[row] ?? 0);
    report.expect(
      (columns.capLen[row] ?? 0) <= (columns.wireLen[row] ?? 0),
      () => `row ${row} holds more than was on the wire`,
    );
    report.expect(
      frame.length === (columns.capLen[row] ?? 0),
      () => `row ${row} holds ${frame.length} of ${columns.capLen[row] ?? 0} bytes`,
    );
    const code = columns.problem[row] ?? 0;
    report.expect(cut || code === 0, () => `row ${row}: ${problemText(code).text}`);
    report.expect(!cut || (columns.capLen[row] ?? 0) >= snaplen, () => `row ${row} is cut below the snaplen`);
    const network = columns.networkAt[row] ?? 0;
    if (network === 0xffff) continue;
    const ends = datagramEnd(frame, network);
    report.expect(
      ends === (columns.wireLen[row] ?? 0),
      () => `row ${row}: the IP header says ${ends} bytes, the frame has ${columns.wireLen[row] ?? 0}`,
    );
    const protocol = columns.protocol[row] ?? 0;
    const transport = columns.transportAt[row] ?? 0;
    if (transport === 0xffff || (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp)) continue;
    const flow = columns.flow[row] ?? 0;
    if (flow < 0) continue;
    const { portA, portB } = capture.flows.get(flow);
    const ports = (columns.direction[row] ?? 0) === 0 ? [portA, portB] : [portB, portA];
    report.expect(
      readU16(frame, transport) === ports[0] && readU16(frame, transport + 2) === ports[1],
      () => `row ${row}: other ports than its flow's`,
    );
    if (protocol === PROTOCOL.udp && !columns.fragments.has(row)) {
      report.expect(
        readU16(frame, transport + 4) === (columns.payloadLen[row] ?? 0) + 8,
        () => `row ${row}: the UDP length does not fit`,
      );
    }
  }
  return report.result();
}

function readU16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0);
}

/**
 * Checksums, where they can be told. On loopback most TCP and UDP checksums are left to hardware that does not exist:
 * the field then holds the sum over the pseudo header, which still proves addresses, protocol and length.
 */
function checksums({ capture, reasons }: Facts): Check {
  const report = new Report('checksums are right');
  const { columns } = capture;
  let partial = 0;
  // A program that builds its own packets may put any checksum in them.
  const isRaw = (row: number): boolean => reasons.kind(row) === 'raw';
  for (let row = 0; row < columns.length; row++) {
    const network = columns.networkAt[row] ?? 0;
    if (network === 0xffff || (columns.capLen[row] ?? 0) < (columns.wireLen[row] ?? 0)) continue;
    const frame = capture.frame(row);
    if ((frame[network] ?? 0) >> 4 === 4) {
      const length = ((frame[network] ?? 0) & 15) * 4;
      const sum = internetSum(frame, network, network + length);
      report.expect(sum === 0xffff, () => `row ${row}: IP header checksum`);
    }
    const transport = columns.transportAt[row] ?? 0;
    const protocol = columns.protocol[row] ?? 0;
    if (transport === 0xffff || columns.fragments.has(row)) continue;
    const verdict = transportChecksum(frame, network, transport, protocol);
    if (verdict === CHECKSUM.unknown) continue;
    if (verdict === CHECKSUM.partial) partial++;
    report.expect(verdict !== CHECKSUM.wrong || isRaw(row), () => `row ${row}: transport checksum`);
  }
  if (partial > 0) report.note(`${partial} cover addresses and lengths only, as loopback leaves them`);
  return report.result();
}
