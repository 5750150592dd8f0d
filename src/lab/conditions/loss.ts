import { fstatSync, readSync } from 'node:fs';
import koffi from 'koffi';
import type { LiveCapture } from '../../../capture/live/engine.ts';
import { loadLibpcap } from '../../../capture/live/libpcap.ts';
import { type Drainable, startDraining } from '../../../capture/live/loop.ts';
import { eachRecord, FILE_HEADER } from '../../../capture/live/pcap-stream.ts';
import { openScratchFile } from '../../../capture/live/scratch-file.ts';
import { installLossRule, type LossRule, readLossCounter } from './loss-rule.ts';
import { type LostPacket, readNflog } from './lost-packets.ts';

/** Loss that is on: call `lost` after the sentinel of the run's capture was seen, then `close`. */
export interface Loss {
  /** False where the kernel has no nflog: packets are counted but not identified. */
  readonly identified: boolean;
  /** What the log says, in order of loss, and how many packets the rule dropped (null: nft did not tell). */
  lost(): { readonly packets: readonly LostPacket[]; readonly count: number | null };
  close(): void;
}

/** Of this private network's own; any would do. */
const GROUP = 5;
/** A record in libpcap's buffer is a whole netlink message with several packets, up to a page. */
const SNAPLEN = 65_535;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const RECEIVE_BUFFER = 8 << 20;

/** Starts to lose packets on lo. Throws a UserError (exit 3) when nft is missing or refuses. */
export function startLoss(rule: Omit<LossRule, 'group'>): Loss {
  const log = openLog(rule.sentinelPort);
  if (log && installLossRule({ ...rule, group: GROUP })) {
    return {
      identified: true,
      lost: () => ({ packets: log.packets(rule.sentinelPort), count: readLossCounter() }),
      close: () => log.close(),
    };
  }
  log?.close();
  installLossRule({ ...rule, group: null });
  return { identified: false, lost: () => ({ packets: [], count: readLossCounter() }), close: () => {} };
}

interface LossLog {
  packets(sentinelPort: number): readonly LostPacket[];
  close(): void;
}

/** A second capture, of the rule's log. Null where the kernel or libpcap has no nflog. */
function openLog(sentinelPort: number): LossLog | null {
  const file = openScratchFile('lost');
  let capture: LiveCapture;
  try {
    capture = loadLibpcap().open({
      device: `nflog:${GROUP}`,
      snaplen: SNAPLEN,
      ringBytes: RECEIVE_BUFFER,
      filter: null,
      sentinelPort,
      outFd: file.fd,
    });
  } catch {
    file.close();
    return null;
  }
  if (capture.pollFd !== null) enlarge(capture.pollFd);
  const patient = forgiving(capture);
  const loop = startDraining(patient, () => {});
  return {
    packets: (port) => {
      while (patient.drain() > 0);
      return readLog(file.fd, port);
    },
    close: () => {
      loop.stop();
      capture.close();
      file.close();
    },
  };
}

/** Each message takes a page of the socket's buffer, so the default holds fifty. */
function enlarge(fd: number): void {
  const setsockopt: (fd: number, level: number, name: number, value: Buffer, length: number) => number = koffi
    .load(null)
    .func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
  const size = Buffer.alloc(4);
  size.writeInt32LE(RECEIVE_BUFFER);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size, size.length);
}

/** ENOBUFS says that messages were missed, once; the socket goes on, and the rule's counter shows how many are missing. */
function forgiving(capture: LiveCapture): Drainable {
  return {
    pollFd: capture.pollFd,
    drain: () => {
      for (let tries = 0; tries < 10; tries++) {
        try {
          return capture.drain();
        } catch {
          // Tried again: what is left in the buffer is good.
        }
      }
      return 0;
    },
  };
}

function readLog(fd: number, sentinelPort: number): readonly LostPacket[] {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - FILE_HEADER));
  const got = readSync(fd, bytes, 0, bytes.length, FILE_HEADER);
  const packets: LostPacket[] = [];
  eachRecord(bytes.subarray(0, got), 0, (_start, frame, end) => {
    const packet = readNflog(bytes.subarray(frame, end));
    if (packet && !isSentinel(packet.bytes, sentinelPort)) packets.push(packet);
  });
  return packets;
}

const IPV4_HEADER = 20;
const UDP = 17;

/** Logged only to push the log out. */
function isSentinel(ip: Uint8Array, port: number): boolean {
  const view = new DataView(ip.buffer, ip.byteOffset, ip.byteLength);
  return (
    ip.length >= IPV4_HEADER + 8 &&
    ip[0] === 0x45 &&
    ip[9] === UDP &&
    view.getUint16(IPV4_HEADER + 2) === port
  );
}
