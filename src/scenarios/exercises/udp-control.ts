import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientName, domain, serverAddress } from '../support/address.ts';
import { runCommand } from '../support/commands.ts';
import { must, opened } from '../support/must.ts';
import { DATAGRAM, RECV_BUFFERS } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { recvSize, setBuffers } from '../support/tune.ts';

/** Does what a datagram says: 'run:NAME' runs a command and returns its exit status, 'end' ends this process. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  let ended = false;
  let done = 0;
  while (!ended) {
    const { data, from } = must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'server')));
    const [word, name = ''] = data.toString().split(':');
    ended = word === 'end';
    const reply = ended ? 'ending' : word === 'run' ? runCommand(name) : 'what?';
    must(role, 'sendto', s.sendto(Buffer.from(reply), from ?? ''));
    done += 1;
  }
  s.close();
  role.report('requests', done);
}

/** Sends each request and waits for its reply; the last one ends the server. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  const name = clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(parameters.number('timeout')));
  for (const request of requestsOf(parameters)) {
    const reply = ask(s, request, parameters, role);
    role.report(request, reply);
    role.print(`${request}: ${reply}`);
  }
  s.close();
}

function ask(s: Socket, request: string, parameters: Parameters, role: RoleContext): string {
  must(role, 'sendto', s.sendto(Buffer.from(request), serverAddress(parameters)));
  return must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'client'))).data.toString();
}

/** Without an end the server would run for ever. */
function requestsOf(parameters: Parameters): readonly string[] {
  const requests = parameters.text('requests').split('|');
  return requests.at(-1) === 'end' ? requests : [...requests, 'end'];
}

export const scenario: Scenario = {
  id: 'udp-control',
  title: 'Datagrams that make a server run a command, and end',
  teaches:
    'That a datagram can be a request: the server does what it says and answers, and one of the requests ends its process.',
  lookFor: [],
  protocol: 'udp',
  parameters: ['requests', ...RECV_BUFFERS, ...DATAGRAM],
  defaults: { requests: 'run:true|run:false|end', 'recv-buffer': 1024, timeout: 2000 },
  narrow: { timeout: { help: 'how long the client waits for a reply' } },
  variants: [
    '--requests end',
    '--requests run:date|dance --family ipv6',
    '--requests run:rm',
    '--family unix',
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeReplies(parameters, outcome)],
};

function judgeReplies(parameters: Parameters, { reports }: Outcome): readonly string[] {
  if (parameters.text('role') !== 'both') return [];
  const client = reports.get('client');
  const requests = requestsOf(parameters);
  const problems = requests
    .filter((request) => client?.[request] === undefined)
    .map((request) => `no reply to “${request}”`);
  const done = reports.get('server')?.requests;
  if (done !== requests.length)
    problems.push(`the server did ${done ?? 'none'} of ${requests.length} requests`);
  return problems;
}
