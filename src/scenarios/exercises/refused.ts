import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { tuneClient, tuneListener } from '../support/tune.ts';
import { awaitEnd } from '../support/until-end.ts';

/** Connects to a port on which nobody listens; a socket whose connect failed is thrown away, as POSIX asks. */
export function client(parameters: Parameters, role: RoleContext): void {
  for (let n = 0; n < parameters.number('attempts'); n += 1) {
    const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
    tuneClient(s, parameters, role);
    const result = s.connect(serverAddress(parameters));
    s.close();
    role.report(`connect ${n + 1}`, result.ok ? 'succeeded' : result.errno);
    role.print(`connect: ${result.ok ? 'succeeded' : result.errno}`);
  }
}

/** --server bound: the port has an owner, but without listen there is nobody to connect to. */
export function boundServer(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneListener(s, parameters, role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  awaitEnd(s, role);
  s.close();
}

export const scenario: Scenario = {
  id: 'refused',
  title: 'connect to a port on which nobody listens',
  teaches:
    'That it is the other kernel that refuses, at once and without any program: RST instead of SYN+ACK, and connect fails with ECONNREFUSED.',
  lookFor: [],
  protocol: 'tcp',
  parameters: [
    'server',
    'attempts',
    'clients',
    'family',
    'port',
    'nodelay',
    'rcvbuf',
    'client-rcvbuf',
    'sndbuf',
    'role',
  ],
  defaults: { server: 'none' },
  narrow: {
    server: {
      choices: {
        none: 'there is none: nobody has the port',
        bound: 'it has bound the port, and does not listen',
      },
    },
  },
  variants: [
    '--server bound',
    '--attempts 3 --family ipv6',
    '--clients 3 --attempts 2',
    '--server bound --family ipv6 --clients 2',
    '--family unix',
  ],
  roles(parameters) {
    const server = parameters.text('server') === 'bound' ? 'boundServer' : null;
    return plans(parameters, { server, client: 'client', ready: 'bind' });
  },
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeRefusals(parameters, outcome)],
};

function judgeRefusals(parameters: Parameters, outcome: Outcome): readonly string[] {
  const problems: string[] = [];
  for (const [role, report] of reportsOf(outcome, 'client')) {
    for (let n = 1; n <= parameters.number('attempts'); n += 1) {
      const got = report[`connect ${n}`];
      if (got !== 'ECONNREFUSED')
        problems.push(`${role}: connect should fail with ECONNREFUSED, and ${got ?? 'was not reached'}`);
    }
  }
  return problems;
}
