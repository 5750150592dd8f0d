import type { Call } from '../sockets/call.ts';
import { parseEndpoint } from './addresses.ts';
import { hasFlag, isAccept, isReceive, isSend } from './call-kinds.ts';
import type { Facts } from './facts.ts';
import { type Check, Report } from './verify-report.ts';

/** What must be true of the record of calls by itself, whatever the packets say. */
export function verifyCalls(facts: Facts): Check[] {
  const { calls } = facts.session;
  return [sequence(calls), threads(calls), results(facts), sockets(facts), spans(calls), offsets(facts)];
}

/** Calls that return 0 or -1. */
const ZERO_ONLY: ReadonlySet<string> = new Set([
  'bind',
  'listen',
  'connect',
  'shutdown',
  'close',
  'setsockopt',
  'getsockopt',
  'getsockname',
  'getpeername',
  'socketpair',
  'kill',
]);
const MAKERS: ReadonlySet<string> = new Set(['socket', 'accept', 'accept4', 'socketpair', 'dup']);

const named = (call: Call): string => `${call.role} ${call.name} (call ${call.id})`;

/** Ids count from 1 in order of entry, without a gap. */
function sequence(calls: readonly Call[]): Check {
  const report = new Report('calls are numbered without a gap, in order of entry');
  let before = 0n;
  for (const [index, call] of calls.entries()) {
    report.expect(call.id === index + 1, () => `call ${call.id} stands in place ${index + 1}`);
    report.expect(call.enterNs >= before, () => `${named(call)} was entered before the call before it`);
    before = call.enterNs;
  }
  return report.result();
}

/** A thread is in one call at a time; only a sendall holds others. */
function threads(calls: readonly Call[]): Check {
  const report = new Report('a thread makes one call after the other');
  const last = new Map<string, Call>();
  for (const call of calls) {
    report.expect(
      call.exitNs === null || call.exitNs >= call.enterNs,
      () => `${named(call)} ends before it begins`,
    );
    if (call.name === 'sendall') continue;
    const thread = `${call.pid} ${call.thread}`;
    const before = last.get(thread);
    report.expect(
      before === undefined || (before.exitNs !== null && before.exitNs <= call.enterNs),
      () => `${named(call)} begins while ${before === undefined ? '' : named(before)} runs`,
    );
    last.set(thread, call);
  }
  return report.result();
}

function results(facts: Facts): Check {
  const report = new Report('results fit what was asked');
  const { session } = facts;
  const roles = new Map(session.run?.roles.map(({ name, pid }) => [name, pid]) ?? []);
  for (const call of session.calls) {
    const { ret, errno, exitNs, length, data } = call;
    report.expect((ret === null) === (exitNs === null), () => `${named(call)} has a result without an end`);
    // Lookups of names have numbers of their own for what failed, all of them negative (getaddrinfo(3)).
    const isLookup = call.name === 'getaddrinfo' || call.name === 'getnameinfo';
    report.expect(
      (errno === null) === (ret === null || ret >= 0 || (call.name.startsWith('get') && !isLookup)),
      () => `${named(call)} returned ${ret} with errno ${errno}`,
    );
    const moves = isSend(call) || isReceive(call);
    report.expect(
      !moves || length !== null,
      () => `${named(call)} moves bytes, but how many were asked for is not known`,
    );
    report.expect(
      !ZERO_ONLY.has(call.name) || ret === null || ret <= 0,
      () => `${named(call)} returned ${ret}`,
    );
    report.expect(ret === null || ret >= -1 || isLookup, () => `${named(call)} returned ${ret}`);
    report.expect(call.created === null || MAKERS.has(call.name), () => `${named(call)} made a socket`);
    if (isSend(call) && ret === 0)
      report.expect(length === 0, () => `${named(call)} sent nothing of ${length} bytes`);
    const trunc = hasFlag(call, 'MSG_TRUNC');
    const kept = session.run?.data === 'all' && !call.thinned && !trunc && call.hash === null;
    if (moves && kept && ret !== null && ret >= 0)
      report.expect(data !== null, () => `${named(call)} kept none of its bytes`);
    if (moves && ret !== null && ret >= 0 && length !== null) {
      report.expect(ret <= length || trunc, () => `${named(call)} moved ${ret} of ${length} bytes`);
    }
    if (moves && data !== null && ret !== null) {
      const room = Math.max(0, ret);
      report.expect(
        kept ? data.length === room : data.length <= room,
        () => `${named(call)} kept ${data.length} of ${ret} bytes`,
      );
    }
    if (roles.size > 0) {
      const pid = roles.get(call.role);
      report.expect(
        pid !== undefined && (pid === call.pid || pid === 0),
        () => `${named(call)} is of pid ${call.pid}, the role is ${pid}`,
      );
    }
  }
  return report.result();
}

/** A socket is made once, has one descriptor in a process until it is closed there, and keeps its addresses. */
function sockets({ session, sockets: lives }: Facts): Check {
  const report = new Report('sockets live from their making to their close');
  const made = new Map<string, number>();
  for (const [index, call] of session.calls.entries()) {
    if (call.created === null) continue;
    report.expect(!made.has(call.created), () => `${call.created} was made twice`);
    made.set(call.created, index);
    if (call.name !== 'socketpair')
      report.expect(
        call.ret !== null && call.ret >= 0,
        () => `${named(call)} failed and made ${call.created}`,
      );
  }
  for (const [index, call] of session.calls.entries()) {
    const makes = (call.name === 'socket' || isAccept(call)) && call.ret !== null && call.ret >= 0;
    report.expect(!makes || call.created !== null, () => `${named(call)} made no socket`);
    const known = call.fd === null || call.fd < 0 || call.socket !== null || call.errno === 'EBADF';
    report.expect(known, () => `${named(call)} is on descriptor ${call.fd}, of no socket`);
    // Of a file nobody made a socket.
    if (call.socket === null || call.errno === 'EBADF' || call.errno === 'ENOTSOCK') continue;
    const maker = made.get(call.socket);
    report.expect(
      maker !== undefined || isPaired(session.calls, call),
      () => `${named(call)} is on ${call.socket}, which nobody made`,
    );
    report.expect(
      maker === undefined || maker < index,
      () => `${named(call)} is on ${call.socket} before it was made`,
    );
  }
  for (const life of lives.values()) {
    descriptors(report, session.calls, life.calls, life.createdBy);
    states(report, session.calls, life.calls);
  }
  return report.result();
}

