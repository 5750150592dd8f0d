import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { byCount } from '../../words/parts.ts';
import type { Text } from '../../words/text.ts';
import { type Check, decide, untold } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { ACCEPT_AFTER_HANDSHAKE, HANDSHAKE_IN_CONNECT, SENDS_AND_RECVS_HAVE_SEGMENTS } from './stream.ts';
import { tell } from './tools.ts';

/** The models that --serve asks for, in the order in which they have their turn. */
export function modelsOf(parameters: Parameters): readonly string[] {
  const model = parameters.text('serve');
  return model === 'all' ? ['iterative', 'thread', 'process', 'poll'] : [model];
}

/** What is to be seen of the same load on each model. */
export function serviceTimeChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [HANDSHAKE_IN_CONNECT, ACCEPT_AFTER_HANDSHAKE, SENDS_AND_RECVS_HAVE_SEGMENTS];
  for (const [turn, model] of modelsOf(parameters).entries()) {
    checks.push(socketsOpen(model, turn, parameters.number('clients')));
    if (model === 'thread' || model === 'process') checks.push(childrenCost(model, turn));
    else checks.push(oneAtATime(model, turn));
  }
  return checks;
}

function socketsOpen(model: string, turn: number, clients: number): Check {
  return {
    text: SOCKETS[model]?.(clients) ?? '',
    test(run) {
      const most = Number(run.report('server', `${model}: sockets open`));
      const note = tell(`sockets: ${most}`, `sockets: ${most}`, `sockets: ${most}`);
      const isSo =
        model === 'thread' ? most >= 2 && most <= clients + 1 : most === (model === 'poll' ? clients + 1 : 2);
      return decide(isSo, note, acceptsOf(run, turn));
    },
  };
}

const SOCKETS: Readonly<Record<string, (clients: number) => Text>> = {
  iterative: () =>
    tell(
      'iterative: two sockets are open at most, the listening one and that of the client being served.',
      'iterative: hay como mucho dos sockets abiertos, el que escucha y el del cliente atendido.',
      'iterative: hi ha com a màxim dos sockets oberts, el que escolta i el del client atès.',
    ),
  process: () =>
    tell(
      'process: the parent has two sockets at most, because it closes its copy of each that a child inherits.',
      'process: el padre tiene como mucho dos sockets, porque cierra su copia de cada uno que hereda un hijo.',
      'process: el pare té com a màxim dos sockets, perquè tanca la seva còpia de cadascun que hereta un fill.',
    ),
  thread: (clients) =>
    tell(
      `thread: the threads share one table of descriptors, of up to ${clients + 1} sockets.`,
      `thread: los hilos comparten una tabla de descriptores, de hasta ${clients + 1} sockets.`,
      `thread: els fils comparteixen una taula de descriptors, de fins a ${clients + 1} sockets.`,
    ),
  poll: (clients) =>
    tell(
      `poll: ${en(clients, 'client')} ${byCount(clients, 'is', 'are')} ${clients + 1} sockets in one process, with the one that listens.`,
      `poll: ${es(clients, 'cliente')} ${byCount(clients, 'es', 'son')} ${clients + 1} sockets en un solo proceso, con el que escucha.`,
      `poll: ${ca(clients, 'client')} ${byCount(clients, 'és', 'són')} ${clients + 1} sockets en un sol procés, amb el que escolta.`,
    ),
};

function oneAtATime(model: string, turn: number): Check {
  return {
    text: tell(
      `${model}: one thread does all the work, so the last client waits as long as all the work takes.`,
      `${model}: un solo hilo hace todo el trabajo, así que el último cliente espera lo que dura todo.`,
      `${model}: un sol fil fa tota la feina, de manera que l’últim client espera el que dura tota.`,
    ),
    test(run) {
      const replies = repliesOf(run, turn);
      const roles = new Set(replies.map(({ role }) => role));
      const last = Number(run.report('client', `${model}: ms to the last reply`));
      const least = run.parameters.number('work') * run.parameters.number('clients');
      // A sleep may end a fraction of a millisecond early, and the times are rounded.
      return decide(roles.size === 1 && last >= least * 0.95 - 1, timesOf(run, model), replies);
    },
  };
}

function childrenCost(model: string, turn: number): Check {
  return {
    text:
      model === 'thread'
        ? tell(
            'thread: each client has a thread of its own, whose creation costs time before its first recv.',
            'thread: cada cliente tiene su hilo, cuya creación cuesta tiempo antes de su primer recv.',
            'thread: cada client té el seu fil, la creació del qual costa temps abans del seu primer recv.',
          )
        : tell(
            'process: each client has a process of its own, whose creation costs time before its first recv.',
            'process: cada cliente tiene su proceso, cuya creación cuesta tiempo antes de su primer recv.',
            'process: cada client té el seu procés, la creació del qual costa temps abans del seu primer recv.',
          ),
    test(run) {
      const accepts = acceptsOf(run, turn);
      const recvs = accepts.flatMap(
        ({ created }) => run.calls('server', 'recv').find(({ socket }) => socket === created) ?? [],
      );
      if (recvs.length < accepts.length) return untold(timesOf(run, model), recvs);
      const cost =
        recvs.reduce((sum, recv, n) => sum + recv.entered - (accepts[n]?.returned ?? 0), 0) / recvs.length;
      const roles = new Set(recvs.map(({ role }) => role));
      const ms = cost.toFixed(cost < 10 ? 1 : 0);
      const coma = ms.replace('.', ',');
      const note = tell(
        `a child begins ${ms} ms after accept on average; ${sayTimes(run, model, 'en')}`,
        `un hijo empieza ${coma} ms después de accept de media; ${sayTimes(run, model, 'es')}`,
        `un fill comença ${coma} ms després d’accept de mitjana; ${sayTimes(run, model, 'ca')}`,
      );
      const apart = roles.size === accepts.length && !roles.has('server');
      return decide(apart && cost > 0, note, accepts, recvs);
    },
  };
}

/** The accepts of a model's turn: each model has as many as the others. */
function acceptsOf(run: Evidence, turn: number): readonly CallSeen[] {
  const clients = run.parameters.number('clients');
  const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
  return accepts.slice(turn * clients, (turn + 1) * clients);
}

function repliesOf(run: Evidence, turn: number): readonly CallSeen[] {
  const sockets = new Set(acceptsOf(run, turn).map(({ created }) => created));
  return run.calls('server', 'send').filter(({ socket }) => sockets.has(socket));
}

function timesOf(run: Evidence, model: string): Text {
  return { en: sayTimes(run, model, 'en'), es: sayTimes(run, model, 'es'), ca: sayTimes(run, model, 'ca') };
}

function sayTimes(run: Evidence, model: string, language: 'en' | 'es' | 'ca'): string {
  const mean = run.report('client', `${model}: ms a client waits`);
  const last = run.report('client', `${model}: ms to the last reply`);
  if (language === 'es') return `un cliente espera ${mean} ms de media, el último ${last} ms`;
  if (language === 'ca') return `un client espera ${mean} ms de mitjana, l’últim ${last} ms`;
  return `a client waits ${mean} ms on average, the last ${last} ms`;
}
