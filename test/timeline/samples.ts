import { conversation, type Recorded, SessionScript } from './build-session.ts';
import {
  CLIENT_TEXT as C,
  CLIENT,
  client,
  connected,
  listener,
  SERVER_TEXT as S,
  SERVER,
  STREAM,
  server,
} from './opening.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Client connects, sends 'hello', shuts down by close; server echoes and closes. Ten packets, as Linux sends them. */
export function tcpEcho(): Recorded {
  const { script, fromClient, fromServer } = connected();
  const hello = { length: 5, offset: 0, data: bytes('hello') };
  script.call([200, 240], 'client', 'send', { ...client, ...hello, ret: 5, sendQueue: 0 });
  fromClient(210, 'P.', 1, 1, { payload: 'hello' });
  fromServer(215, '.', 1, 6);
  script.call([180, 260], 'server', 'recv', { ...server, ...hello, length: 1024, ret: 5, recvQueue: 0 });
  script.call([280, 320], 'server', 'send', { ...server, ...hello, ret: 5 });
  fromServer(290, 'P.', 1, 6, { payload: 'hello' });
  fromClient(295, '.', 6, 6);
  script.call([270, 330], 'client', 'recv', { ...client, ...hello, length: 5, ret: 5 });
  script.call([400, 420], 'client', 'close', client);
  fromClient(410, 'F.', 6, 6);
  script.call([340, 440], 'server', 'recv', { ...server, length: 1024, offset: 5, ret: 0, data: bytes('') });
  script.call([450, 470], 'server', 'close', server);
  fromServer(460, 'F.', 6, 7);
  fromClient(465, '.', 7, 7);
  script.call([480, 485], 'server', 'close', listener);
  return script.recorded();
}

/** Two sends in one segment, a segment lost and sent again, and a recv that takes all of it. */
export function tcpLoss(): Recorded {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 220], 'client', 'send', { ...client, length: 3, offset: 0, ret: 3, data: bytes('abc') });
  fromClient(210, 'P.', 1, 1, { payload: 'abc' });
  script.call([230, 240], 'client', 'send', { ...client, length: 2, offset: 3, ret: 2, data: bytes('de') });
  script.call([250, 260], 'client', 'send', { ...client, length: 2, offset: 5, ret: 2, data: bytes('fg') });
  fromClient(200_210, 'P.', 1, 1, { payload: 'abc' });
  fromServer(200_220, '.', 1, 4);
  fromClient(200_230, 'P.', 4, 1, { payload: 'defg' });
  fromServer(200_240, '.', 1, 8);
  script.call([300, 200_300], 'server', 'recv', {
    ...server,
    length: 1024,
    offset: 0,
    ret: 7,
    data: bytes('abcdefg'),
  });
  script.call([200_400, 200_420], 'client', 'shutdown', { ...client, args: { how: 'SHUT_WR' } });
  fromClient(200_410, 'F.', 8, 1);
  script.call([200_350, 200_430], 'server', 'recv', {
    ...server,
    length: 1024,
    offset: 7,
    ret: 0,
    data: bytes(''),
  });
  fromServer(200_412, '.', 1, 9);
  script.call([200_450, 200_470], 'server', 'close', server);
  fromServer(200_460, 'F.', 1, 9);
  fromClient(200_465, '.', 9, 2);
  script.call([200_500, 200_505], 'client', 'close', client);
  return script.recorded({ lost: [4], network: { net: 'private', loss: 10 } });
}

/** Two small sends: the second waits until a delayed ACK of the first comes. */
export function tcpNagle(): Recorded {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 220], 'client', 'send', { ...client, length: 3, offset: 0, ret: 3, data: bytes('abc') });
  fromClient(210, 'P.', 1, 1, { payload: 'abc' });
  script.call([230, 240], 'client', 'send', { ...client, length: 2, offset: 3, ret: 2, data: bytes('de') });
  fromServer(41_210, '.', 1, 4);
  fromClient(41_220, 'P.', 4, 1, { payload: 'de' });
  fromServer(41_230, '.', 1, 6);
  script.call([50_000, 50_005], 'server', 'recv', {
    ...server,
    length: 1024,
    offset: 0,
    ret: 5,
    data: bytes('abcde'),
  });
  return script.recorded();
}

const U = { host: '127.0.0.1', port: 40_001 };
const U_TEXT = '127.0.0.1:40001';

/** One datagram there and one back. */
export function udpEcho(): Recorded {
  const server = listener;
  const client = { socket: 'client:1', fd: 3, local: U_TEXT };
  const args = { flags: 0 };
  return new SessionScript()
    .call([0, 5], 'server', 'socket', {
      created: 'server:1',
      ret: 3,
      args: { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 },
    })
    .call([10, 15], 'server', 'bind', { ...server, args: { address: S } })
    .call([20, 130], 'server', 'recvfrom', {
      ...server,
      remote: U_TEXT,
      length: 1024,
      ret: 5,
      data: bytes('hello'),
      args,
    })
    .call([50, 55], 'client', 'socket', {
      created: 'client:1',
      ret: 3,
      args: { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 },
    })
    .call([100, 120], 'client', 'sendto', {
      ...client,
      remote: S,
      length: 5,
      ret: 5,
      data: bytes('hello'),
      args: { flags: 0, address: S },
    })
    .udp(110, U, SERVER, bytes('hello'))
    .call([140, 180], 'client', 'recvfrom', {
      ...client,
      remote: S,
      length: 1024,
      ret: 5,
      data: bytes('HELLO'),
      args,
    })
    .call([150, 170], 'server', 'sendto', {
      ...server,
      remote: U_TEXT,
      length: 5,
      ret: 5,
      data: bytes('HELLO'),
      args: { flags: 0, address: U_TEXT },
    })
    .udp(160, SERVER, U, bytes('HELLO'))
    .call([200, 205], 'client', 'close', client)
    .call([210, 215], 'server', 'close', server)
    .recorded();
}

