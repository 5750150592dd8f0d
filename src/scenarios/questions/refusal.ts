import { tell } from '../checks/tools.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import { type Ask, asking, choice, question, yesOrNo } from '../quiz.ts';
import { countOf, howMany, howManySyns, ours, whatAnswersSyn } from './tools.ts';

const packetsOfRefusal: Ask = (run) => {
  const [connect] = run.calls('client', 'connect').filter(({ errno }) => errno !== null);
  if (connect === undefined) return null;
  const packets = connect.connection === null ? ours(run) : run.packets({ connection: connect.connection });
  return countOf(
    run,
    tell(
      `The first connect of ${connect.role} fails. How many packets does that take in all, both ways? (a number)`,
      `El primer connect de ${connect.role} falla. ¿Cuántos paquetes cuesta eso en total, en ambos sentidos? (un número)`,
      `El primer connect de ${connect.role} falla. Quants paquets costa això en total, en tots dos sentits? (un número)`,
    ),
    packets,
    connect,
  );
};

const doesServerHear: Ask = (run) => {
  const accepts = run.calls('server', 'accept');
  if (accepts.length === 0) return null;
  return yesOrNo(
    tell(
      'The server waits in accept. Does it hear anything of the client?',
      'El servidor espera en accept. ¿Se entera de algo del cliente?',
      'El servidor espera a accept. S’assabenta d’alguna cosa del client?',
    ),
    accepts.some(({ ok }) => ok),
    accepts,
  );
};

const synsThatLeave = howMany(
  tell(
    'How many SYN does this connect send? (a number)',
    '¿Cuántos SYN envía este connect? (un número)',
    'Quants SYN envia aquest connect? (un número)',
  ),
  { from: 'client', flags: 'SYN !ACK' },
);

/** A failure that packets have to do with: the wire brought a RST or an ICMP error. */
const isByWire = (run: Evidence, call: CallSeen): boolean =>
  run.packetsOf(call).some(({ flags, protocol }) => flags.includes('RST') || protocol === 'icmp');

const whichErrnoComesByWire: Ask = (run) => {
  const failed = run.calls('*').filter(({ errno }) => errno !== null);
  const byWire = failed.filter((call) => isByWire(run, call));
  const wired = byWire.find(({ errno }) => errno === 'ECONNREFUSED') ?? byWire[0];
  const local = failed.filter((call) => call.errno !== wired?.errno && run.packetsOf(call).length === 0);
  const names = [...new Set(local.map(({ errno }) => errno ?? ''))].slice(0, 2);
  const errno = wired?.errno ?? '';
  if (wired === undefined || names.length < 2 || !run.complete) return null;
  return choice(
    tell(
      'Which of these does a packet bring? The others the own kernel finds out by itself.',
      '¿Cuál de estos lo trae un paquete? Los otros los descubre el propio núcleo por sí solo.',
      'Quin d’aquests el porta un paquet? Els altres els descobreix el nucli mateix tot sol.',
    ),
    [...names, errno].sort(),
    errno,
    wired,
    run.packetsOf(wired),
  );
};

const hasFirstFailurePackets: Ask = (run) => {
  const [failed] = run.calls('*').filter(({ errno }) => errno !== null);
  if (failed === undefined || !run.complete) return null;
  const packets = run.packetsOf(failed);
  return yesOrNo(
    tell(
      `The first call that fails is a ${failed.name}, with ${failed.errno}. Has any packet to do with it?`,
      `La primera llamada que falla es un ${failed.name}, con ${failed.errno}. ¿Tiene algún paquete que ver con ello?`,
      `La primera crida que falla és un ${failed.name}, amb ${failed.errno}. Hi té res a veure cap paquet?`,
    ),
    packets.length > 0,
    failed,
    packets,
  );
};

/** The restarted server's binds: the first ones are those of the server before. */
function bindAgain(run: Evidence, reuse: boolean): CallSeen | undefined {
  return run
    .calls('server', 'bind')
    .slice(1)
    .find(
      (bind) =>
        reuse ===
        run
          .calls('server', 'setsockopt')
          .some(({ socket, args }) => socket === bind.socket && args.name === 'SO_REUSEADDR'),
    );
}

function bindAgainQuestion(reuse: boolean): Ask {
  return (run) => {
    const bind = bindAgain(run, reuse);
    if (bind === undefined) return null;
    const how = reuse ? tell('with', 'con', 'amb') : tell('without', 'sin', 'sense');
    return yesOrNo(
      tell(
        `The server is started again at once, ${how.en} SO_REUSEADDR. Does its bind succeed?`,
        `El servidor se arranca de nuevo enseguida, ${how.es} SO_REUSEADDR. ¿Tiene éxito su bind?`,
        `El servidor es torna a engegar de seguida, ${how.ca} SO_REUSEADDR. Té èxit el seu bind?`,
      ),
      bind.ok,
      bind,
    );
  };
}

const unreadAtClose: Ask = (run) => {
  const [close] = run.calls('server', 'close').filter(({ connection }) => connection !== null);
  if (close === undefined || close.recvQueue === null) return null;
  return question(
    tell(
      'How many bytes lie unread in the receive buffer when the server closes its connection? (a number)',
      '¿Cuántos bytes quedan sin leer en el búfer de recepción cuando el servidor cierra su conexión? (un número)',
      'Quants bytes queden sense llegir al buffer de recepció quan el servidor tanca la connexió? (un número)',
    ),
    close.recvQueue,
    close,
  );
};

const finOrRst: Ask = (run) => {
  const [close] = run.calls('server', 'close').filter(({ connection }) => connection !== null);
  if (close === undefined || !run.complete) return null;
  const [end] = run
    .packets({ connection: close.connection, from: 'server' })
    .filter(({ flags }) => /FIN|RST/.test(flags));
  if (end === undefined) return null;
  return choice(
    tell(
      'What does the server’s side send first to end the connection?',
      '¿Qué envía primero el lado del servidor para acabar la conexión?',
      'Què envia primer la banda del servidor per acabar la connexió?',
    ),
    ['FIN', 'RST'],
    end.flags.includes('RST') ? 'RST' : 'FIN',
    end,
    close,
  );
};

export const refusedQuestions = asking(whatAnswersSyn, packetsOfRefusal);
export const filteredQuestions = asking(whatAnswersSyn, howManySyns, doesServerHear);
export const unreachableQuestions = asking(synsThatLeave, whatAnswersSyn);
export const errorsQuestions = asking(whichErrnoComesByWire, hasFirstFailurePackets);
export const timeWaitQuestions = asking(bindAgainQuestion(false), bindAgainQuestion(true));
export const resetQuestions = asking(unreadAtClose, finOrRst);
