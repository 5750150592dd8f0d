import { PROTOCOL } from '../../capture/columns.ts';
import { fieldText } from '../../capture/fields.ts';
import { type CheckResult, checksOf } from '../../src/scenarios/judgement.ts';
import { type FrameNumbers, frameNumbers } from '../../src/session/file-order.ts';
import type { KernelSample } from '../../src/session/kernel-sample.ts';
import { lostRows } from '../../src/session/lost.ts';
import type { RunInfo } from '../../src/session/session.ts';
import { outcomeOf } from '../../src/session/unended.ts';
import type { Call } from '../../src/sockets/call.ts';
import { describeCall } from '../../src/sockets/describe-call.ts';
import { queuesOf } from '../../src/timeline/call-queues.ts';
import type { Connection, Finding, Link, Timeline } from '../../src/timeline/types.ts';
import type { Verification } from '../../src/timeline/verify.ts';
import { type Words, wordsOf } from '../../src/timeline/words.ts';
import { say } from '../../src/words/text.ts';
import { safeBytes, safeJson } from '../escape.ts';
import { summaryOf } from '../summary.ts';

/** Of the output's shape: it only grows while this stays the same. */
const SCHEMA = 1;
const PREVIEW = 64;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
interface Scene {
  readonly timeline: Timeline;
  readonly numbers: FrameNumbers;
  readonly words: Words;
}

type Fields = Readonly<Record<string, Json>>;

/** The time line as NDJSON, one object a line without its line end: run, connections, calls, packets, links, findings, the verification where there was one, summary. */
export function* printJson(timeline: Timeline, verification: Verification | null = null): Generator<string> {
  const { session } = timeline;
  const scene: Scene = { timeline, numbers: frameNumbers(session), words: wordsOf(timeline) };
  yield line('run', runFields(timeline, session.run));
  for (const [index, connection] of timeline.connections.entries())
    yield line('connection', { connection: index, ...connectionFields(scene, connection) });
  for (let call = 0; call < session.calls.length; call++) yield line('call', callFields(scene, call));
  const names = namesByProtocol();
  const lost = lostRows(session);
  for (let row = 0; row < session.capture.columns.length; row++) {
    yield line('packet', packetFields(scene, row, names, lost.has(row)));
  }
  for (let row = 0; row < session.capture.columns.length; row++) {
    for (const link of timeline.linksOfPacket(row)) yield line('link', linkFields(scene, link));
  }
  for (const sample of session.kernel?.samples ?? []) yield line('socket', socketFields(sample));
  for (const finding of timeline.findings) yield line('finding', findingFields(scene, finding));
  for (const check of checksOf(timeline)) yield line('check', checkFields(scene, check));
  if (verification !== null) yield line('verification', verificationFields(verification));
  const summary = summaryOf(timeline);
  yield line('summary', { ...summary, ok: summary.ok && verification?.ok !== false });
}

function line(type: string, fields: Fields): string {
  return safeJson(JSON.stringify({ schema: SCHEMA, type, ...fields }));
}

function runFields({ session }: Timeline, run: RunInfo | null): Fields {
  const { capture } = session;
  const problems = capture.problems.map(({ offset, message }) => ({ offset, message }));
  if (run === null) return { scenario: null, file_problems: problems };
  const { version, scenario, parameters, network, engine, filter, snaplen, kernel } = run;
  return {
    ...{ scenario, version, parameters, network, engine, filter, snaplen, kernel },
    started_ns: run.startedNs,
    ended_ns: run.endedNs,
    roles: run.roles.map(({ name, side, pid, exit, endedBy = null, report }) => ({
      ...{ name, side, pid: pid === 0 ? null : pid, exit, ended_by: endedBy, report },
    })),
    received: run.received,
    dropped: run.dropped,
    interface_dropped: run.interfaceDropped,
    lost: run.lost.length,
    thinned: run.thinned,
    data: run.data,
    kernel_counters: run.counters ?? null,
    outcome: outcomeOf(run),
    problems: run.problems.map(say),
    caveats: run.caveats.map(say),
    file_problems: problems,
  };
}

/** Who talked with whom, the one that opened it as the client. */
function connectionFields({ timeline }: Scene, { flow, protocol, client, ...ends }: Connection): Fields {
  const { capture } = timeline.session;
  const { firstRow } = capture.flows.get(flow);
  const stream = fieldText(capture, firstRow, `${protocol}.stream`);
  const a = { endpoint: ends.endpointA, role: ends.roleA, socket: ends.socketA };
  const b = { endpoint: ends.endpointB, role: ends.roleB, socket: ends.socketB };
  const [opener, other] = client === 'a' ? [a, b] : [b, a];
  return {
    ...{ protocol, stream: stream === '' ? null : Number(stream) },
    ...{ client: opener.endpoint, server: other.endpoint, client_guessed: ends.isGuessed },
    ...{ client_role: opener.role, server_role: other.role },
    ...{ client_socket: opener.socket, server_socket: other.socket },
  };
}

