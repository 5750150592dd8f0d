import type { Timeline } from '../timeline/types.ts';
import { LANGUAGES, type Language } from '../words/language.ts';
import { say, type Text } from '../words/text.ts';
import { type Proof, rowsOf } from './check.ts';
import type { CallSeen, Evidence } from './evidence.ts';

/** A question on a run before its ladder is shown, with the answer that this run gives and what proves it. */
export interface Question {
  readonly text: Text;
  /** As it is typed; small letters, accents and blanks do not matter. */
  readonly answer: Text;
  /** What there is to choose from, the answer among them; empty where a number or a name is typed. */
  readonly choices: readonly Text[];
  readonly calls: readonly number[];
  readonly packets: readonly number[];
}

/** Makes a question of a run; null where this run cannot answer it. */
export type Ask = (run: Evidence) => Question | null;

/** The questions that this run can be asked: of its scenario's own, then those that fit any run. */
export function questionsOf(run: Evidence, own: readonly Question[] = []): readonly Question[] {
  return [...own, ...ASKS.flatMap((ask) => ask(run) ?? [])];
}

/** The questions of a scenario's own, in this order: those that the run can answer. */
export function asking(...asks: readonly Ask[]): (run: Evidence) => readonly Question[] {
  return (run) => asks.flatMap((ask) => ask(run) ?? []);
}

/** A question whose answer is typed, a number or a name, and the rows that prove it. */
export function question(text: Text, answer: string | number, ...proof: readonly Proof[]): Question {
  return { text, answer: String(answer), choices: [], ...rowsOf(proof) };
}

/** A question with two or more answers to choose from. Throws a RangeError where the right one is not among them. */
export function choice(
  text: Text,
  choices: readonly Text[],
  answer: Text,
  ...proof: readonly Proof[]
): Question {
  if (!choices.includes(answer)) throw new RangeError(`the answer ${say(answer)} cannot be chosen`);
  return { text, answer, choices, ...rowsOf(proof) };
}

export const YES: Text = { en: 'yes', es: 'sí', ca: 'sí' };
export const NO: Text = { en: 'no', es: 'no', ca: 'no' };

/** A question that is answered by yes or no. */
export function yesOrNo(text: Text, isSo: boolean, ...proof: readonly Proof[]): Question {
  return choice(text, [YES, NO], isSo ? YES : NO, ...proof);
}

/** Whether what was typed is the answer, in any language, or the number of the choice that is. */
export function isRight({ answer, choices }: Question, typed: string): boolean {
  const said = plain(typed);
  const number = /^[1-9]$/.test(said) ? choices[Number(said) - 1] : undefined;
  return number === answer || spellings(answer).some((each) => plain(each) === said);
}

/**
 * Why what was typed is no answer at all; null where it is one: nothing, a number where one is asked for, one of the
 * choices where there are any, by its number or in any language.
 */
export function notAnAnswer({ answer, choices }: Question, typed: string): Text | null {
  const said = plain(typed);
  if (said === '') return null;
  if (choices.length === 0) return isNumber(answer) && !/^-?\d+$/.test(said) ? NO_NUMBER : null;
  if (/^[1-9]$/.test(said) && Number(said) <= choices.length) return null;
  const isChoice = choices.some((choice) => spellings(choice).some((each) => plain(each) === said));
  return isChoice ? null : NO_CHOICE;
}

function isNumber(answer: Text): boolean {
  return typeof answer === 'string' && /^-?\d+$/.test(answer);
}

const NO_NUMBER: Text = {
  en: 'type a number, or nothing to be told',
  es: 'escribe un número, o nada para que se te diga',
  ca: 'escriu un número, o res perquè se’t digui',
};
const NO_CHOICE: Text = {
  en: 'type one of the choices or its number, or nothing to be told',
  es: 'escribe una de las opciones o su número, o nada para que se te diga',
  ca: 'escriu una de les opcions o el seu número, o res perquè se’t digui',
};

/** The question with what there is to choose from: '… (1 connect; 2 accept)'. */
export function askedText({ text, choices }: Question): string {
  const listed = choices.map((each, index) => `${index + 1} ${say(each)}`);
  return listed.length === 0 ? say(text) : `${say(text)} (${listed.join('; ')})`;
}

function spellings(text: Text): readonly string[] {
  return typeof text === 'string' ? [text] : LANGUAGES.map((language: Language) => text[language]);
}

/** Accents are often not at hand: 'si' is 'sí'. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\s_-]+|\p{Mn}/gu, '');
}

/** Whether there is anything to ask: a plain capture has no roles. */
export function canAsk({ session }: Timeline): boolean {
  return session.run !== null && session.calls.length > 0;
}

const NOBODY: Text = { en: 'nobody', es: 'nadie', ca: 'ningú' };

/** Two processes that run at the same time: so far apart, no scheduler decides who is first. */
export const APART_MS = 50;

