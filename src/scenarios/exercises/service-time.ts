import { readdirSync, readlinkSync } from 'node:fs';
import { EXIT, UserError } from '../../../capture/user-error.ts';
import { POLLIN } from '../../sockets/constants.ts';
import { poll } from '../../sockets/poll.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { modelsOf, serviceTimeChecks } from '../checks/service-time.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { serviceTimeQuestions } from '../questions/listen.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must, opened } from '../support/must.ts';
import { INTERNET, SERVE_EACH } from '../support/parameter-lists.ts';
import { badEnds } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { readable } from '../support/wait.ts';

/** Serves the same load by one model after the other, through one listening socket. */
export function server(parameters: Parameters, role: RoleContext): void {
  const before = openSockets();
  const listener = listening(parameters, role);
  for (const model of modelsOf(parameters)) {
    let most = 0;
    SERVERS[model]?.(listener, parameters, role, () => {
      most = Math.max(most, openSockets() - before);
    });
    role.report(`${model}: sockets open`, most);
  }
  listener.close();
}

type Server = (listener: Socket, parameters: Parameters, role: RoleContext, count: () => void) => void;

const SERVERS: Readonly<Record<string, Server>> = {
  iterative(listener, parameters, role, count) {
    for (let n = 0; n < parameters.number('clients'); n += 1) {
      const connection = accepted(listener, parameters, role);
      count();
      work(connection, parameters, role);
    }
  },
  thread(listener, parameters, role, count) {
    for (let n = 0; n < parameters.number('clients'); n += 1) {
      const connection = opened(role, 'accept', listener.accept());
      count();
      role.thread('serveOne', connection); // threads share descriptors: the new one closes it
    }
  },
  process(listener, parameters, role, count) {
    for (let n = 0; n < parameters.number('clients'); n += 1) {
      const connection = opened(role, 'accept', listener.accept());
      count();
      role.fork('serveOne', connection);
      connection.close(); // the child has its own copy
    }
  },
  poll(listener, parameters, role, count) {
    const connections = new Set<Socket>();
    for (let served = 0; served < parameters.number('clients'); ) {
      for (const ready of readable([listener, ...connections], role)) {
        if (ready === listener) {
          for (const each of waiting(listener, role)) connections.add(each);
          count();
          continue;
        }
        work(ready, parameters, role);
        connections.delete(ready);
        served += 1;
      }
    }
  },
};

/** Everybody who is in the backlog: who accepts only one at a time makes the others wait for its work. */
function waiting(listener: Socket, role: RoleContext): readonly Socket[] {
  const all: Socket[] = [];
  do all.push(opened(role, 'accept', listener.accept()));
  while (must(role, 'poll', poll([{ socket: listener, events: POLLIN }], 0)).length > 0);
  return all;
}

/** What a thread or child does with the connection that it was given. */
export function serveOne(parameters: Parameters, role: RoleContext): void {
  if (role.inherited === null) throw new Error('serveOne was started without a connection');
  work(role.inherited, parameters, role);
}

/** One request, which takes its time, and one reply. */
function work(connection: Socket, parameters: Parameters, role: RoleContext): void {
  const request = must(role, 'recv', connection.recv(64));
  sleep(parameters.number('work'));
  must(role, 'send', connection.send(request));
  connection.close();
}

/** The load, the same for each model: all connect, all ask, and each waits for its reply. */
export function client(parameters: Parameters, role: RoleContext): void {
  let good = 0;
  for (const model of modelsOf(parameters)) {
    const sockets = Array.from({ length: parameters.number('clients') }, () => connected(parameters, role));
    const start = performance.now();
    for (const s of sockets) must(role, 'send', s.send(Buffer.from('work')));
    const times: number[] = [];
    for (const waiting = new Set(sockets); waiting.size > 0; ) {
      for (const s of readable([...waiting], role)) {
        if (must(role, 'recv', s.recv(64)).length > 0) {
          times.push(performance.now() - start);
          continue;
        }
        s.close();
        waiting.delete(s);
      }
    }
    good += times.length;
    tellTimes(model, times, role);
  }
  role.report('replies', good);
}

function tellTimes(model: string, times: readonly number[], role: RoleContext): void {
  const first = Math.round(times[0] ?? 0);
  const mean = Math.round(times.reduce((sum, ms) => sum + ms, 0) / times.length);
  const last = Math.round(times.at(-1) ?? 0);
  role.report(`${model}: ms to the last reply`, last);
  role.report(`${model}: ms a client waits`, mean);
  role.print(`${model}: first reply after ${first} ms, on average ${mean} ms, last ${last} ms`);
}

