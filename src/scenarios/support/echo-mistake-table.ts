import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome } from '../scenario.ts';

/** One beginner's error of the echo exercise: what runs, what it says, and how it is known that it happened. */
export interface Mistake {
  /** What goes wrong, and which call shows it; mended-run.ts has the mended run. */
  readonly text: Text;
  readonly server: string;
  readonly client: string;
  readonly ready: 'listen' | 'bind';
  /** What server and client have to report for the mistake to have been seen. */
  readonly serverReports: Expected;
  readonly clientReports: Expected;
}

type Expected = Readonly<Record<string, string | number | boolean>>;

export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no-eof-check': {
    text: {
      en: `the server does not look whether recv returned 0: the end of the stream, which recv then returns again at once, for ever (here 10 times)`,
      es: `el servidor no mira si recv devolvió 0: es el final del flujo, y recv lo devuelve otra vez al momento, sin fin (aquí 10 veces)`,
      ca: `el servidor no mira si recv ha retornat 0: és el final del flux, i recv el retorna un altre cop al moment, sense fi (aquí 10 vegades)`,
    },
    server: 'uncheckedServer',
    client: 'client',
    ready: 'listen',
    serverReports: { 'recv returned 0': 10 },
    clientReports: { 'echo is the same': true },
  },
  'send-on-listener': {
    text: {
      en: `the server sends on the listening socket instead of the one that accept returned: send fails with EPIPE, nothing leaves, and the client reads the end of the stream instead of its echo`,
      es: `el servidor envía por el socket de escucha en vez del que devolvió accept: send falla con EPIPE, no sale nada, y el cliente lee el final del flujo en vez de su eco`,
      ca: `el servidor envia pel socket d’escolta en lloc del que ha tornat accept: send falla amb EPIPE, no surt res, i el client llegeix el final del flux en lloc del seu eco`,
    },
    server: 'wrongSocketServer',
    client: 'client',
    ready: 'listen',
    serverReports: { 'send on the listening socket': 'EPIPE' },
    clientReports: { 'bytes echoed': 0 },
  },
  'one-recv': {
    text: {
      en: 'one recv(n) is taken for n bytes, though it returns what is there: the client sends its message in two parts, the server echoes the first and thinks that it was all; recv in a loop mends it',
      es: 'un recv(n) se toma por n bytes, aunque devuelve lo que haya: el cliente envía su mensaje en dos partes, el servidor devuelve la primera y cree que eso era todo; lo corrige recv en un bucle',
      ca: 'un recv(n) es pren per n bytes, encara que retorna el que hi hagi: el client envia el seu missatge en dues parts, el servidor torna la primera i creu que allò era tot; ho corregeix recv en un bucle',
    },
    server: 'oneRecvServer',
    client: 'twoSendsClient',
    ready: 'listen',
    serverReports: {},
    clientReports: {},
  },
  'reply-first': {
    text: {
      en: `the client expects the reply before it has sent anything: both sides wait in recv, until --timeout (1000 ms when not given) ends the client’s wait with EAGAIN; then it sends, and all is well`,
      es: `el cliente espera la respuesta antes de haber enviado nada: los dos lados esperan en recv, hasta que --timeout (1000 ms si no se dice) acaba la espera del cliente con EAGAIN; entonces envía, y todo va bien`,
      ca: `el client espera la resposta abans d’haver enviat res: totes dues bandes esperen a recv, fins que --timeout (1000 ms si no es diu) acaba l’espera del client amb EAGAIN; llavors envia, i tot va bé`,
    },
    server: 'patientServer',
    client: 'replyFirstClient',
    ready: 'listen',
    serverReports: { 'clients served': 1 },
    clientReports: { 'recv waited in vain': 'EAGAIN', 'echo is the same': true },
  },
  'both-wait': {
    text: {
      en: `the client reads until the server ends, and the server until the client ends: each waits in recv for a FIN that nobody sends, until --timeout (1000 ms when not given) ends the client’s wait with EAGAIN`,
      es: `el cliente lee hasta que el servidor acabe, y el servidor hasta que acabe el cliente: cada uno espera en recv un FIN que nadie envía, hasta que --timeout (1000 ms si no se dice) acaba la espera del cliente con EAGAIN`,
      ca: `el client llegeix fins que el servidor acabi, i el servidor fins que acabi el client: cadascun espera a recv un FIN que ningú no envia, fins que --timeout (1000 ms si no es diu) acaba l’espera del client amb EAGAIN`,
    },
    server: 'patientServer',
    client: 'bothWaitClient',
    ready: 'listen',
    serverReports: { 'clients served': 1 },
    clientReports: { 'recv waited in vain': 'EAGAIN', 'echo is the same': true },
  },
  'no-listen': {
    text: {
      en: `the server forgets listen: accept fails with EINVAL, and the client’s SYN is answered by a reset, which connect reports as ECONNREFUSED`,
      es: `el servidor olvida listen: accept falla con EINVAL, y al SYN del cliente le responde un RST, que connect comunica como ECONNREFUSED`,
      ca: `el servidor oblida listen: accept falla amb EINVAL, i al SYN del client li respon un RST, que connect comunica com a ECONNREFUSED`,
    },
    server: 'notListeningServer',
    client: 'refusedClient',
    ready: 'bind',
    serverReports: { accept: 'EINVAL' },
    clientReports: { connect: 'ECONNREFUSED' },
  },
};

