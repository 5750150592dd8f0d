import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { type SocketLine, socketsAt } from '../../../views/tui/socket-table.ts';

const SAMPLES = join(import.meta.dirname, '../../../samples');

const nameOf = ({ protocol, state, local, remote }: SocketLine): string =>
  `${protocol} ${state} ${local} ${remote}`;

/** What was inferred and what the kernel said of the same sockets at the same rows of a sample, where both are known. */
async function compared(name: string): Promise<{ readonly same: number; readonly differ: string[] }> {
  const session = await openSession(join(SAMPLES, name));
  const { kernel: _, ...without } = session;
  const asked = new Document(buildTimeline(session), name);
  const inferred = new Document(buildTimeline(without), name);
  const differ: string[] = [];
  let same = 0;
  for (let row = 0; row < asked.timeline.rowCount; row++) {
    const truth = socketsAt(asked, row);
    if (!truth.isKernel) continue;
    const lines = new Map(truth.lines.map((line) => [nameOf(line), line]));
    for (const line of socketsAt(inferred, row).lines) {
      const kernel = lines.get(nameOf(line));
      if (kernel === undefined) continue;
      for (const queue of ['recvQueue', 'sendQueue'] as const) {
        if (line[queue] === null) continue;
        if (line[queue] === kernel[queue]) same++;
        else differ.push(`#${row + 1} ${nameOf(line)} ${queue} ${line[queue]}, kernel ${kernel[queue]}`);
      }
    }
  }
  session.capture.close();
  return { same, differ };
}

const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.pcapng'));

/** How many queues can be compared in samples with connections: they are there to be seen, and inferred. */
const AT_LEAST: Readonly<Record<string, number>> = {
  'backlog-overflow.pcapng': 80,
  'clients-at-once.pcapng': 40,
  'loss-ack.pcapng': 30,
  'window-full.pcapng': 30,
  'zero-window.pcapng': 100,
};

test.each(samples)(
  '%s: queues inferred at rows where the kernel was asked are what it said',
  async (name) => {
    const { same, differ } = await compared(name);
    expect(differ).toEqual([]);
    expect(same).toBeGreaterThanOrEqual(AT_LEAST[name] ?? 0);
  },
);

// By hand: 9004 bytes written; packet 25 acknowledged 2176 of them, and recv#2 took the last of those at #32.
test('between the kernel’s answers, queues follow the ACKs and the calls', async () => {
  const session = await openSession(join(SAMPLES, 'zero-window.pcapng'));
  const { kernel: _, ...without } = session;
  const document = new Document(buildTimeline(without), 'zero-window');
  const queuesAt = (number: string): string[] => {
    const rows = Array.from({ length: document.timeline.rowCount }, (_, row) => row);
    const row = rows.find((each) => document.numberText(document.timeline.row(each)) === number) ?? -1;
    return socketsAt(document, row).lines.map(
      ({ state, recvQueue, sendQueue }) => `${state} ${recvQueue ?? '?'} ${sendQueue ?? '?'}`,
    );
  };
  // SYN-SENT: the SYN counts one (ss of iproute2 6.1 says 1 as well); what recv#2 has taken is open while it runs.
  expect(queuesAt('#8')).toEqual(['LISTEN 0 5', 'SYN-SENT 0 1', 'SYN-RECV 0 0']);
  expect(queuesAt('#31')).toEqual(['LISTEN 0 5', 'ESTAB ? 0', 'ESTAB 0 6828']);
  // FIN-WAIT-1: Linux counts the FIN until it is acknowledged; at the server it is one byte to read.
  expect(queuesAt('#63')).toEqual(['LISTEN 0 5', 'CLOSE-WAIT 1 0', 'FIN-WAIT-1 0 1']);
  session.capture.close();
});
