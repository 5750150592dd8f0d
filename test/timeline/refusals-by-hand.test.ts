import { afterEach, describe, expect, test } from 'vitest';
import { ERRNO_TABLE } from '../../src/scenarios/support/errno-table.ts';
import type { RunInfo } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { LANGUAGES, setLanguage } from '../../src/words/language.ts';
import { openRecorded, type Recorded, SessionScript } from './build-session.ts';
import { connected, listener, SERVER_TEXT, STREAM, server } from './opening.ts';
import { recordRun } from './recorded-run.ts';

afterEach(() => setLanguage('en'));

/** What is said of the last call that failed, its kind, and the calls that prove it. */
async function told(recorded: Recorded) {
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const index = session.calls.findLastIndex(({ ret }) => ret === -1);
  const reason = timeline.reasonOfCall(index);
  session.capture.close();
  if (reason === null) throw new Error('no reason');
  const names = reason.calls.slice(1).map((call) => session.calls[call]?.id);
  return { kind: reason.kind, text: wording(session)(reason), calls: names };
}

const DATAGRAM = { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 };
const REUSE = { level: 'SOL_SOCKET', name: 'SO_REUSEADDR', value: 1 };
/** The server that is started again, with its second socket. */
const again = { socket: 'server:9', fd: 9 };

/** A connection that the server closes first; both ends are closed when 300 µs are over. The kernel then keeps it in TIME-WAIT. */
function closedByServer() {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 210], 'server', 'close', server);
  fromServer(205, 'F.', 1, 1);
  script.call([220, 230], 'client', 'close', {
    socket: 'client:1',
    fd: 3,
    local: null,
    remote: SERVER_TEXT,
  });
  fromClient(222, 'F.', 1, 2);
  fromServer(224, '.', 2, 2);
  script.call([240, 245], 'server', 'close', listener);
  return script;
}

/** bind() of a second socket to the same address, refused. */
function boundAgain(script: SessionScript, reuses: boolean, us = 400): SessionScript {
  script.call([us, us + 5], 'server', 'socket', { created: again.socket, ret: 9, args: STREAM });
  if (reuses) script.call([us + 6, us + 7], 'server', 'setsockopt', { ...again, args: REUSE });
  return script.call([us + 10, us + 15], 'server', 'bind', {
    ...again,
    errno: 'EADDRINUSE',
    args: { address: SERVER_TEXT },
  });
}

const onHost: Partial<RunInfo> = { network: { net: 'host', loss: 0 } };

