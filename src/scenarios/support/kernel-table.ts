import { readFileSync } from 'node:fs';
import { sleep } from './sleep.ts';

/** One TCP socket as the kernel lists it, with or without a process. */
export interface ListedSocket {
  /** '127.0.0.1:3500', '[::1]:3500'. */
  readonly local: string;
  readonly remote: string;
  readonly port: number;
  readonly state: string;
}

/** By the numbers of include/net/tcp_states.h, from 1. */
const STATES = [
  ...['', 'ESTABLISHED', 'SYN-SENT', 'SYN-RECEIVED', 'FIN-WAIT-1', 'FIN-WAIT-2', 'TIME-WAIT', 'CLOSED'],
  ...['CLOSE-WAIT', 'LAST-ACK', 'LISTEN', 'CLOSING', 'SYN-RECEIVED'],
];
const LOOK_EVERY_MS = 5;

/** The TCP sockets of this network that have `port` as their own: what `ss -tan sport = :PORT` lists. proc(5), /proc/net/tcp. */
export function socketsOn(port: number): readonly ListedSocket[] {
  return ['tcp', 'tcp6'].flatMap((table) => listed(table)).filter((socket) => socket.port === port);
}

/** Looks until so many of them are in this state, at most `ms`. Whether it came to be so. */
export function awaitState(port: number, state: string, count: number, ms: number): boolean {
  const until = performance.now() + ms;
  for (;;) {
    const there = socketsOn(port).filter((socket) => socket.state === state).length;
    if (there === count || performance.now() > until) return there === count;
    sleep(LOOK_EVERY_MS);
  }
}

function listed(table: string): readonly ListedSocket[] {
  let text: string;
  try {
    text = readFileSync(`/proc/self/net/${table}`, 'latin1');
  } catch {
    return []; // a kernel without IPv6
  }
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', remote = '', state = ''] = line.trim().split(/\s+/);
      const [, port = ''] = local.split(':');
      if (port === '') return [];
      const number = Number.parseInt(port, 16);
      return [
        {
          ...{ local: endpoint(local), remote: endpoint(remote), port: number },
          state: STATES[Number.parseInt(state, 16)] ?? state,
        },
      ];
    });
}

/** '0100007F:0DAC' is 127.0.0.1:3500: words of four bytes, each in the order of the processor. */
function endpoint(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  const number = Number.parseInt(port, 16);
  const bytes = Buffer.from(address, 'hex');
  for (let word = 0; word + 4 <= bytes.length; word += 4) bytes.subarray(word, word + 4).reverse();
  if (bytes.length === 4) return `${bytes.join('.')}:${number}`;
  const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(n * 2).toString(16));
  const host = groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
  return `[${host}]:${number}`;
}
