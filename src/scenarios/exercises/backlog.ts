import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { readToEnd } from '../support/until-end.ts';

/** Listens, does something else for --accept-after, and only then serves, one client after the other. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  sleep(parameters.number('accept-after')); // the kernel completes handshakes meanwhile, as many as the backlog holds
  for (let n = 0; n < parameters.number('clients'); n += 1) {
    const connection = accepted(listener, parameters, role);
    readToEnd(connection, parameters, role, 'server');
    connection.close();
  }
  listener.close();
  role.report('clients served', parameters.number('clients'));
}

/** Connects --stagger after the client before it, says what it has to say, and ends. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters, role.index);
  sleep(role.index * parameters.number('stagger'));
  const start = performance.now();
  const s = connected(parameters, role);
  role.report('connect took (ms)', Math.round(performance.now() - start));
  transmit(s, Buffer.from(message.slice(0, message.length)), parameters, role);
  s.close();
}

export const scenario: Scenario = {
  id: 'backlog',
  title: 'listen(1), three clients, and a server that does not accept',
  teaches:
    'What the argument of listen means: how many finished connections may wait for accept. Linux takes one more than that, and does not answer the SYN of the next.',
  lookFor: [],
  protocol: 'tcp',
  parameters: [
    'message',
    'size',
    'send-mode',
    'clients',
    'accept-after',
    'stagger',
    ...RECV_BUFFERS,
    ...STREAM,
  ],
  defaults: {
    ...{ message: 'hello', 'recv-buffer': 1024, backlog: 1, clients: 3 },
    ...{ 'accept-after': 500, stagger: 50 },
  },
  narrow: { size: { max: 1 << 16 } },
  variants: [
    '--backlog 0 --clients 2',
    '--backlog 5',
    '--backlog 1 --clients 5 --family ipv6',
    '--stagger 0 --clients 4',
    '--accept-after 1200 --backlog 0',
    '--family unix --clients 4',
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeServed(parameters, outcome)] : ends;
  },
};

function judgeServed(parameters: Parameters, outcome: Outcome): readonly string[] {
  const connected = [...reportsOf(outcome, 'client').values()].filter(
    (report) => report['connect took (ms)'] !== undefined,
  ).length;
  const clients = parameters.number('clients');
  return connected === clients ? [] : [`${connected} of ${clients} clients were connected`];
}
