import type { Timeline } from '../timeline/types.ts';
import type { Text } from '../words/text.ts';
import { type Proof, rowsOf } from './check.ts';
import type { Evidence } from './evidence.ts';

/** A question on a run before its ladder is shown, with the answer that this run gives and what proves it. */
export interface Question {
  readonly text: Text;
  /** As it is typed; small letters and blanks do not matter. */
  readonly answer: string;
  readonly calls: readonly number[];
  readonly packets: readonly number[];
}

type Ask = (run: Evidence) => Question | null;

/** The questions that this run can be asked: of its scenario's own, then those that fit any run. */
export function questionsOf(run: Evidence, own: readonly Question[] = []): readonly Question[] {
  return [...own, ...ASKS.flatMap((ask) => ask(run) ?? [])];
}

/** A question with its answer and the rows that prove it. */
export function question(text: Text, answer: string | number, ...proof: readonly Proof[]): Question {
  return { text, answer: String(answer), ...rowsOf(proof) };
}

/** Whether what was typed is the answer. */
export function isRight({ answer }: Question, typed: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[\s_-]+/g, '');
  return plain(typed) === plain(answer);
}

/** Whether there is anything to ask: a plain capture has no roles. */
export function canAsk({ session }: Timeline): boolean {
  return session.run !== null && session.calls.length > 0;
}

const whoReturnsFirst: Ask = (run) => {
  const [connect] = run.calls('client', 'connect').filter(({ ok }) => ok);
  const accept = run
    .calls('server', 'accept')
    .find((call) => call.ok && call.connection === connect?.connection);
  if (connect === undefined || accept === undefined) return null;
  const text = {
    en: 'Which call returns first, the client’s connect or the accept that takes it? (connect, accept)',
    es: '¿Qué llamada retorna antes, el connect del cliente o el accept que lo recoge? (connect, accept)',
    ca: 'Quina crida retorna abans, el connect del client o l’accept que el recull? (connect, accept)',
  };
  return question(text, connect.returned <= accept.returned ? 'connect' : 'accept', connect, accept);
};

const howManySegments: Ask = (run) => {
  const sent = run.calls('client', ['send', 'sendto']).reduce((sum, { bytes }) => sum + bytes, 0);
  const carrying = run.packets({ from: 'client', data: true });
  if (sent === 0 || carrying.length === 0 || !run.complete) return null;
  const text = {
    en: `The clients send ${sent} bytes. How many packets carry them? (a number)`,
    es: `Los clientes envían ${sent} bytes. ¿Cuántos paquetes los llevan? (un número)`,
    ca: `Els clients envien ${sent} bytes. Quants paquets els porten? (un número)`,
  };
  return question(text, carrying.length, carrying);
};

const howManyRecvs: Ask = (run) => {
  const recvs = run.calls('server', ['recv', 'recvfrom']).filter(({ ok }) => ok);
  if (recvs.length === 0) return null;
  const text = {
    en: 'How many times does a recv of the server return, the end of the stream counted? (a number)',
    es: '¿Cuántas veces retorna un recv del servidor, contando el final del flujo? (un número)',
    ca: 'Quantes vegades retorna un recv del servidor, comptant el final del flux? (un número)',
  };
  return question(text, recvs.length, recvs);
};

const whoEndsFirst: Ask = (run) => {
  const [fin] = run.packets({ flags: 'FIN' });
  if (fin === undefined || fin.from === null) return null;
  const text = {
    en: 'Which side sends the first FIN? (client, server)',
    es: '¿Qué lado envía el primer FIN? (client, server)',
    ca: 'Quina banda envia el primer FIN? (client, server)',
  };
  return question(text, fin.from, fin);
};

const whoResets: Ask = (run) => {
  if (run.packets({ protocol: 'tcp' }).length === 0 || !run.complete) return null;
  const [reset] = run.packets({ flags: 'RST' });
  const text = {
    en: 'Who sends a RST? (client, server, nobody)',
    es: '¿Quién envía un RST? (client, server, nobody)',
    ca: 'Qui envia un RST? (client, server, nobody)',
  };
  return question(text, reset?.from ?? 'nobody', reset);
};

const whoWaits: Ask = (run) => {
  const [connection] = run.connections('tcp');
  const sides = [
    connection?.clientState === 'TIME-WAIT' ? 'client' : null,
    connection?.serverState === 'TIME-WAIT' ? 'server' : null,
  ].filter((side) => side !== null);
  if (connection === undefined || sides.length !== 1) return null;
  const text = {
    en: 'Which side of the first connection is left in TIME_WAIT? (client, server)',
    es: '¿Qué lado de la primera conexión se queda en TIME_WAIT? (client, server)',
    ca: 'Quina banda de la primera connexió es queda en TIME_WAIT? (client, server)',
  };
  return question(text, sides[0] ?? '', run.packets({ connection: connection.index, flags: 'FIN' }));
};

const whichErrno: Ask = (run) => {
  const [failed] = run.calls('*').filter(({ errno }) => errno !== null);
  if (failed === undefined) return null;
  const text = {
    en: `A ${failed.name} of ${failed.role} fails. With which errno? (ECONNREFUSED, EAGAIN…)`,
    es: `Un ${failed.name} de ${failed.role} falla. ¿Con qué errno? (ECONNREFUSED, EAGAIN…)`,
    ca: `Un ${failed.name} de ${failed.role} falla. Amb quin errno? (ECONNREFUSED, EAGAIN…)`,
  };
  return question(text, failed.errno ?? '', failed);
};

const ASKS: readonly Ask[] = [
  whoReturnsFirst,
  howManySegments,
  howManyRecvs,
  whoEndsFirst,
  whoWaits,
  whoResets,
  whichErrno,
];
