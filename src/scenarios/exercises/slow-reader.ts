import { SHUT_WR } from '../../sockets/constants.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { uncork } from '../support/tune.ts';
import { readToEnd } from '../support/until-end.ts';

/** Sends as fast as it is allowed to, then waits until the server has ended too. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  const chunk = parameters.number('chunk');
  const s = connected(parameters, role);
  for (let at = 0; at < message.length; at += chunk)
    transmit(s, Buffer.from(message.slice(at, chunk)), parameters, role);
  uncork(s, parameters, role);
  must(role, 'shutdown', s.shutdown(SHUT_WR));
  readToEnd(s, parameters, role, 'client'); // returns 0 when the server has read all and closed
  s.close();
  role.report('bytes sent', message.length);
}

/** Accepts, does something else for --reader-pause, and only then reads. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  sleep(parameters.number('reader-pause'));
  const data = readToEnd(connection, parameters, role, 'server');
  connection.close();
  listener.close();
  role.report('bytes read', data.length);
}

export const scenario: Scenario = {
  id: 'slow-reader',
  title: 'A server that does not read: the window closes, and the client’s send blocks',
  teaches:
    'How a receiver holds a sender back: what nobody reads fills the receive buffer, then the send buffer, and then send does not return until a recv has made room.',
  lookFor: [],
  protocol: 'tcp',
  parameters: [
    ...['size', 'message', 'send-mode', 'chunk', 'cork', 'reader-pause', ...RECV_BUFFERS, ...STREAM],
  ],
  defaults: {
    ...{ size: 60_000, chunk: 10_000, 'recv-buffer': 4096, 'reader-pause': 800 },
    ...{ sndbuf: 8192, 'server-rcvbuf': 8192 },
  },
  narrow: { size: { max: 1 << 24 } },
  variants: [
    '--reader-pause 0',
    '--size 20000 --server-rcvbuf 1 --reader-pause 1500',
    '--size 40000 --recv-buffer 500 --pause server:recv=2 --family ipv6',
    '--size 2000',
    '--family unix',
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeBytes(outcome)] : ends;
  },
};

function judgeBytes({ reports }: Outcome): readonly string[] {
  const sent = reports.get('client')?.['bytes sent'];
  const read = reports.get('server')?.['bytes read'];
  return sent === read ? [] : [`${sent ?? 'no'} bytes were sent, and ${read ?? 'none'} were read`];
}
