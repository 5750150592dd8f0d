import { conversation, SessionScript } from './build-session.ts';

export const CLIENT = { host: '127.0.0.1', port: 40_000 };
export const SERVER = { host: '127.0.0.1', port: 3500 };
export const CLIENT_TEXT = '127.0.0.1:40000';
export const SERVER_TEXT = '127.0.0.1:3500';
/** What every call has on the socket of the client, of the server's connection and of its listener. */
export const client = { socket: 'client:1', fd: 3, local: CLIENT_TEXT, remote: SERVER_TEXT };
export const server = { socket: 'server:2', fd: 4, local: SERVER_TEXT, remote: CLIENT_TEXT };
export const listener = { socket: 'server:1', fd: 3, local: SERVER_TEXT };
export const STREAM = { domain: 'AF_INET', type: 'SOCK_STREAM', protocol: 0 };

type Connected = ReturnType<typeof conversation> & { readonly script: SessionScript };

/** A connection that is up after packet 3 (row 2); the server's isn is 900 000, the client's 1000. */
export function connected(): Connected {
  const script = new SessionScript();
  const packets = conversation(script, CLIENT, SERVER);
  script
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 5 } })
    .call([30, 160], 'server', 'accept', { ...listener, ret: 4, created: 'server:2', remote: CLIENT_TEXT })
    .call([50, 55], 'client', 'socket', { created: 'client:1', ret: 3, args: STREAM })
    .call([100, 150], 'client', 'connect', { ...client, args: { address: SERVER_TEXT } });
  packets.fromClient(110, 'S', 0, 0, { window: 64_240 });
  packets.fromServer(120, 'S.', 0, 1, { window: 65_160 });
  packets.fromClient(130, '.', 1, 1);
  return { script, ...packets };
}