// Who is in the way, and what socket(7) says of SO_REUSEADDR: not against a listener, else if both have set it.
describe('EADDRINUSE names what holds the address', () => {
  test('a socket that listens, by its descriptor and its listen', async () => {
    expect(await told(boundAgain(connected().script, true).recorded())).toEqual({
      kind: 'in-use-listener',
      text: 'EADDRINUSE: fd 3 listens on 127.0.0.1:3500 since server listen#1; against that SO_REUSEADDR is no help',
      calls: [3],
    });
  });

  test('a socket that is only bound, to any address, by its bind', async () => {
    const script = new SessionScript()
      .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
      .call([10, 15], 'server', 'bind', {
        ...listener,
        local: '0.0.0.0:3500',
        args: { address: '0.0.0.0:3500' },
      });
    expect(await told(boundAgain(script, true).recorded())).toEqual({
      kind: 'in-use-socket',
      text: 'EADDRINUSE: fd 3 has 0.0.0.0:3500 since server bind#1; the other lacks SO_REUSEADDR',
      calls: [2],
    });
  });

  test('a socket that was closed is not in the way, nor one of the other protocol or another port', async () => {
    const other = { socket: 'server:2', fd: 4, local: SERVER_TEXT };
    const script = new SessionScript()
      .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
      .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
      .call([20, 25], 'server', 'close', listener)
      .call([30, 35], 'server', 'socket', { created: 'server:2', ret: 4, args: DATAGRAM })
      .call([40, 45], 'server', 'bind', { ...other, args: { address: SERVER_TEXT } })
      .call([50, 55], 'server', 'socket', { created: 'server:3', ret: 5, args: STREAM })
      .call([60, 65], 'server', 'bind', {
        ...{ socket: 'server:3', fd: 5, local: '127.0.0.1:3501' },
        args: { address: '127.0.0.1:3501' },
      });
    boundAgain(script, false);
    expect((await told(script.recorded())).kind).toBe('in-use-unseen');
    expect(await told(script.recorded(onHost))).toEqual({
      kind: 'in-use-other',
      text: 'EADDRINUSE: 127.0.0.1:3500 has a socket of another program, or a TIME-WAIT of an earlier run (see ss -tuanp)',
      calls: [],
    });
  });

  test('a connection that is still open, by the accept that gave it', async () => {
    const { script } = connected();
    script.call([240, 245], 'server', 'close', listener);
    expect(await told(boundAgain(script, true).recorded())).toEqual({
      kind: 'in-use-connection',
      text: 'EADDRINUSE: server accept#1 (fd 4) has a connection open on the port; the other lacks SO_REUSEADDR',
      calls: [4],
    });
  });

  test('a connection in TIME-WAIT, by the close that came first, for a minute', async () => {
    expect(await told(boundAgain(closedByServer(), false).recorded())).toEqual({
      kind: 'in-use-time-wait',
      text: 'EADDRINUSE: server close#1 closed first, and TIME-WAIT keeps the port; SO_REUSEADDR on both would help',
      calls: [7],
    });
    const late = boundAgain(closedByServer(), false, 61_000_000).recorded();
    expect((await told(late)).kind).toBe('in-use-unseen');
  });

  test('the file of a UNIX socket, by the bind that made it', async () => {
    const address = 'unix:/tmp/echo';
    const script = new SessionScript()
      .call([0, 5], 'server', 'socket', {
        created: 'server:1',
        ret: 3,
        args: { ...STREAM, domain: 'AF_UNIX' },
      })
      .call([10, 15], 'server', 'bind', { socket: 'server:1', fd: 3, local: address, args: { address } })
      .call([20, 25], 'server', 'close', { socket: 'server:1', fd: 3 })
      .call([30, 35], 'server', 'socket', {
        created: 'server:2',
        ret: 4,
        args: { ...STREAM, domain: 'AF_UNIX' },
      })
      .call([40, 45], 'server', 'bind', {
        socket: 'server:2',
        fd: 4,
        errno: 'EADDRINUSE',
        args: { address },
      });
    expect(await told(script.recorded())).toEqual({
      kind: 'in-use-path',
      text: 'EADDRINUSE: the file unix:/tmp/echo exists, made by server bind#1; close leaves it, unlink removes it',
      calls: [2],
    });
  });
});

/** One failed call on a socket of its own, after some that prepared it. */
function one(
  type: 'SOCK_STREAM' | 'SOCK_DGRAM',
  name: string,
  fields: Parameters<SessionScript['call']>[3],
  prepare: (script: SessionScript) => void = () => undefined,
  took = 5,
): Recorded {
  const script = new SessionScript().call([0, 5], 'client', 'socket', {
    created: 'client:1',
    ret: 3,
    args: { ...STREAM, type },
  });
  prepare(script);
  return script.call([100, 100 + took], 'client', name, { socket: 'client:1', fd: 3, ...fields }).recorded();
}

const OWN = { socket: 'client:1', fd: 3 };
const to = (address: string) => ({ args: { address }, remote: address });