/** A connect() to a port that nobody listens on. */
export function refusedTcp(): Recorded {
  const script = new SessionScript();
  const { fromClient, fromServer } = conversation(script, CLIENT, SERVER, [1000, 0]);
  const made = { created: 'client:1', ret: 3, args: STREAM };
  script.call([0, 5], 'client', 'socket', made);
  // The kernel forgets the address of a socket that was refused, not its port.
  script.call([10, 60], 'client', 'connect', {
    socket: 'client:1',
    fd: 3,
    local: '0.0.0.0:40000',
    remote: S,
    errno: 'ECONNREFUSED',
    args: { address: S },
  });
  fromClient(20, 'S', 0, 0);
  fromServer(30, 'R.', 0, 1, { window: 0, id: 0 });
  return script.recorded();
}

/** A connected datagram socket whose datagram finds nobody. */
export function refusedUdp(): Recorded {
  const client = { socket: 'client:1', fd: 3, local: U_TEXT, remote: S };
  return new SessionScript()
    .call([0, 5], 'client', 'socket', {
      created: 'client:1',
      ret: 3,
      args: { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 },
    })
    .call([10, 15], 'client', 'connect', { ...client, args: { address: S } })
    .call([20, 40], 'client', 'send', {
      ...client,
      length: 5,
      ret: 5,
      data: bytes('hello'),
      args: { flags: 0 },
    })
    .udp(30, U, SERVER, bytes('hello'))
    .unreachable(35)
    .call([50, 55], 'client', 'recv', { ...client, length: 10, errno: 'ECONNREFUSED', args: { flags: 0 } })
    .recorded();
}

/** The server closes while five bytes wait to be read. */
export function resetUnread(): Recorded {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 240], 'client', 'send', {
    ...client,
    length: 5,
    offset: 0,
    data: bytes('hello'),
    ret: 5,
  });
  fromClient(210, 'P.', 1, 1, { payload: 'hello' });
  fromServer(215, '.', 1, 6);
  script.call([300, 320], 'server', 'close', server);
  fromServer(310, 'R.', 1, 6, { id: 0 });
  script.call([250, 330], 'client', 'recv', { ...client, length: 10, offset: 0, errno: 'ECONNRESET' });
  return script.recorded();
}

/** A datagram larger than the MTU, in three fragments. */
export function fragments(): Recorded {
  const data = Buffer.alloc(3000, 'abcdefg');
  const server = listener;
  const datagram = { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 };
  return new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: datagram })
    .call([10, 15], 'server', 'bind', { ...server, args: { address: S } })
    .call([50, 55], 'client', 'socket', { created: 'client:1', ret: 3, args: datagram })
    .call([100, 120], 'client', 'sendto', {
      socket: 'client:1',
      fd: 3,
      local: U_TEXT,
      remote: S,
      length: 3000,
      ret: 3000,
      data,
      args: { flags: 0, address: S },
    })
    .fragments(110, U, SERVER, data, 1480, 77)
    .call([20, 130], 'server', 'recvfrom', {
      ...server,
      remote: U_TEXT,
      length: 4096,
      ret: 3000,
      data,
      args: { flags: 0 },
    })
    .recorded();
}

/** The same four-tuple twice: each time connect, five bytes, and an abort by SO_LINGER 0. */
export function portReused(): Recorded {
  const script = new SessionScript();
  script.call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM });
  script.call([10, 15], 'server', 'bind', { ...listener, args: { address: S } });
  script.call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 5 } });
  for (const [round, isns] of (
    [
      [1000, 900_000],
      [5000, 990_000],
    ] as const
  ).entries()) {
    const at = 1000 * round;
    const { fromClient, fromServer } = conversation(script, CLIENT, SERVER, isns);
    const client = { socket: `client:${round + 1}`, fd: 3, local: C, remote: S };
    const server = { socket: `server:${round + 2}`, fd: 4, local: S, remote: C };
    const data = bytes(round === 0 ? 'first' : 'again');
    script.call([at + 30, at + 160], 'server', 'accept', {
      ...server,
      socket: 'server:1',
      fd: 3,
      ret: 4,
      created: server.socket,
    });
    script.call([at + 50, at + 55], 'client', 'socket', { created: client.socket, ret: 3, args: STREAM });
    script.call([at + 100, at + 150], 'client', 'connect', { ...client, args: { address: S } });
    fromClient(at + 110, 'S', 0, 0);
    fromServer(at + 120, 'S.', 0, 1);
    fromClient(at + 130, '.', 1, 1);
    script.call([at + 200, at + 240], 'client', 'send', { ...client, length: 5, offset: 0, ret: 5, data });
    fromClient(at + 210, 'P.', 1, 1, { payload: Buffer.from(data).toString() });
    fromServer(at + 215, '.', 1, 6);
    script.call([at + 250, at + 260], 'server', 'recv', { ...server, length: 10, offset: 0, ret: 5, data });
    const linger = { level: 'SOL_SOCKET', name: 'SO_LINGER', value: '{l_onoff=1, l_linger=0}' };
    script.call([at + 300, at + 305], 'client', 'setsockopt', { ...client, args: linger });
    script.call([at + 310, at + 330], 'client', 'close', client);
    fromClient(at + 320, 'R.', 6, 1);
    script.call([at + 340, at + 345], 'server', 'recv', {
      ...server,
      length: 10,
      offset: 5,
      errno: 'ECONNRESET',
    });
    script.call([at + 350, at + 355], 'server', 'close', server);
  }
  return script.recorded();
}