function callFields({ timeline, numbers, words }: Scene, index: number): Fields {
  const call = timeline.session.calls[index];
  if (call === undefined) return {};
  const reason = timeline.reasonOfCall(index);
  const { id, role, pid, thread, name, args, ret, errno, fd, socket, created, local, remote } = call;
  const { length, offset, hash, tcpInfo, source, span, thinned } = call;
  const { sendQueue, recvQueue, measured } = queuesOf(call);
  const isKnown = sendQueue !== null || recvQueue !== null;
  return {
    ...{ id, role, pid, thread, name, args },
    text: describeCall(call),
    enter_ns: String(call.enterNs),
    exit_ns: call.exitNs === null ? null : String(call.exitNs),
    ...{ ret, errno, fd, socket, created, local, remote, length, offset },
    ...dataFields(call),
    ...{ hash, send_queue: sendQueue, recv_queue: recvQueue },
    ...{ queues_measured: isKnown ? measured : null, tcp_info: tcpInfo },
    source: source === null ? null : { file: source.file, line: source.line, func: source.func },
    ...{ span, thinned, held_ns: call.heldNs === null ? null : String(call.heldNs) },
    'frame.number': numbers.ofCall(index),
    entry_frame: numbers.ofEntry(index),
    reason: reason === null ? null : words.reason(reason),
    reason_kind: reason === null ? null : reason.kind,
  };
}

function dataFields({ data }: Call): Fields {
  if (data === null) return { data: null, data_text: null };
  return { data: Buffer.from(data).toString('base64'), data_text: safeBytes(data, PREVIEW) };
}

function packetFields(
  { timeline, numbers, words }: Scene,
  row: number,
  names: ReadonlyMap<number, readonly string[]>,
  isLost: boolean,
): Fields {
  const { capture } = timeline.session;
  const fields: Record<string, Json> = { 'frame.number': numbers.ofPacket(row) };
  for (const name of names.get(capture.columns.protocol[row] ?? 0) ?? OWN_FIELDS) {
    const text = fieldText(capture, row, name);
    if (text !== '') fields[name] = jsonValue(name, text);
  }
  const reason = timeline.reasonOfPacket(row);
  return { ...fields, reason: words.reason(reason), reason_kind: reason.kind, lost_here: isLost };
}

/** What the JSON of a packet has of Wireshark's fields; the number of the frame is put first, and is our own for runs that were not saved. */
const OWN_FIELDS: readonly string[] = [
  'frame.time_epoch',
  'frame.len',
  'frame.cap_len',
  'ip.hdr_len',
  'ip.len',
  'ip.id',
  'ip.flags.df',
  'ip.flags.mf',
  'ip.frag_offset',
  'ip.ttl',
  'ip.proto',
  'ip.src',
  'ip.dst',
  'ipv6.plen',
  'ipv6.nxt',
  'ipv6.hlim',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.stream',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.hdr_len',
  'tcp.flags',
  'tcp.window_size_value',
  'tcp.urgent_pointer',
  'tcp.len',
  'tcp.options.mss_val',
  'tcp.options.wscale.shift',
  'tcp.options.timestamp.tsval',
  'tcp.options.timestamp.tsecr',
  'tcp.options.sack_le',
  'tcp.options.sack_re',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'udp.stream',
  'icmp.type',
  'icmp.code',
  'icmpv6.type',
  'icmpv6.code',
];

/** A TCP segment has no UDP fields and so on; ICMP errors quote other headers and may have any. */
function namesByProtocol(): ReadonlyMap<number, readonly string[]> {
  const without = (...prefixes: string[]): readonly string[] =>
    OWN_FIELDS.filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
  return new Map([
    [PROTOCOL.tcp, without('udp.', 'icmp.', 'icmpv6.')],
    [PROTOCOL.udp, without('tcp.', 'icmp.', 'icmpv6.')],
  ]);
}

/** A number where its text is exactly Wireshark's; times have more digits than a number keeps. */
function jsonValue(name: string, text: string): Json {
  if (name === 'frame.time_epoch' || !/^(0|[1-9]\d{0,14})$/.test(text)) return text;
  return Number(text);
}

/** A change of a socket in the kernel's tables; without state once it is gone. */
function socketFields({ timeNs, askedNs, answeredNs, key, socket }: KernelSample): Fields {
  const times = { time_ns: String(timeNs), asked_before_ns: String(askedNs) };
  const at = { ...times, answered_ns: answeredNs === undefined ? null : String(answeredNs), key };
  if (socket === null) return { ...at, state: null };
  const { protocol, state, local, remote, recvQueue, sendQueue, users, info } = socket;
  return {
    ...{ ...at, protocol, state, local, remote, recv_queue: recvQueue, send_queue: sendQueue },
    users: users.map(({ pid, fd, name }) => ({ pid, fd, ...(name !== undefined && { name }) })),
    tcp_info: info,
  };
}

function linkFields({ timeline, numbers }: Scene, { call, packet, relation, from, to }: Link): Fields {
  const { id = null } = timeline.session.calls[call] ?? {};
  return { call: id, packet: numbers.ofPacket(packet), relation, from, to };
}

function findingFields({ timeline, numbers, words }: Scene, finding: Finding): Fields {
  const { kind, severity, params } = finding;
  const calls = finding.calls.flatMap((call) => timeline.session.calls[call]?.id ?? []);
  const packets = finding.packets.map(numbers.ofPacket);
  return { kind, severity, text: words.reason(finding), params, calls, packets };
}

function checkFields({ timeline, numbers }: Scene, { text, holds, note, ...rows }: CheckResult): Fields {
  const calls = rows.calls.flatMap((call) => timeline.session.calls[call]?.id ?? []);
  const packets = rows.packets.map(numbers.ofPacket);
  return { text: say(text), holds, note: note === undefined ? null : say(note), calls, packets };
}

function verificationFields({ ok, checks, bytesCompared, bytesUnverified }: Verification): Fields {
  const each = checks.map(({ name, ok: passed, checked, detail }) => ({ name, ok: passed, checked, detail }));
  return { ok, checks: each, bytes_compared: bytesCompared, bytes_unverified: bytesUnverified };
}