describe('other errno are told with what the record shows', () => {
  test.each<[string, Recorded, string, readonly number[]]>([
    [
      'EPIPE on a listener',
      one('SOCK_STREAM', 'send', { errno: 'EPIPE' }, (script) =>
        script.call([10, 15], 'client', 'listen', OWN),
      ),
      'EPIPE: since client listen#1 it only listens; data goes over the socket that accept returns',
      [2],
    ],
    [
      'EPIPE before any connect',
      one('SOCK_STREAM', 'send', { errno: 'EPIPE' }),
      'EPIPE: no connect has given this socket a peer',
      [],
    ],
    [
      'ENOTCONN after a refused connect',
      one('SOCK_STREAM', 'send', { errno: 'EPIPE' }, (script) =>
        script.call([10, 15], 'client', 'recv', { ...OWN, errno: 'ECONNRESET' }),
      ),
      'EPIPE: there is no connection any more, as client recv#1 had been told by ECONNRESET',
      [2],
    ],
    [
      'EACCES of a port that takes root',
      one('SOCK_STREAM', 'bind', { errno: 'EACCES', args: { address: '127.0.0.1:80' } }),
      'EACCES: port 80 is below 1024, which takes root or CAP_NET_BIND_SERVICE',
      [],
    ],
    [
      'EHOSTUNREACH after a wait: ARP',
      one('SOCK_STREAM', 'connect', { errno: 'EHOSTUNREACH', ...to('10.0.0.9:80') }, undefined, 3_100_000),
      'EHOSTUNREACH: nobody said within 3.1 s to have the address 10.0.0.9 (ARP)',
      [],
    ],
    [
      'EADDRNOTAVAIL of a connect with a port of its own',
      one('SOCK_STREAM', 'connect', {
        ...{ errno: 'EADDRNOTAVAIL', local: '127.0.0.1:4000' },
        ...to(SERVER_TEXT),
      }),
      'EADDRNOTAVAIL: port 4000 has a connection to 127.0.0.1:3500 already, perhaps in TIME-WAIT',
      [],
    ],
    [
      'EMSGSIZE over IPv6, which does not count its header',
      one('SOCK_DGRAM', 'sendto', { errno: 'EMSGSIZE', length: 65_528, ...to('[::1]:3500') }),
      'EMSGSIZE: 65528 bytes, and a datagram over IPv6 holds 65527; no packet',
      [],
    ],
    [
      'EAGAIN by the flag of one call',
      one('SOCK_STREAM', 'recv', { errno: 'EAGAIN', args: { flags: 'MSG_DONTWAIT' } }),
      'EAGAIN: nothing had arrived, and MSG_DONTWAIT does not wait',
      [],
    ],
    [
      'EAGAIN by a time limit',
      one(
        ...(['SOCK_STREAM', 'accept', { errno: 'EAGAIN' }] as const),
        (script) =>
          script.call([10, 15], 'client', 'setsockopt', {
            ...OWN,
            args: { level: 'SOL_SOCKET', name: 'SO_RCVTIMEO', value: '2s' },
          }),
        2_000_000,
      ),
      'EAGAIN: no connection came for 2.0 s, the time limit of client setsockopt#1 (SO_RCVTIMEO)',
      [2],
    ],
    [
      'EINVAL of accept before listen',
      one('SOCK_STREAM', 'accept', { errno: 'EINVAL' }),
      'EINVAL: the socket does not listen: listen comes before accept',
      [],
    ],
    [
      'EINVAL of a second bind',
      one('SOCK_STREAM', 'bind', { errno: 'EINVAL', args: { address: SERVER_TEXT } }, (script) =>
        script.call([10, 15], 'client', 'bind', {
          ...OWN,
          local: SERVER_TEXT,
          args: { address: SERVER_TEXT },
        }),
      ),
      'EINVAL: client bind#1 has bound it already, and a socket is bound once',
      [2],
    ],
    [
      'ECONNREFUSED in the UNIX domain',
      one('SOCK_STREAM', 'connect', { errno: 'ECONNREFUSED', ...to('unix:/tmp/echo') }),
      'ECONNREFUSED: the file unix:/tmp/echo is there, but nobody listens on it',
      [],
    ],
    [
      'EPERM of a datagram: a firewall',
      one('SOCK_DGRAM', 'sendto', { errno: 'EPERM', ...to('127.0.0.9:7') }),
      'EPERM: a firewall rule of this machine lets nothing out to 127.0.0.9',
      [],
    ],
    [
      'EBADF of a number that never was a descriptor',
      one('SOCK_DGRAM', 'send', { errno: 'EBADF', fd: 77, socket: null }),
      'EBADF: 77 is no open descriptor of this process',
      [],
    ],
  ])('%s', async (_, recorded, text, calls) => {
    expect(await told(recorded)).toMatchObject({ text, calls });
  });
});

test('every errno that the exercise provokes has a reason of its own, short in each language', async () => {
  const recorded = await recordRun(['errors']);
  if (typeof recorded === 'string') {
    console.warn(`skipped: ${recorded}`);
    return;
  }
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const failed = session.calls.flatMap(({ errno }, index) => (errno === null ? [] : [{ errno, index }]));
  expect(new Set(failed.map(({ errno }) => errno))).toEqual(new Set(Object.keys(ERRNO_TABLE)));
  for (const { errno, index } of failed) {
    const reason = timeline.reasonOfCall(index);
    expect(reason?.kind, errno).not.toBe('call-failed');
    const said = LANGUAGES.map((language) => {
      setLanguage(language);
      return reason === null ? '' : wording(session)(reason);
    });
    for (const text of said) expect(text.length, text).toBeLessThanOrEqual(120);
    for (const text of said) expect(text, errno).toContain(errno);
    expect(new Set(said).size, errno).toBe(LANGUAGES.length);
  }
  session.capture.close();
});
