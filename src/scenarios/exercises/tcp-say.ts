import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { badEnds, plans, reportsOf, total } from '../support/roles.ts';
import { recvSize } from '../support/tune.ts';

/** Prints what each recv returns, until the client has closed. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  must(role, 'bind', s.bind(serverAddress(parameters)));
  must(role, 'listen', s.listen(5));
  const connection = opened(role, 'accept', s.accept());
  let bytes = 0;
  for (;;) {
    const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
    if (data.length === 0) break;
    bytes += data.length;
    role.print(data.toString('utf8').trimEnd());
  }
  connection.close();
  s.close();
  role.report('bytes received', bytes);
}

/** Sends each line as it is typed; without anybody who types, the message alone. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  must(role, 'connect', s.connect(serverAddress(parameters)));
  const own = [parameters.text('message')];
  let lines = 0;
  let bytes = 0;
  for (;;) {
    const line = role.ask('say (Ctrl-D ends)') ?? (role.interactive ? undefined : own.shift());
    if (line === undefined) break;
    const data = Buffer.from(`${line}\n`);
    must(role, 'sendall', s.sendall(data));
    lines += 1;
    bytes += data.length;
  }
  s.close();
  role.report('lines sent', lines);
  role.report('bytes sent', bytes);
}

export const scenario: Scenario = {
  id: 'tcp-say',
  title: 'Lines that you type go to a server, one send each',
  teaches:
    'That a program which waits for its user waits outside of the network: the server sits in recv as long as you think, and the connection stays silent.',
  lookFor: [
    'Between two lines nothing is on the wire: TCP has no heartbeat, and an idle connection costs no packet.',
    'The server is blocked in recv from one line to the next; each line wakes it once.',
    'The end of your input (Ctrl-D) becomes close, a FIN, and a recv that returns 0.',
  ],
  protocol: 'tcp',
  parameters: ['message', 'recv-buffer', 'server-recv-buffer', 'family', 'port', 'role'],
  defaults: { message: 'hello', 'recv-buffer': 1024 },
  roles(parameters) {
    return plans(parameters, { server: 'server', client: 'client', ready: 'listen' });
  },
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    if (parameters.text('role') !== 'both') return ends;
    const sent = total(outcome, 'client', 'bytes sent');
    const received = total(outcome, 'server', 'bytes received');
    if (reportsOf(outcome, 'client').size > 0 && sent !== received)
      return [...ends, `the client sent ${sent} bytes and the server received ${received}`];
    return ends;
  },
};
