import type { IssueKind, Severity, Told } from '../../diagnosis/check/report.ts';
import { icmpText, n, otherSide, side, t, type Wording } from '../issue-parts.ts';
import { size, span } from '../units.ts';
import { ICMP } from './icmp.ts';
import { counted } from './plural.ts';
import { sentAgain } from './sent-again.ts';

export const severity: Readonly<Record<Severity, string>> = { warning: 'AVISO', note: 'nota' };

const times = (count: number): string => counted(count, 'vez', 'veces');

/** Por qué un RST no tuvo efecto. */
const IGNORED: Readonly<Record<string, string>> = {
  unknown: ', falso o perdido por el camino',
  damaged: ', con una suma de comprobación errónea',
  outside: ', con un número fuera de la ventana',
  challenged: ', respondido con un ACK de desafío',
};

/** Qué está mal en los paquetes, si es lo mismo en todos. */
const WRONG: Readonly<Record<string, string>> = {
  header: ', en la cabecera IPv4',
  none: ', sin suma sobre IPv6',
};

export const issues: Readonly<Record<IssueKind, Wording>> = {
  refused: {
    title: 'Conexiones rechazadas',
    why: 'Al SYN le respondió un RST: nadie escucha en ese puerto, o lo rechaza un cortafuegos.',
    say: (issue, { a, b }) =>
      `${b} rechazó a ${a}${n(issue, 'syns') > 1 ? ` ${times(n(issue, 'syns'))}` : ''}`,
  },
  'handshake-unanswered': {
    title: 'Conexiones sin respuesta',
    why: 'Ningún SYN tiene respuesta en la captura: la máquina está apagada, un cortafuegos los tira, la cola de accept está llena o las respuestas fueron por otro camino.',
    say: (issue, { a, b }) =>
      `${a} envió ${counted(n(issue, 'syns'), 'SYN', 'SYN')} a ${b}` +
      (n(issue, 'early') === 1
        ? '; la captura acaba demasiado pronto para ver una respuesta'
        : n(issue, 'seconds') > 0
          ? ` durante ${span(n(issue, 'seconds'))} y no recibió respuesta`
          : ' y no recibió respuesta'),
  },
  'handshake-unfinished': {
    title: 'Conexiones que no llegaron a establecerse',
    why: 'Llegó el SYN+ACK, y el último ACK no está en la captura: un escaneo, un remitente falso o una pérdida.',
    say: (issue, { a, b }) =>
      `${b} contestó a ${a}${n(issue, 'synAcks') > 1 ? ` ${times(n(issue, 'synAcks'))}` : ''}, ` +
      (n(issue, 'reset') === 1
        ? 'que la cortó con RST antes de quedar abierta'
        : n(issue, 'early') === 1
          ? 'y ahí acaba la captura'
          : 'que no siguió'),
  },
  'handshake-slow': {
    title: 'Conexiones que necesitaron varios intentos para establecerse',
    why: 'Un SYN o su respuesta se perdió o llegó tarde, o la cola de accept estaba llena: el primer reintento tarda un segundo entero.',
    say: (issue, { a, b }) =>
      `${a} envió ${counted(n(issue, 'syns'), 'SYN', 'SYN')} a ${b}, que envió ${counted(n(issue, 'synAcks'), 'SYN+ACK', 'SYN+ACK')}` +
      (n(issue, 'seconds') > 0 ? `: conectado ${span(n(issue, 'seconds'))} tarde` : ''),
  },
  'older-connection': {
    title: 'Conexiones anteriores que estorbaban',
    why: 'El otro extremo aún tenía una conexión anterior entre los mismos puertos, como tras una caída o en TIME-WAIT, y contestó con un ACK de esa. Quien envió el SYN la acabó con un RST y tiene que enviar su SYN otra vez, tras un segundo entero (RFC 9293 §3.5.1).',
    say: (issue, ends) =>
      `${side(issue, ends)} envió ${counted(n(issue, 'syns'), 'SYN', 'SYN')} a ${otherSide(issue, ends)}, que primero contestó por la conexión anterior` +
      (n(issue, 'seconds') > 0 ? `: conectado ${span(n(issue, 'seconds'))} tarde` : ''),
  },
  reset: {
    title: 'Conexiones cortadas con RST',
    why: 'Un RST tira lo que aún no se había entregado. Llega cuando un proceso muere o cierra con datos sin leer o con SO_LINGER 0, cuando un lado se rinde, o de un equipo intermedio en su nombre.',
    say: (issue, ends) =>
      `${side(issue, ends)} cortó la conexión con ${otherSide(issue, ends)} a los ${span(n(issue, 'seconds'))}, ` +
      `cuando había enviado ${size(n(issue, t(issue, 'side') === 'A' ? 'fromA' : 'fromB'))} y el otro ${size(n(issue, t(issue, 'side') === 'A' ? 'fromB' : 'fromA'))}` +
      (n(issue, 'closed') === 1 ? '; ya se estaba cerrando' : '') +
      (n(issue, 'gone') > 0
        ? `; había enviado ${counted(n(issue, 'gone'), 'keep-alive', 'keep-alive')} sin respuesta`
        : '') +
      (n(issue, 'crossedFrame') > 0
        ? `; ${span(n(issue, 'crossedAfter'))} más tarde, en la trama ${n(issue, 'crossedFrame')}, la cortó también ${otherSide(issue, ends)}, antes de que pudiera saberlo${n(issue, 'spokeFrame') > 0 ? '' : ': los dos se rindieron a la vez, o alguien del camino cortó a ambos'}`
        : '') +
      (n(issue, 'spokeFrame') > 0
        ? `; pero ${span(n(issue, 'spokeAfter'))} más tarde, en la trama ${n(issue, 'spokeFrame')}, sigue como si no supiera nada de él: parece que alguien del camino envió el RST en su nombre (falsificado, o un equipo intermedio)`
        : ''),
  },
  'reset-ignored': {
    title: 'RST sin efecto',
    why: 'La conversación siguió después. Quien falsifica un RST, o un equipo intermedio, tiene que adivinar su número: fuera de la ventana se descarta, y dentro se responde con un ACK de desafío (RFC 5961).',
    say: (issue, ends) =>
      `${n(issue, 'count')} RST en nombre de ${side(issue, ends)}${IGNORED[t(issue, 'why')] ?? ''}; ${otherSide(issue, ends)} siguió`,
  },
  timeouts: {
    title: 'Retransmisiones por vencer el plazo',
    why: 'Se envió otra vez tras un silencio de 150 ms o más, o tras esperas que se doblan: el emisor estuvo parado hasta que se agotó su temporizador. Lo que esperaba se perdió, o llegó tarde.',
    say: (issue, ends) =>
      `${side(issue, ends)} esperó ${span(n(issue, 'seconds'))} por ${counted(n(issue, 'timeouts'), 'plazo vencido', 'plazos vencidos')}; ` +
      `${sentAgain(issue)}` +
      (n(issue, 'unseen') > 0
        ? `; de ${n(issue, 'unseen')} de ellos la primera copia no está en la captura`
        : '') +
      (n(issue, 'unsure') > 0
        ? `; unos ACK pidieron ${n(issue, 'unsure')} de ellos, que quizá vinieron por eso: no se ve lo lejos que está el emisor`
        : ''),
  },
  'fast-retransmissions': {
    title: 'Retransmisiones sin vencer el plazo',
    why: 'Los pidieron los ACK, como tras una pérdida o cuando unos paquetes adelantan a otros: cada vez cuesta más o menos un viaje de ida y vuelta, y el emisor baja el ritmo.',
    say: (issue, ends) =>
      `${side(issue, ends)} ${sentAgain(issue)}` +
      (n(issue, 'seconds') > 0 ? `, ${span(n(issue, 'seconds'))} tarde` : '') +
      (n(issue, 'unseen') > 0
        ? `; de ${n(issue, 'unseen')} de ellos la primera copia no está en la captura`
        : ''),
  },
  'unprompted-retransmissions': {
    title: 'Enviado otra vez sin que nada lo pidiera',
    why: 'Ningún ACK de la captura muestra que faltaran, y el silencio anterior fue corto: el emisor sondeó una pérdida final (TLP, RFC 8985), su temporizador es de menos de 150 ms, o llegaron tarde a la captura. Cuál de las tres cosas no se ve.',
    say: (issue, ends) => `${side(issue, ends)} ${sentAgain(issue)}`,
  },
  'too-big-retransmissions': {
    title: 'Enviado otra vez porque era demasiado grande',
    why: 'Un router no pudo pasar los paquetes y lo dijo por ICMP: el emisor aprende qué tamaño admite el camino, y envía sus bytes otra vez en paquetes menores (descubrimiento de la MTU del camino, RFC 1191 y 8201).',
    say: (issue, ends) =>
      `${side(issue, ends)} envió ${counted(n(issue, 'count'), 'segmento')} por eso (${size(n(issue, 'bytes'))})`,
  },
  'fast-open-refused': {
    title: 'Datos de Fast Open que hubo que enviar otra vez',
    why: 'El SYN llevaba datos, y el SYN+ACK solo confirmó el SYN: el servidor no conoce Fast Open, o no aceptó la cookie. El cliente vuelve a enviar los datos como sin Fast Open (RFC 7413): solo se pierde el tiempo de ida y vuelta que se iba a ahorrar.',
    say: (issue, ends) =>
      `${side(issue, ends)} envió otra vez ${counted(n(issue, 'count'), 'segmento')} por eso (${size(n(issue, 'bytes'))})`,
  },
  'spurious-retransmissions': {
    title: 'Enviado otra vez aunque ya tenía ACK',
    why: 'El ACK se perdió o llegó tarde, o el temporizador es demasiado corto: no hacía falta enviar nada otra vez, pero el emisor puede bajar el ritmo.',
    say: (issue, ends) => `${side(issue, ends)} lo hizo ${times(n(issue, 'count'))}`,
  },
  'never-acknowledged': {
    title: 'Datos que nadie confirmó',
    why: 'En la captura no hay ningún ACK que alcance esos bytes: el otro extremo ya no estaba, el camino se cortó, o la conexión se reinició antes de que pudiera contestar. No se ve si llegaron, salvo los que nombró un ACK selectivo.',
    say: (issue, ends) =>
      `${n(issue, 'more') === 1 ? 'al menos ' : ''}${size(n(issue, 'bytes'))} de ${side(issue, ends)} a ${otherSide(issue, ends)}, a los ${span(n(issue, 'from'))} de empezar la conversación` +
      (n(issue, 'seconds') > 0 ? ` y en los ${span(n(issue, 'seconds'))} siguientes` : '') +
      (n(issue, 'again') > 0
        ? `, y ${n(issue, 'again') === 1 ? '1 vez' : `${n(issue, 'again')} veces`} más, la última ${span(n(issue, 'lasted'))} después de la primera`
        : '') +
      (n(issue, 'reported') > 0
        ? ` (${size(n(issue, 'reported'))} de ellos habían llegado detrás de un hueco, según un ACK selectivo)`
        : '') +
      (t(issue, 'reset') === ''
        ? `; la captura sigue ${span(n(issue, 'after'))} más`
        : n(issue, 'sinceReset') < 0
          ? `; ${span(-n(issue, 'sinceReset'))} antes había llegado un RST de ${t(issue, 'reset') === 'A' ? ends.a : ends.b}, o en su nombre`
          : `; después ${t(issue, 'reset') === 'A' ? ends.a : ends.b} reinició la conexión`),
  },
  'received-twice': {
    title: 'Datos que llegaron dos veces',
    why: 'Lo dice el receptor en sus ACK (D-SACK, RFC 2883). Lo que se volvió a enviar no se había perdido: su ACK se perdió o llegó tarde, o unos paquetes adelantaron a otros. Si no, la red entregó un mismo paquete dos veces.',
    say: (issue, ends) =>
      `${otherSide(issue, ends)} avisa ${n(issue, 'count') === 1 ? '1 vez' : `${n(issue, 'count')} veces`} de que recibió bytes de ${side(issue, ends)} dos veces (${size(n(issue, 'bytes'))})` +
      (n(issue, 'again') > 0 ? `; ${n(issue, 'again')} de ellas por un reenvío que no hacía falta` : '') +
      (n(issue, 'twice') > 0 ? `; en ${n(issue, 'twice')} la red entregó el mismo paquete dos veces` : '') +
      (n(issue, 'count') > n(issue, 'again') + n(issue, 'twice')
        ? `; de ${n(issue, 'count') - n(issue, 'again') - n(issue, 'twice')} en la captura solo hay una copia`
        : ''),
  },
  overtaken: {
    title: 'Segmentos desordenados',
    why: 'Llegaron tan poco después de otros posteriores que más bien estos los adelantaron (varias rutas o colas), y no que se perdieran y se enviaran otra vez; si son muchos, a TCP le parecen pérdidas.',
    say: (issue, ends) =>
      `${n(issue, 'count')} de ${counted(n(issue, 'segments'), 'segmento')} de ${side(issue, ends)} ${n(issue, 'count') === 1 ? 'llegó' : 'llegaron'} tarde`,
  },
  'captured-twice': {
    title: 'Paquetes capturados dos veces',
    why: 'Un paquete repetido con las mismas cabeceras, también la identificación IP y la marca de tiempo, o tan pronto que nadie puede haberlo enviado otra vez, no se envió otra vez: el punto de captura ve los paquetes dos veces (un puerto espejo, un puente o la interfaz «any»), o la red los entregó dos veces. Nada más cuenta las segundas capturas.',
    say: (issue, ends) => `${counted(n(issue, 'count'), 'copia')} de ${side(issue, ends)}`,
  },
  'zero-window': {
    title: 'Receptores que detuvieron al emisor',
    why: 'Una ventana de 0: el programa de allí no lee lo bastante deprisa.',
    say: (issue, ends) =>
      (n(issue, 'stalled') === 1
        ? `${side(issue, ends)} no leía y detuvo a ${otherSide(issue, ends)} ${times(n(issue, 'count'))}, `
        : `${side(issue, ends)} cerró su ventana ${times(n(issue, 'count'))}, y no se ve a nadie esperarla, `) +
      `${span(n(issue, 'seconds'))} en total` +
      (n(issue, 'never') === 1 ? '; su ventana no volvió a abrirse' : ''),
  },
  'window-full': {
    title: 'Emisores que llenaron la ventana',
    why: 'Todo lo que cabía en el receptor estaba en camino: el emisor esperó su siguiente ACK. Ayuda un búfer de recepción mayor, o leer más deprisa.',
    say: (issue, ends) =>
      `${otherSide(issue, ends)} tuvo que esperar ${times(n(issue, 'count'))} a que hubiera sitio en ${side(issue, ends)}, ${span(n(issue, 'seconds'))} en total`,
  },
  'fin-again': {
    title: 'FIN enviados otra vez',
    why: 'Se perdió el FIN o su ACK, o el otro lado no respondió a tiempo: ningún dato lo espera.',
    say: (issue, ends) =>
      `${side(issue, ends)} lo hizo ${times(n(issue, 'count'))}` +
      (n(issue, 'waiting') === 1 ? `, y ${otherSide(issue, ends)} nunca dio el ACK` : ''),
  },
  'checksum-damage': {
    title: 'Sumas de comprobación que no corresponden',
    why: 'La suma de TCP, de UDP o de la cabecera IPv4 no corresponde al paquete, o UDP sobre IPv6 no la lleva (RFC 8200 §8.1). Se dañó por el camino, y entonces quien lo recibe lo tira sin decir nada; o se capturó antes de que la tarjeta de red hiciera la suma (offload).',
    say: (issue, ends) =>
      `${counted(n(issue, 'wrong'), 'paquete')} de ${side(issue, ends)}${WRONG[t(issue, 'what')] ?? ''}` +
      (n(issue, 'again') === 1
        ? `, ${n(issue, 'wrong') === 1 ? 'enviado' : 'enviados'} otra vez más tarde: parece que ${n(issue, 'wrong') === 1 ? 'se dañó' : 'se dañaron'}`
        : `; no se ve si el otro lado ${n(issue, 'wrong') === 1 ? 'lo' : 'los'} aceptó`) +
      (n(issue, 'silent') === 1 ? '; no volvió nada, y puede ser por esto' : ''),
  },
  'checksum-offload': {
    title: 'Sumas de comprobación que hace la tarjeta de red',
    why: 'Se capturaron en la máquina que los envió, antes de que la tarjeta las pusiera (offload), o en la que los recibió, cuya tarjeta juntó varios paquetes (LRO): contienen una parte de la suma, o están mal y el otro lado dio su ACK a los paquetes igualmente. De UDP solo se ve que el otro lado también envía datagramas.',
    say: (issue, { a }) =>
      `${counted(n(issue, 'count'), 'paquete')} en ${counted(n(issue, 'directions'), 'sentido')}, el primero de ${a}`,
  },
  'nagle-delayed-ack': {
    title: 'La regla de Nagle contra el ACK retardado',
    why: 'Llegó tarde un ACK y enseguida salieron más datos: así se ve cuando el emisor retiene los datos pequeños hasta que todo tenga ACK y el receptor lo retrasa. Envía el mensaje entero con una llamada, o pon TCP_NODELAY.',
    say: (issue, ends) =>
      `${side(issue, ends)} esperó ${times(n(issue, 'count'))} el ACK retardado de ${otherSide(issue, ends)}, ${span(n(issue, 'seconds'))} en total`,
  },
  'small-segments': {
    title: 'Datos en segmentos pequeños',
    why: 'Cada segmento cuesta 40 bytes de cabeceras y una llamada al sistema: junta los datos antes de enviarlos.',
    say: (issue, ends) =>
      `${n(issue, 'small')} de ${n(issue, 'segments')} segmentos de ${side(issue, ends)} ${n(issue, 'small') === 1 ? 'lleva' : 'llevan'} menos de 128 bytes (${Math.round(n(issue, 'bytes'))} de media)` +
      (n(issue, 'from') > 1 ? `; tramas a partir del número ${n(issue, 'from')} de ellos` : ''),
  },
  'mixed-vlans': {
    title: 'Conexiones de varias VLAN en una',
    why: 'Los paquetes entre las mismas direcciones y puertos llevan números de VLAN distintos, y sus números de secuencia no encajan: son varias conexiones, que aquí cuentan como una, igual que en Wireshark. Sus cifras y marcas no dicen nada; separe las VLAN (sockscope convert con --filter) y revise cada una.',
    say: (issue, { a, b }) =>
      `${a} y ${b}, VLAN ${t(issue, 'vlans')}: --filter "vlan.id == ${n(issue, 'first')}" toma la primera`,
  },
  'missing-from-capture': {
    title: 'Paquetes que faltan en la captura',
    why: 'Tuvieron ACK, así que llegaron: la captura los perdió, o solo ve uno de varios caminos. Lo demás que se diga de estas conexiones es dudoso.',
    say: (issue, ends) =>
      n(issue, 'synAck') === 1
        ? `el SYN+ACK de ${otherSide(issue, ends)} a ${side(issue, ends)}, cuya conexión se abrió`
        : `${counted(n(issue, 'count'), 'ACK', 'ACK')} de datos que envió ${side(issue, ends) === ends.a ? ends.b : ends.a} y que la captura no tiene`,
  },
  'gap-in-data': {
    title: 'Datos que faltan en la captura',
    why: 'Los números de los bytes dan un salto, y lo que falta no llegó en ningún momento.',
    say: (issue, ends) =>
      `faltan ${size(n(issue, 'bytes'))} de ${side(issue, ends)} en ${counted(n(issue, 'count'), 'lugar', 'lugares')}, primero antes de la trama ${n(issue, 'frame')}` +
      (t(issue, 'known') === 'one-way'
        ? '; solo está este sentido, así que no se ve si alguien los confirma'
        : t(issue, 'known') === 'early'
          ? '; la captura acaba demasiado pronto para ver si se envían otra vez'
          : '; nadie los confirma: se perdieron por el camino, o en la captura junto con lo que siguió'),
  },
  'dropped-by-capture': {
    title: 'La captura perdió paquetes',
    why: 'El programa que capturaba iba demasiado lento: ayuda un búfer mayor, un filtro o un snaplen menor.',
    say: (issue) =>
      `${t(issue, 'name')}: ${n(issue, 'dropped')} perdidos de ${n(issue, 'received')} recibidos`,
  },
  'one-sided': {
    title: 'Solo se capturó un sentido',
    why: 'En el fichero no hay nada del otro lado: una ruta asimétrica, o un filtro que deja pasar un solo sentido.',
    say: (issue, ends) =>
      `${counted(n(issue, 'count'), 'paquete')} de ${side(issue, ends)}, ninguno de ${otherSide(issue, ends)}`,
  },
  'datagrams-unanswered': {
    title: 'Datagramas sin respuesta',
    why: 'La captura no tiene respuesta a ellos; en protocolos de un solo sentido puede ser lo normal.',
    say: (issue, { a, b }) =>
      `${counted(n(issue, 'count'), 'datagrama')} de ${a} a ${b}` +
      (n(issue, 'early') === 1
        ? '; la captura acaba demasiado pronto para ver una respuesta'
        : n(issue, 'answered') > 0
          ? `, sin respuesta en un segundo; respuestas a otros, o más tarde: ${n(issue, 'answered')}`
          : ''),
  },
  'pings-unanswered': {
    title: 'Pings sin respuesta',
    why: 'Toda máquina debe contestar a una petición de eco (RFC 1122), y en la captura no hay respuesta: la máquina está apagada, un cortafuegos descarta una u otra, se perdieron, o las respuestas fueron por otro camino.',
    say: (issue, ends) =>
      `${side(issue, ends)} no tiene respuesta de ${otherSide(issue, ends)} a ${n(issue, 'count')} de ${counted(n(issue, 'sent'), 'petición', 'peticiones')} de eco`,
  },
  'icmp-error': {
    title: 'Errores ICMP',
    why: 'Una máquina o un encaminador del camino dice por qué no llegaron los paquetes.',
    say: (issue, ends) =>
      `${icmpText(n(issue, 'code'), n(issue, 'version'), ICMP)}, ${times(n(issue, 'count'))}, ` +
      (n(issue, 'quoted') === 0
        ? 'sobre '
        : `${n(issue, 'count') === 1 ? '' : 'el primero '}sobre la trama ${n(issue, 'quoted')}, `) +
      `${side(issue, ends)} a ${otherSide(issue, ends)}`,
  },
  'keep-alives': {
    title: 'Keep-alive',
    why: 'Un lado pregunta si el otro, que calla, sigue ahí (SO_KEEPALIVE). No es ninguna falta mientras reciba respuesta.',
    say: (issue, ends) =>
      `${n(issue, 'count')} de ${side(issue, ends)}` +
      (n(issue, 'unanswered') > 0
        ? `; a los últimos ${n(issue, 'unanswered')} la captura no tiene respuesta`
        : ''),
  },
  probes: {
    title: 'Sondeos de una ventana cerrada',
    why: 'Mientras la ventana es 0, el emisor pregunta por ella de vez en cuando. Unos envían el byte siguiente (RFC 9293 §3.8.6.1); Linux, ninguno, con un número menos que el siguiente, y Wireshark lo llama keep-alive.',
    say: (issue, ends) => `${n(issue, 'count')} de ${side(issue, ends)} a ${otherSide(issue, ends)}`,
  },
  'clock-back': {
    title: 'El tiempo va hacia atrás',
    why: 'Un paso pequeño es cómo se escriben los paquetes de varias colas; uno grande significa que se puso el reloj en hora, o que se unieron capturas.',
    say: (issue) => `${times(n(issue, 'count'))}, como mucho ${span(n(issue, 'ms') / 1e3)}`,
  },
  'clock-forward': {
    title: 'Saltos del reloj, o silencios que lo parecen',
    why: 'Se adelantó el reloj, o las máquinas durmieron, donde las marcas de tiempo de ambos lados (RFC 7323) muestran que apenas pasó tiempo. Donde no las hay, también puede ser un silencio largo. Todo tiempo que pasa por encima es dudoso.',
    say: (issue) =>
      `${span(n(issue, 'seconds'))} antes de la trama ${n(issue, 'frame')}: ` +
      (issue.params.passed === undefined
        ? `o no se envió nada o se cambió la hora; después ${n(issue, 'flows') === 1 ? 'siguió' : 'siguieron'} ${counted(n(issue, 'flows'), 'conversación', 'conversaciones')}`
        : `según las marcas de tiempo de ${counted(n(issue, 'flows'), 'conversación', 'conversaciones')} no pasaron más de ${span(n(issue, 'passed'))}`),
  },
  'no-times': {
    title: 'Paquetes sin hora',
    why: 'Los Simple Packet Blocks de pcapng no la tienen: se supone que cada uno llega con el paquete anterior, y los tiempos son aproximados.',
    say: (issue) => counted(n(issue, 'count'), 'paquete'),
  },
  undelivered: {
    title: 'Datos que nunca llegaron al programa',
    why: 'Un programa los entregó para enviarlos y el otro no los recibió: se perdieron con un RST, o quedaron sin leer.',
    say: (issue, ends) =>
      `${size(n(issue, 'bytes'))} de los ${size(n(issue, 'sent'))} que ${side(issue, ends)} envió a ${otherSide(issue, ends)}`,
  },
  'datagrams-lost': {
    title: 'Datagramas que no llegaron al programa',
    why: 'UDP no avisa a nadie cuando un datagrama se pierde, se descarta, se corta o queda sin leer: solo lo muestran las llamadas de los dos lados.',
    say: () => '',
  },
  'never-accepted': {
    title: 'Conexiones que nadie aceptó',
    why: 'El núcleo estableció la conexión, y el programa nunca sacó la conexión de su cola.',
    say: () => '',
  },
  'call-unfinished': {
    title: 'Llamadas que nunca volvieron',
    why: 'Seguían esperando cuando acabó la grabación.',
    say: () => '',
  },
  'seen-in-calls': {
    title: 'Visto en las llamadas',
    why: 'Los paquetes por sí solos no lo muestran.',
    say: () => '',
  },
  'damaged-packets': {
    title: 'Paquetes con cabeceras sin sentido',
    why: 'Lo que dicen sus cabeceras no puede ser: se dañaron, o no son lo que dicen ser.',
    say: (issue) => `${counted(n(issue, 'count'), 'paquete')}: ${t(issue, 'what')}`,
  },
  'filled-late': {
    title: 'Huecos que se llenaron más tarde',
    why: 'Unos segmentos llenan huecos de los que nadie se había quejado: sus primeras copias se perdieron antes de la captura, o estas son las primeras, y llegan tarde. La captura no muestra cuál de las dos cosas.',
    say: (issue, ends) => `${counted(n(issue, 'count'), 'segmento')} de ${side(issue, ends)}`,
  },
  'fragments-overlap': {
    title: 'Fragmentos que se solapan',
    why: 'Hay fragmentos con bytes de su datagrama que otros ya habían llevado. Ningún emisor corta así: es como se burlan los filtros que solo leen una copia (RFC 1858, RFC 3128), una cabecera dañada, o identificaciones que se repitieron demasiado pronto (RFC 4963). Qué copia toma un receptor es cosa suya; con IPv6, y en Linux también con IPv4, descarta el datagrama entero (RFC 5722).',
    say: (issue) =>
      `${counted(n(issue, 'fragments'), 'fragmento')} en ${counted(n(issue, 'count'), 'datagrama')}; ` +
      (n(issue, 'differing') > 0
        ? `${n(issue, 'differing')} con otros bytes que los que ya habían llegado`
        : 'todos con los bytes que ya habían llegado'),
  },
  'fragments-missing': {
    title: 'Datagramas de los que faltan fragmentos',
    why: 'IP lleva en fragmentos lo que es mayor que la MTU, y sin uno de ellos el receptor lo descarta todo. A la captura le faltan algunos: se perdieron, fueron por otro camino o los dejó fuera un filtro de captura (solo el primer fragmento tiene puertos).',
    say: (issue) =>
      `${counted(n(issue, 'count'), 'datagrama')}: la captura tiene ${counted(n(issue, 'fragments'), 'fragmento')}, pero no todos`,
  },
  'cut-packets': {
    title: 'Paquetes cortados, demasiado para decodificarlos',
    why: 'La captura solo guarda los primeros bytes de cada paquete (snaplen), y las cabeceras acaban más allá: ayuda un snaplen mayor.',
    say: (issue) => `${counted(n(issue, 'count'), 'paquete')}: ${t(issue, 'what')}`,
  },
  'undecoded-packets': {
    title: 'Paquetes que no se decodifican',
    why: 'No se sabe nada de ellos: lo que llevan no se ha comprobado.',
    say: (issue) => `${counted(n(issue, 'count'), 'paquete')}: ${t(issue, 'what')}`,
  },
  'damaged-file': {
    title: 'El fichero está dañado',
    why: 'Se ha revisado lo que se ha podido leer.',
    say: (issue) =>
      `${t(issue, 'what')} (en el byte ${n(issue, 'offset')})${n(issue, 'count') > 1 ? `, y ${n(issue, 'count') - 1} más` : ''}`,
  },
};

/** What the calls say of an issue, where the time line has no words for it. */
export const told = {
  'calls-blocked': ({ params, calls }: Told): string =>
    `${counted(Number(params.count), 'llamada')} ${Number(params.count) === 1 ? 'esperó' : 'esperaron'} por ello, ${span(Number(params.ms) / 1e3)} en total; ${calls[0]?.name ?? ''} ${span(Number(params.most) / 1e3)}`,
  'calls-failed': ({ params, calls }: Told): string => `${calls[0]?.name ?? ''} falló con ${params.errno}`,
};