/** The mistake that the parameters name, or null. */
export function mistakeOf(parameters: Parameters): Mistake | null {
  return MISTAKES[parameters.text('mistake')] ?? null;
}

/** Throws a UserError (exit code 2) for what a mistake cannot be combined with. */
export function validateMistake(parameters: Parameters, messageLength: number): void {
  const refuse = (what: string, why: string) => {
    const hint = `leave out ${what}, or --mistake`;
    throw new UserError(`--mistake and ${what} do not go together: ${why}`, { hint, exitCode: EXIT.usage });
  };
  if (parameters.number('clients') !== 1) refuse('--clients', 'a mistake is shown with one client');
  if (parameters.text('serve') !== 'iterative') refuse('--serve', 'the server that errs is its own model');
  if (parameters.text('family') === 'unix') refuse('--family unix', 'its errors are those of TCP');
  if (parameters.optionalNumber('linger') === 0) refuse('--linger 0', 'the reset would hide the mistake');
  if (messageLength < 2) refuse('so short a message', 'it takes two bytes to be cut in two');
  const room = parameters.optionalNumber('server-recv-buffer') ?? parameters.number('recv-buffer');
  if (messageLength > room) refuse('so long a message', `one recv of the server takes ${room} bytes`);
}

/** One sentence for each thing that the mistake should have shown and did not; only sides that ran here are asked. */
export function judgeMistake(mistake: Mistake, outcome: Outcome): readonly Text[] {
  const problems: Text[] = [];
  const sides = { server: mistake.serverReports, client: mistake.clientReports };
  for (const [role, expected] of Object.entries(sides)) {
    if (!outcome.exits.has(role)) continue;
    for (const [key, value] of Object.entries(expected)) {
      const got = outcome.reports.get(role)?.[key];
      if (got === value) continue;
      problems.push(
        tell(
          `${role}: ${key} should be ${value}, and was ${got ?? 'not reached'}`,
          `${role}: se esperaba ${key} = ${value}, y fue ${got ?? 'nada: no llegó a ello'}`,
          `${role}: s’esperava ${key} = ${value}, i va ser ${got ?? 'res: no hi va arribar'}`,
        ),
      );
    }
  }
  const server = outcome.reports.get('server') ?? {};
  if (server.wanted !== undefined && Number(server['one recv returned']) >= Number(server.wanted)) {
    problems.push(
      tell(
        'the one recv returned the whole message: both parts had come before it',
        'el único recv devolvió el mensaje entero: las dos partes habían llegado antes',
        'l’únic recv va retornar el missatge sencer: totes dues parts havien arribat abans',
      ),
    );
  }
  return problems;
}