/** socketpair() makes two sockets and can name only one. */
function isPaired(calls: readonly Call[], { role }: Call): boolean {
  return calls.some((call) => call.name === 'socketpair' && call.role === role);
}

/** bind() comes before listen() and accept() after; the port, once it is known, stays. */
function states(report: Report, calls: readonly Call[], own: readonly number[]): void {
  let listens = false;
  let connects = 0;
  let port: number | null = null;
  for (const index of own) {
    const call = calls[index];
    if (call === undefined) continue;
    if (call.name === 'bind' && call.ret === 0)
      report.expect(!listens, () => `${named(call)} comes after listen`);
    if (call.name === 'listen' && call.ret === 0) listens = true;
    if (call.name === 'connect') connects++;
    if (isAccept(call) && call.created !== null)
      report.expect(listens, () => `${named(call)} accepts, but ${call.socket} never listened`);
    const local = parseEndpoint(call.local);
    if (local === null || local.port === 0 || isAccept(call)) continue;
    // A connect() that fails gives the port back.
    const before = port;
    report.expect(
      before === null || before === local.port || connects > 1,
      () => `${named(call)} says port ${local.port}, it was ${before}`,
    );
    port = local.port;
  }
}

function descriptors(
  report: Report,
  calls: readonly Call[],
  own: readonly number[],
  maker: number | null,
): void {
  const fds = new Map<number, number | null>();
  const creation = maker === null ? undefined : calls[maker];
  if (creation !== undefined && creation.name !== 'socketpair') fds.set(creation.pid, creation.ret);
  for (const index of own) {
    const call = calls[index];
    if (call === undefined || call.errno === 'EBADF' || call.fd === null) continue;
    const fd = fds.get(call.pid);
    report.expect(fd !== null, () => `${named(call)} is on ${call.socket} after its close`);
    report.expect(
      fd === undefined || fd === null || fd === call.fd,
      () => `${named(call)} is on descriptor ${call.fd}, not ${fd}`,
    );
    if (fd === undefined) fds.set(call.pid, call.fd);
    if (call.name === 'close' && call.ret === 0) fds.set(call.pid, null);
  }
}

/** A sendall span says how much its sends sent together, and lies around them. */
function spans(calls: readonly Call[]): Check {
  const report = new Report('sendall is the sum of its sends');
  const sums = new Map<number, number>();
  const firsts = new Map<number, number>();
  const byId = new Map(calls.map((call) => [call.id, call]));
  for (const call of calls) {
    if (call.span === null) continue;
    const span = byId.get(call.span);
    report.expect(
      span !== undefined &&
        span.name === 'sendall' &&
        // A send that cannot go on waits in poll, which is not of one socket.
        (span.socket === call.socket || call.socket === null) &&
        span.pid === call.pid &&
        span.thread === call.thread,
      () => `${named(call)} is part of ${call.span}, which is no sendall of its socket`,
    );
    report.expect(
      span === undefined ||
        (span.enterNs <= call.enterNs &&
          (span.exitNs === null || (call.exitNs !== null && call.exitNs <= span.exitNs))),
      () => `${named(call)} lies outside of its sendall`,
    );
    if (isSend(call) && call.offset !== null && !firsts.has(call.span)) firsts.set(call.span, call.offset);
    if (isSend(call)) sums.set(call.span, (sums.get(call.span) ?? 0) + Math.max(0, call.ret ?? 0));
  }
  for (const call of calls) {
    if (call.name !== 'sendall' || call.ret === null || call.ret < 0) continue;
    const sum = sums.get(call.id) ?? 0;
    const first = firsts.get(call.id);
    report.expect(
      call.offset === null || first === undefined || first === call.offset,
      () => `${named(call)} says it begins at ${call.offset}, its sends at ${first}`,
    );
    report.expect(
      call.length === null || call.ret <= call.length,
      () => `${named(call)} sent ${call.ret} of ${call.length} bytes`,
    );
    report.expect(sum === call.ret, () => `${named(call)} says ${call.ret} bytes, its sends ${sum}`);
  }
  return report.result();
}

/** The offsets that the roles counted are the sums of what their calls moved. */
function offsets({ session, ends }: Facts): Check {
  const report = new Report('stream offsets are the sums of what the calls moved');
  const { calls } = session;
  for (const end of ends.ends) {
    if (end === null) continue;
    const counts = { send: 0, receive: 0 };
    for (const index of end.calls) {
      const call = calls[index];
      if (call === undefined || call.offset === null || call.ret === null || call.ret < 0) continue;
      const way = isSend(call) ? 'send' : isReceive(call) ? 'receive' : null;
      if (way === null || (way === 'receive' && hasFlag(call, 'MSG_OOB'))) continue;
      report.expect(
        call.offset === counts[way],
        () => `${named(call)} is at ${call.offset}, the sum is ${counts[way]}`,
      );
      if (way === 'send' || !hasFlag(call, 'MSG_PEEK')) counts[way] += call.ret;
    }
  }
  return report.result();
}
