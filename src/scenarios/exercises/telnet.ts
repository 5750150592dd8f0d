import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { telnetChecks } from '../checks/telnet.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { telnetQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { EOT, Lines } from '../support/command-lines.ts';
import { runForPeer } from '../support/commands.ts';
import { must } from '../support/must.ts';
import { RECV_BUFFERS, SERVE_EACH, STREAM } from '../support/parameter-lists.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { type Service, serveClients, serveInherited } from '../support/serve.ts';
import { sleep } from '../support/sleep.ts';
import { connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { quickAck, recvSize } from '../support/tune.ts';
import { readToEnd } from '../support/until-end.ts';

/** Sends each command as a line and reads its answer, up to the end marker; exit ends. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  if (parameters.text('mistake') !== 'none')
    must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(GIVES_UP_MS));
  const script = parameters.text('requests').split('|');
  for (let n = 1; ; n += 1) {
    const command = nextCommand(script, parameters, role);
    transmit(s, Buffer.from(`${command}\n`), parameters, role);
    if (command === 'exit') break;
    const answer = READERS[parameters.text('mistake')]?.(s, parameters, role) ?? null;
    role.report(`answer ${n}`, answer === null ? 'no end' : visible(answer));
    role.print(answer === null ? `${command}: the end does not come` : answer.toString('latin1'));
  }
  readToEnd(s, parameters, role, 'client'); // the server closes
  s.close();
}

/** Runs the commands of its clients. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  serveClients(listener, shell(parameters, role), parameters, role);
  listener.close();
}

/** --serve thread and process: one client. */
export function serveOne(parameters: Parameters, role: RoleContext): void {
  serveInherited(shell(parameters, role), parameters, role);
}

/** The service: each line is a command, whose output goes back and ends with byte 4. */
function shell(parameters: Parameters, role: RoleContext): Service {
  const lines = new Map<string, Lines>();
  let commands = 0;
  return {
    entry: 'serveOne',
    once(connection: Socket): boolean {
      quickAck(connection, parameters, role);
      const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
      const begun = lines.get(connection.id) ?? new Lines();
      lines.set(connection.id, begun);
      for (const line of begun.take(data)) {
        if (line === 'exit') return false;
        answer(connection, runForPeer(line, parameters).output, parameters, role);
        role.report('commands', ++commands);
      }
      return data.length > 0;
    },
  };
}

/** --marker: in the send of the output, in one of its own, or in one of its own and late. */
function answer(connection: Socket, output: Buffer, parameters: Parameters, role: RoleContext): void {
  const marker = Buffer.from([EOT]);
  const isGlued = parameters.text('marker') === 'glued';
  transmit(connection, isGlued ? Buffer.concat([output, marker]) : output, parameters, role);
  if (parameters.text('marker') === 'late') sleep(LATE_MS);
  if (!isGlued) transmit(connection, marker, parameters, role);
}

/** Right: looks for the marker in whatever comes, wherever it stands. */
function searched(s: Socket, parameters: Parameters, role: RoleContext): Buffer | null {
  const parts: Buffer[] = [];
  for (;;) {
    quickAck(s, parameters, role);
    const data = must(role, 'recv', s.recv(recvSize(parameters, 'client')));
    const end = data.indexOf(EOT);
    parts.push(Buffer.from(end < 0 ? data : data.subarray(0, end)));
    if (end >= 0 || data.length === 0) return Buffer.concat(parts);
  }
}

/** --mistake whole-recv: waits for a recv that brings the marker and nothing else. */
function comparedWhole(s: Socket, parameters: Parameters, role: RoleContext): Buffer | null {
  const parts: Buffer[] = [];
  for (;;) {
    const got = s.recv(recvSize(parameters, 'client'));
    if (!got.ok && got.errno === 'EAGAIN') return null;
    const data = must(role, 'recv', got);
    if (data.length === 0 || (data.length === 1 && data[0] === EOT)) return Buffer.concat(parts);
    parts.push(Buffer.from(data));
  }
}

/** --mistake one-recv: takes what one recv brings for the whole answer. */
function oneRecv(s: Socket, parameters: Parameters, role: RoleContext): Buffer | null {
  const got = s.recv(recvSize(parameters, 'client'));
  return !got.ok && got.errno === 'EAGAIN' ? null : Buffer.from(must(role, 'recv', got));
}

const READERS: Readonly<Record<string, typeof searched>> = {
  none: searched,
  'whole-recv': comparedWhole,
  'one-recv': oneRecv,
};
const GIVES_UP_MS = 1000;
const LATE_MS = 100;

/** What the user types, or where nobody types the next command of the script; exit when there is no more. */
function nextCommand(script: string[], parameters: Parameters, role: RoleContext): string {
  const typed = role.ask('command (exit ends)');
  if (typed !== null || role.interactive) return typed ?? 'exit';
  sleep(parameters.number('think')); // as long as a person takes to type it
  return script.shift() ?? 'exit';
}

/** For a report: the marker and everything else that is not to be printed as its number. */
function visible(answer: Buffer): string {
  const text = answer.toString('latin1').trimEnd();
  return text
    .replace(/[^ -~\n]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .slice(0, 400);
}

export const scenario: Scenario = {
  id: 'telnet',
  title: {
    en: 'A client types commands, and a server runs them: byte 4 ends each answer',
    es: 'Un cliente teclea órdenes y un servidor las ejecuta: el byte 4 termina cada respuesta',
    ca: 'Un client tecleja ordres i un servidor les executa: el byte 4 acaba cada resposta',
  },
  teaches: {
    en: 'How an end marker says where an answer ends while the connection stays open, and why it has to be looked for in the stream: it may arrive glued to data, or after it.',
    es: 'Cómo una marca de fin dice dónde acaba una respuesta mientras la conexión sigue abierta, y por qué hay que buscarla en el flujo: puede llegar pegada a los datos, o después de ellos.',
    ca: 'Com una marca de final diu on acaba una resposta mentre la connexió continua oberta, i per què cal buscar-la dins del flux: pot arribar enganxada a les dades, o després.',
  },
  lookFor: telnetChecks,
  questions: telnetQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: [
    ...['requests', 'marker', 'think', 'mistake', 'allow-any-command', 'send-mode', 'clients', 'serve'],
    ...[...RECV_BUFFERS, ...STREAM],
  ],
  defaults: { requests: 'date|uname|exit', think: 20, 'recv-buffer': 1024 },
  narrow: {
    requests: {
      help: {
        en: 'the commands where nobody types, with | between them',
        es: 'las órdenes cuando nadie escribe, con | entre ellas',
        ca: 'les ordres quan ningú no escriu, amb | entre elles',
      },
    },
    think: {
      help: {
        en: 'how long it takes to type a command of the script',
        es: 'cuánto se tarda en escribir una orden del guion',
        ca: 'quant es triga a escriure una ordre del guió',
      },
    },
    serve: {
      choices: SERVE_EACH,
    },
    mistake: {
      choices: {
        none: {
          en: 'no mistake: the marker is looked for in all that comes',
          es: 'ningún error: la marca se busca en todo lo que llega',
          ca: 'cap error: la marca se cerca en tot el que arriba',
        },
        'whole-recv': {
          en: 'the client waits for a recv that brings the marker and nothing else',
          es: 'el cliente espera un recv que traiga la marca y nada más',
          ca: 'el client espera un recv que porti la marca i res més',
        },
        'one-recv': {
          en: 'the client takes one recv for the whole answer',
          es: 'el cliente toma un recv por la respuesta entera',
          ca: 'el client pren un recv per la resposta sencera',
        },
      },
    },
  },
  variants: [
    {
      options: '--marker late --requests date|uname',
      shows: {
        en: 'The output comes first, the marker alone later: the client goes on reading until it is there.',
        es: 'Primero llega la salida y más tarde, sola, la marca: el cliente sigue leyendo hasta que está.',
        ca: 'Primer arriba la sortida i més tard, sola, la marca: el client continua llegint fins que hi és.',
      },
    },
    {
      options: '--mistake whole-recv',
      shows: {
        en: 'A client that waits for the marker alone waits for ever: it came glued to the output.',
        es: 'Un cliente que espera la marca sola espera para siempre: llegó pegada a la salida.',
        ca: 'Un client que espera la marca sola espera per sempre: va arribar enganxada a la sortida.',
      },
    },
    {
      options: '--mistake one-recv --marker late',
      shows: {
        en: 'A client that takes one recv for the answer reads the marker of the first answer as the second.',
        es: 'Un cliente que toma un recv por la respuesta lee la marca de la primera respuesta como si fuera la segunda.',
        ca: 'Un client que pren un recv per la resposta llegeix la marca de la primera resposta com si fos la segona.',
      },
    },
    {
      options: '--clients 3 --serve poll --client-recv-buffer 8 --family ipv6',
      shows: {
        en: 'Three users served by one poll loop, and answers read in small pieces.',
        es: 'Tres usuarios atendidos por un solo bucle de poll, y respuestas leídas en trozos pequeños.',
        ca: 'Tres usuaris atesos per un sol bucle de poll, i respostes llegides a trossos petits.',
      },
    },
    {
      options: '--clients 2 --serve process --requests id|rm',
      shows: {
        en: 'A process for each user; a command that is not on the list is not run.',
        es: 'Un proceso para cada usuario; una orden que no está en la lista no se ejecuta.',
        ca: 'Un procés per a cada usuari; una ordre que no és a la llista no s’executa.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeAnswers(parameters, outcome)],
};

/** Without a mistake no answer is left without its end, and none holds a marker. */
function judgeAnswers(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('mistake') !== 'none') return [];
  return [...reportsOf(outcome, 'client')].flatMap(([name, report]) =>
    Object.entries(report)
      .filter(([key, value]) => key.startsWith('answer ') && /no end|\\x04/.test(String(value)))
      .map(([key]) =>
        tell(
          `${name}: ${key} was not ended by its marker`,
          `${name}: ${key} no acabó con su marca`,
          `${name}: ${key} no ha acabat amb la seva marca`,
        ),
      ),
  );
}