/** A connect with its accept, where the backlog or a pause decides which of them returns first, and not chance. */
function farApart(run: Evidence): readonly [connect: CallSeen, accept: CallSeen] | null {
  const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
  for (const connect of run.calls('client', 'connect').filter(({ ok }) => ok)) {
    const accept = accepts.find(({ connection }) => connection === connect.connection);
    if (accept !== undefined && Math.abs(connect.returned - accept.returned) >= APART_MS)
      return [connect, accept];
  }
  return null;
}

const whoReturnsFirst: Ask = (run) => {
  const pair = farApart(run);
  if (pair === null) return null;
  const [connect, accept] = pair;
  const { role } = connect;
  const text = {
    en: `Which call returns first, the connect of ${role} or the accept that takes it?`,
    es: `¿Qué llamada devuelve antes el control, el connect de ${role} o el accept que lo recoge?`,
    ca: `Quina crida retorna abans, el connect de ${role} o l’accept que el recull?`,
  };
  const first = connect.returned <= accept.returned ? 'connect' : 'accept';
  return choice(text, ['connect', 'accept'], first, connect, accept);
};

const howManySegments: Ask = (run) => {
  const sent = run.calls('client', ['send', 'sendto']).reduce((sum, { bytes }) => sum + bytes, 0);
  const carrying = run.packets({ from: 'client', data: true });
  if (sent === 0 || carrying.length === 0 || !run.complete) return null;
  const isOne = new Set(run.calls('client').map(({ role }) => role)).size === 1;
  const text = {
    en: `${isOne ? 'The client sends' : 'The clients send'} ${sent} bytes. How many packets carry them? (a number)`,
    es: `${isOne ? 'El cliente envía' : 'Los clientes envían'} ${sent} bytes. ¿Cuántos paquetes los llevan? (un número)`,
    ca: `${isOne ? 'El client envia' : 'Els clients envien'} ${sent} bytes. Quants paquets els porten? (un número)`,
  };
  return question(text, carrying.length, carrying);
};

const howManyRecvs: Ask = (run) => {
  const calls = run.calls('server', ['recv', 'recvfrom']);
  const recvs = calls.filter(({ ok }) => ok);
  // One that fails returns too, though not because of anything that came.
  if (calls.some(({ errno }) => errno !== null)) return null;
  // Only a stream has an end.
  if (recvs.length === 0 || run.packets({ protocol: 'udp' }).length > 0) return null;
  const text = {
    en: 'How many times does a recv of the server return, the end of the stream counted? (a number)',
    es: '¿Cuántas veces vuelve un recv del servidor, contando el final del flujo? (un número)',
    ca: 'Quantes vegades retorna un recv del servidor, comptant el final del flux? (un número)',
  };
  return question(text, recvs.length, recvs);
};

const whoEndsFirst: Ask = (run) => {
  const [fin] = run.packets({ flags: 'FIN' });
  if (fin === undefined || fin.from === null) return null;
  const text = {
    en: 'Which side sends the first FIN?',
    es: '¿Qué lado envía el primer FIN?',
    ca: 'Quina banda envia el primer FIN?',
  };
  return choice(text, ['client', 'server'], fin.from, fin);
};

const whoResets: Ask = (run) => {
  if (run.packets({ protocol: 'tcp' }).length === 0 || !run.complete) return null;
  const [reset] = run.packets({ flags: 'RST' });
  const text = {
    en: 'From which side does a RST come? (the kernel there sends it)',
    es: '¿De qué lado viene un RST? (lo envía el núcleo de ese lado)',
    ca: 'De quina banda ve un RST? (l’envia el nucli d’aquella banda)',
  };
  return choice(text, ['client', 'server', NOBODY], reset?.from ?? NOBODY, reset);
};

const whoWaits: Ask = (run) => {
  const [connection] = run.connections('tcp');
  const sides = [
    connection?.clientState === 'TIME-WAIT' ? 'client' : null,
    connection?.serverState === 'TIME-WAIT' ? 'server' : null,
  ].filter((side) => side !== null);
  if (connection === undefined || sides.length !== 1) return null;
  const text = {
    en: 'Which side of the first connection is left in TIME_WAIT?',
    es: '¿Qué lado de la primera conexión se queda en TIME_WAIT?',
    ca: 'Quina banda de la primera connexió es queda en TIME_WAIT?',
  };
  const fins = run.packets({ connection: connection.index, flags: 'FIN' });
  return choice(text, ['client', 'server'], sides[0] ?? '', fins);
};

const whichErrno: Ask = (run) => {
  const [failed] = run.calls('*').filter(({ errno }) => errno !== null);
  if (failed === undefined) return null;
  const text = {
    en: `${/^[aeio]/.test(failed.name) ? 'An' : 'A'} ${failed.name} of ${failed.role} fails. With which errno? (ECONNREFUSED, EAGAIN…)`,
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
