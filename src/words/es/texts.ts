import type * as en from '../en/all.ts';

/** What is printed besides the ladder: lists of scenarios, steps, the shell, what --verify checks. */
export const texts: typeof en.texts = {
  groups: { data: 'Lo que se envía', sockets: 'Los sockets', network: 'La red', run: 'La ejecución' },
  worthTrying: 'Vale la pena probar',
  listEnd: 'sockscope scenarios ID cuenta más de uno; sockscope run ID lo ejecuta.',
  stepHelp:
    'Enter: sigue el primero · ROL: ese · all: todos · data TEXTO: enviar TEXTO en su lugar (\\n, \\x00) · wait MS: pausa antes · ROL signal NOMBRE: enviarle USR1, TERM, STOP…',
  noRoleNamed: (role, roles) => `ningún rol ${role} está en marcha: ${roles}`,
  whichSignal: (names) => `¿qué señal? ${names}`,
  noSignal: (typed, names) => `no hay señal ${typed}: ${names}`,
  signalSent: (signal, role) => `${signal} enviada a ${role}`,
  savedBoth: (first, second) => `guardadas como ${first} y ${second}: sockscope compare ${first} ${second}`,
  aboutToCall: (role, call, changed) =>
    `${role} está a punto de llamar a ${call}${changed === '' ? '' : `: ${changed}`}`,
  blockedIn: (role, seconds, call) => `${role} lleva ${seconds} s bloqueado en ${call}`,
  notEditable: (call) => `${call} no envía datos que se puedan cambiar`,
  atMostBytes: (most) => `como mucho ${most} bytes`,
  pauseIs: (most) => `una pausa es un número de ms, como mucho ${most}`,
  bytesInstead: (now, before) => `(${now} bytes en vez de ${before})`,
  afterPause: (ms) => `tras una pausa de ${ms} ms`,
  shell:
    'Un shell en una red propia: en ella solo está lo que inicies aquí, y termina con el shell.\n  sockscope run tcp-echo --role server &      un lado de un ejercicio; sé tú el otro: nc 127.0.0.1 3500\n  nc -l 127.0.0.1 3500 &                      o al revés: sockscope run tcp-echo --role client\n',
  verify: {
    'calls are numbered without a gap, in order of entry':
      'las llamadas están numeradas sin huecos, por orden de entrada',
    'a thread makes one call after the other': 'un hilo hace una llamada tras otra',
    'results fit what was asked': 'los resultados cuadran con lo pedido',
    'sockets live from their making to their close':
      'los sockets viven desde que se crean hasta que se cierran',
    'sendall is the sum of its sends': 'sendall es la suma de sus send',
    'stream offsets are the sums of what the calls moved':
      'las posiciones en el flujo son las sumas de lo que movieron las llamadas',
    'bytes on the wire are the bytes of the calls': 'los bytes en la red son los bytes de las llamadas',
    'every packet has a reason': 'cada paquete tiene su motivo',
    'no effect comes before its cause': 'ningún efecto llega antes que su causa',
    'no link crosses two incarnations of a four-tuple':
      'ningún vínculo cruza dos conexiones con las mismas direcciones y puertos',
    'calls and packets agree on addresses': 'llamadas y paquetes coinciden en las direcciones',
    'every call that touched the wire has its packets': 'cada llamada que tocó la red tiene sus paquetes',
    'each socket sends in order: numbers, acknowledgements and time stamps grow':
      'cada socket envía en orden: crecen los números, los ACK y las marcas de tiempo',
    'every packet that the kernel captured is here': 'aquí están todos los paquetes que capturó el núcleo',
    'headers are sound': 'las cabeceras son correctas',
    'checksums are right': 'las sumas de comprobación son correctas',
    'acknowledgements are of what arrived': 'los ACK son de lo que llegó',
    'segments follow the rules of TCP': 'los segmentos siguen las reglas de TCP',
    'connect and accept have their handshakes': 'connect y accept tienen sus handshakes',
    'network errors and successes have their packets': 'los errores y los éxitos de red tienen sus paquetes',
    'datagrams balance: sent = received + lost + refused + unread':
      'los datagramas cuadran: enviados = recibidos + perdidos + rechazados + sin leer',
    'the session is as it was saved': 'la sesión está como se guardó',
    'bytes balance: sent = on the wire + never sent; on the wire = received + unread + missing':
      'los bytes cuadran: enviados = en la red + nunca enviados; en la red = recibidos + sin leer + perdidos',
  },
};