/** Sockets that this process has open, as the kernel lists them (proc(5)). */
function openSockets(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // the descriptor that reads the directory is gone again
    }
  }).length;
}

/** Clients that find the accept queue full would come a second later, and that is the exercise `backlog`. */
function refuseSmallBacklog(parameters: Parameters): void {
  const [backlog, clients] = [parameters.number('backlog'), parameters.number('clients')];
  if (backlog >= clients) return;
  throw new UserError(`--backlog ${backlog} is too small for ${clients} clients that come at once`, {
    hint: `give --backlog ${clients} or more; \`sockscope run backlog\` shows what happens otherwise`,
    exitCode: EXIT.usage,
  });
}

export const scenario: Scenario = {
  id: 'service-time',
  title: tell(
    'The same load on each way to serve: how long do the clients wait?',
    'La misma carga para cada forma de servir: ¿cuánto esperan los clientes?',
    'La mateixa càrrega per a cada manera de servir: quant esperen els clients?',
  ),
  teaches: tell(
    'What an iterative server, a thread or a process for each client and a poll loop cost and save: time to serve, time to create a child, sockets open at once.',
    'Qué cuestan y qué ahorran un servidor iterativo, un hilo o un proceso por cliente y un bucle de poll: tiempo de servicio, tiempo de crear un hijo, sockets abiertos a la vez.',
    'Què costen i què estalvien un servidor iteratiu, un fil o un procés per client i un bucle de poll: temps de servei, temps de crear un fill, sockets oberts alhora.',
  ),
  lookFor: serviceTimeChecks,
  questions: serviceTimeQuestions,
  protocol: 'tcp',
  parameters: ['clients', 'serve', 'work', 'backlog', 'family', 'port', 'sndbuf', 'rcvbuf', 'nodelay'],
  defaults: { clients: 5, serve: 'all', work: 20, backlog: 64 },
  validate: refuseSmallBacklog,
  narrow: {
    family: { choices: INTERNET },
    clients: {
      max: 40,
      help: { en: 'connections at the same time', es: 'conexiones a la vez', ca: 'connexions alhora' },
    },
    serve: {
      choices: {
        all: {
          en: 'all models, one after the other',
          es: 'todos los modelos, uno tras otro',
          ca: 'tots els models, un rere l’altre',
        },
        ...SERVE_EACH,
      },
    },
  },
  variants: [
    {
      options: '--serve poll --clients 15',
      shows: tell(
        '15 clients, 16 sockets: those of the clients and the one that listens.',
        '15 clientes, 16 sockets: los de los clientes y el que escucha.',
        '15 clients, 16 sockets: els dels clients i el que escolta.',
      ),
    },
    {
      options: '--serve iterative --family ipv6',
      shows: tell(
        'Two sockets are enough, and everybody waits for those in front.',
        'Bastan dos sockets, y cada uno espera a los de delante.',
        'Basten dos sockets, i cadascú espera els de davant.',
      ),
    },
    {
      options: '--serve process --clients 4 --work 100',
      shows: tell(
        'The work is done side by side, but each child has to be made first.',
        'El trabajo se hace en paralelo, pero antes hay que crear cada hijo.',
        'La feina es fa en paral·lel, però abans cal crear cada fill.',
      ),
    },
    {
      options: '--clients 3 --work 0',
      shows: tell(
        'Without work only the cost of the model itself is left.',
        'Sin trabajo solo queda lo que cuesta el propio modelo.',
        'Sense feina només queda el que costa el mateix model.',
      ),
    },
  ],
  // One process makes the whole load, so that what it costs is the same for each model.
  roles: () => [
    { name: 'server', side: 'server', index: 0, entry: 'server', ready: null },
    { name: 'client', side: 'client', index: 0, entry: 'client', ready: 'listen' },
  ],
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeReplies(parameters, outcome)],
};

function judgeReplies(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const asked = parameters.number('clients') * modelsOf(parameters).length;
  const replies = reports.get('client')?.replies;
  return replies === asked
    ? []
    : [
        tell(
          `${replies ?? 0} replies came to ${asked} requests`,
          `llegaron ${replies ?? 0} respuestas a ${asked} peticiones`,
          `han arribat ${replies ?? 0} respostes a ${asked} peticions`,
        ),
      ];
}
