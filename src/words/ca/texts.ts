import type * as en from '../en/all.ts';

/** What is printed besides the ladder: lists of scenarios, steps, the shell, what --verify checks. */
export const texts: typeof en.texts = {
  groups: { data: 'El que s’envia', sockets: 'Els sockets', network: 'La xarxa', run: 'L’execució' },
  worthTrying: 'Val la pena provar',
  listEnd: 'sockscope scenarios ID en diu més d’un; sockscope run ID l’executa.',
  stepHelp:
    'Enter: continua el primer · ROL: aquest · all: tots · data TEXT: enviar TEXT en lloc seu (\\n, \\x00) · wait MS: pausa abans · ROL signal NOM: enviar-li USR1, TERM, STOP…',
  noRoleNamed: (role, roles) => `cap rol ${role} no està en marxa: ${roles}`,
  whichSignal: (names) => `quin senyal? ${names}`,
  noSignal: (typed, names) => `no hi ha cap senyal ${typed}: ${names}`,
  signalSent: (signal, role) => `${signal} enviat a ${role}`,
  savedBoth: (first, second) => `desades com a ${first} i ${second}: sockscope compare ${first} ${second}`,
  aboutToCall: (role, call, changed) =>
    `${role} és a punt de cridar ${call}${changed === '' ? '' : `: ${changed}`}`,
  blockedIn: (role, seconds, call) => `fa ${seconds} s que ${role} està bloquejat a ${call}`,
  notEditable: (call) => `${call} no envia dades que es puguin canviar`,
  atMostBytes: (most) => `com a molt ${most} bytes`,
  pauseIs: (most) => `una pausa és un nombre de ms, com a molt ${most}`,
  bytesInstead: (now, before) => `(${now} bytes en lloc de ${before})`,
  afterPause: (ms) => `després d’una pausa de ${ms} ms`,
  shell:
    'Un shell en una xarxa pròpia: només hi ha el que engeguis aquí, i acaba amb el shell.\n  sockscope run tcp-echo --role server &      una banda d’un exercici; sigues tu l’altra: nc 127.0.0.1 3500\n  nc -l 127.0.0.1 3500 &                      o a l’inrevés: sockscope run tcp-echo --role client\n',
  verify: {
    'calls are numbered without a gap, in order of entry':
      'les crides estan numerades sense forats, per ordre d’entrada',
    'a thread makes one call after the other': 'un fil fa una crida rere l’altra',
    'results fit what was asked': 'els resultats quadren amb el que s’ha demanat',
    'sockets live from their making to their close': 'els sockets viuen des que es creen fins que es tanquen',
    'sendall is the sum of its sends': 'sendall és la suma dels seus send',
    'stream offsets are the sums of what the calls moved':
      'les posicions dins del flux són les sumes del que han mogut les crides',
    'bytes on the wire are the bytes of the calls': 'els bytes a la xarxa són els bytes de les crides',
    'every packet has a reason': 'cada paquet té el seu motiu',
    'no effect comes before its cause': 'cap efecte no arriba abans que la seva causa',
    'no link crosses two incarnations of a four-tuple':
      'cap vincle no creua dues connexions amb les mateixes adreces i ports',
    'calls and packets agree on addresses': 'crides i paquets coincideixen en les adreces',
    'every call that touched the wire has its packets':
      'cada crida que ha tocat la xarxa té els seus paquets',
    'each socket sends in order: numbers, acknowledgements and time stamps grow':
      'cada socket envia en ordre: creixen els números, els ACK i les marques de temps',
    'every packet that the kernel captured is here': 'hi ha tots els paquets que ha capturat el nucli',
    'headers are sound': 'les capçaleres són correctes',
    'checksums are right': 'les sumes de comprovació són correctes',
    'acknowledgements are of what arrived': 'els ACK són del que ha arribat',
    'segments follow the rules of TCP': 'els segments segueixen les regles de TCP',
    'connect and accept have their handshakes': 'connect i accept tenen els seus handshakes',
    'network errors and successes have their packets':
      'els errors i els èxits de xarxa tenen els seus paquets',
    'datagrams balance: sent = received + lost + refused + unread':
      'els datagrames quadren: enviats = rebuts + perduts + rebutjats + sense llegir',
    'the session is as it was saved': 'la sessió és com es va desar',
    'bytes balance: sent = on the wire + never sent; on the wire = received + unread + missing':
      'els bytes quadren: enviats = a la xarxa + mai enviats; a la xarxa = rebuts + sense llegir + perduts',
  },
};
