import { TCP_STATE_NAMES } from '../sockets/tcp-info.ts';
import { decodeEntry, encodeEntry } from './journal-entry.ts';
import type { KernelSample, KernelSocket, KernelView, SocketUser } from './kernel-sample.ts';

/** Samples in one journal entry: each entry is a row in Wireshark, so there are few. */
const SAMPLES_A_BLOCK = 1000;
/** A file may be anybody's: more than a run can have is not believed. */
const MOST_SAMPLES = 200_000;

/** The bodies of the Journal Export Blocks that hold a view; they stand behind all packets and calls of the file. */
export function* encodeKernel({ samples, fromNs, toNs, left }: KernelView): Generator<Buffer> {
  const sockets = new Set(samples.map(({ key }) => key)).size;
  for (let at = 0; at < samples.length; at += SAMPLES_A_BLOCK) {
    const part = samples.slice(at, at + SAMPLES_A_BLOCK);
    const what = `kernel: ${part.length} changes (${at + 1} to ${at + part.length} of ${samples.length})`;
    const facts = { from: String(fromNs), to: String(toNs), left };
    yield encodeEntry([
      ['__REALTIME_TIMESTAMP', String((toNs + 999n) / 1000n)],
      ['MESSAGE', `${what} of ${sockets} sockets, as inet_diag told them`],
      ['PRIORITY', '7'],
      ['SYSLOG_IDENTIFIER', 'kernel'],
      ['_COMM', 'sockscope'],
      ['SOCKSCOPE_KERNEL', JSON.stringify({ ...facts, samples: part.map(sampleFacts) })],
    ]);
  }
}

/** A sample as plain data with its keys in a fixed order: what is written, and what the seal covers. */
export function sampleFacts({ timeNs, askedNs, answeredNs, key, socket }: KernelSample): unknown {
  const at = [String(timeNs), String(askedNs), key];
  const answered = answeredNs === undefined ? [] : [String(answeredNs)];
  if (socket === null) return [...at, ...answered];
  const { protocol, state, local, remote, recvQueue, sendQueue, users, info } = socket;
  const owners = users.map(({ pid, fd, name }) => (name === undefined ? [pid, fd] : [pid, fd, name]));
  return [...at, protocol, state, local, remote, recvQueue, sendQueue, owners, info, ...answered];
}

/** Gathers the views of a file's journal entries; entries that hold none, or are damaged, are left alone. */
export class KernelReader {
  private readonly samples: KernelSample[] = [];
  private bounds: Pick<KernelView, 'fromNs' | 'toNs' | 'left'> | null = null;

  take(body: Uint8Array): void {
    const text = decodeEntry(body).get('SOCKSCOPE_KERNEL')?.toString('utf8');
    if (text === undefined) return;
    const facts = parsed(text);
    if (facts === null) return;
    const fromNs = time(facts.from);
    const toNs = time(facts.to);
    if (fromNs === null || toNs === null || !Array.isArray(facts.samples)) return;
    this.bounds = { fromNs, toNs, left: count(facts.left) ?? 0 };
    for (const each of facts.samples) {
      const sample = decodeSample(each);
      if (sample !== null && this.samples.length < MOST_SAMPLES) this.samples.push(sample);
    }
  }

  view(): KernelView | null {
    if (this.bounds === null || this.samples.length === 0) return null;
    const samples = this.samples.toSorted((a, b) => Number(a.timeNs - b.timeNs));
    return { samples, ...this.bounds };
  }
}

/** Whether a journal entry is a part of a kernel's view. */
export function isKernelEntry(body: Uint8Array): boolean {
  return decodeEntry(body).has('SOCKSCOPE_KERNEL');
}

function decodeSample(value: unknown): KernelSample | null {
  if (!Array.isArray(value)) return null;
  const [
    from,
    asked,
    key,
    protocol,
    state,
    local,
    remote,
    recvQueue,
    sendQueue,
    users,
    info,
    end,
  ]: unknown[] = value;
  const timeNs = time(from);
  const askedNs = time(asked);
  if (timeNs === null || askedNs === null || typeof key !== 'string' || !/^[0-9a-f]{1,32}$/.test(key))
    return null;
  // A socket that is gone has no facts, so that its last time stands in the place of the first of them.
  const isGone = value.length <= 4;
  const answeredNs = time(isGone ? protocol : end);
  const at = { timeNs, askedNs, ...(answeredNs !== null && { answeredNs }), key };
  if (isGone) return { ...at, socket: null };
  if (protocol !== 'tcp' && protocol !== 'udp') return null;
  const stateName = TCP_STATE_NAMES.find((name) => name !== '' && name === state);
  const recv = count(recvQueue);
  const send = count(sendQueue);
  if (stateName === undefined || recv === null || send === null) return null;
  if (!isAddress(local) || !isAddress(remote) || !Array.isArray(users)) return null;
  const socket: KernelSocket = {
    ...{ key, protocol, state: stateName, local, remote, recvQueue: recv, sendQueue: send },
    users: users.flatMap(decodeUser),
    info: decodeInfo(info),
  };
  return { ...at, socket };
}

function decodeUser(value: unknown): SocketUser[] {
  if (!Array.isArray(value)) return [];
  const [pid, fd] = [count(value[0]), count(value[1])];
  if (pid === null || fd === null) return [];
  return [typeof value[2] === 'string' ? { pid, fd, name: value[2] } : { pid, fd }];
}

function decodeInfo(value: unknown): Readonly<Record<string, number>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = Object.entries(value).filter(
    (entry): entry is [string, number] => /^[a-z_]{1,24}$/.test(entry[0]) && count(entry[1]) !== null,
  );
  return Object.fromEntries(fields);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function time(value: unknown): bigint | null {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : null;
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f.:[\]*]{3,64}$/.test(value);
}
