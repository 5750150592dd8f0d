import type { LessonName } from '../words.ts';

/** What stands behind kinds of reasons, for somebody who meets them for the first time. */
export const lessons: Readonly<Record<LessonName, string>> = {
  data: 'send copia los bytes al búfer de envío y devuelve el control; TCP corta el flujo en segmentos según la ventana y el MSS. Un send no es un paquete.',
  again:
    'Un segmento del que nadie acusa recibo se envía otra vez: al vencer un plazo, o enseguida si los ACK duplicados muestran que llegaron otros posteriores.',
  ack: 'Un ACK nombra el siguiente byte que se espera. Dice que el núcleo tiene los bytes, no que el programa los haya leído.',
  fin: 'Un FIN termina un sentido del flujo: por ahí ya no vienen más bytes. El otro sentido sigue hasta su propio FIN.',
  reset:
    'Un RST termina la conexión de golpe: lo que aún estaba en camino se pierde. En el otro lado recv entrega lo que ya había llegado y después falla con ECONNRESET; send también falla.',
  window:
    'La ventana dice para cuántos bytes tiene sitio todavía el receptor. recv hace sitio; un búfer lleno cierra la ventana y detiene al emisor.',
  datagram:
    'Un sendto es un datagrama, y un recvfrom recoge un datagrama. Nada se envía otra vez, y nadie dice si llegó.',
  blocked:
    'Una llamada bloqueante duerme en el núcleo hasta que puede hacer algo; la línea gruesa muestra cuánto.',
  syn: 'connect envía un SYN: el primero de tres pasos. Lleva el primer número de secuencia, y lo que ofrece este extremo va en sus opciones, si las tiene (MSS, escala de ventana, SACK).',
  'syn-again':
    'Un SYN sin respuesta se envía otra vez: en Linux, al cabo de 1 s; desde la versión 6.5, las cuatro primeras veces cada 1 s, y después cada vez con menos frecuencia.',
  'syn-ack':
    'El núcleo del lado que escucha contesta por su cuenta: la conexión está completa antes de que el programa llame a accept. accept solo la saca de la cola.',
  'syn-ack-again': 'Un SYN+ACK sin respuesta se envía otra vez.',
  'syn-crossed': 'Los dos lados llamaron a connect a la vez: una apertura simultánea.',
  'handshake-ack':
    'El tercer paso: ahora cada lado conoce el primer número de secuencia del otro. El núcleo lo envía por sí solo en cuanto llega el SYN+ACK: connect ya tiene lo que esperaba.',
  'handshake-ack-again': 'El SYN+ACK llegó dos veces, así que el ACK se envía dos veces.',
  'data-nagle':
    'El algoritmo de Nagle retiene un segmento pequeño mientras haya bytes anteriores sin ACK. TCP_NODELAY lo desactiva.',
  'ack-delayed':
    'El núcleo espera un poco (40 ms o más en Linux) antes de acusar recibo: quizá una respuesta se lleve el ACK.',
  'captured-twice':
    'El punto de captura vio un mismo paquete dos veces, como hacen los puertos espejo, los puentes y la interfaz «any», o la red lo entregó dos veces: nadie lo envió otra vez.',
  'dup-ack':
    'Llegó un segmento cuando falta otro anterior: se envía otra vez el mismo ACK. Con tres, el emisor repite enseguida.',
  'keep-alive': 'SO_KEEPALIVE pregunta si sigue ahí a un extremo que lleva rato callado.',
  'challenge-ack': 'A un segmento que no puede ser correcto se le responde con un ACK, en vez de creerlo.',
  'rst-refused':
    'Nadie escucha en ese puerto: el núcleo contesta al SYN con un RST, y connect falla con ECONNREFUSED.',
  'rst-unread':
    'close con bytes sin leer envía un RST en vez de un FIN: el otro lado ha de saber que no se recogieron.',
  'rst-linger': 'SO_LINGER con 0 segundos convierte close en un RST.',
  'icmp-unreachable':
    'Nadie tiene ese puerto UDP: el núcleo envía ICMP «puerto inalcanzable». Solo se entera un socket conectado, con ECONNREFUSED (los demás, solo con IP_RECVERR).',
  'call-local': 'Esta llamada solo cambia lo que el núcleo guarda del socket.',
  'call-listen':
    'Desde ahora el núcleo responde él mismo a los SYN, y guarda las conexiones completas en una cola hasta que accept las toma.',
  'call-unix': 'Los sockets del dominio UNIX copian los bytes dentro del núcleo.',
  'connect-waited':
    'connect duerme hasta que llega el SYN+ACK: un viaje de ida y vuelta. No espera a accept.',
  'connect-in-progress':
    'Un connect no bloqueante devuelve el control enseguida; poll dice cuándo ha acabado.',
  'connect-failed': 'La conexión no llegó a establecerse.',
  'accept-waited': 'accept duerme hasta que hay una conexión completa en la cola.',
  'accept-queued': 'La conexión ya estaba completa y esperaba en la cola que creó listen.',
  'recv-waited':
    'recv duerme mientras el búfer de recepción está vacío, y al despertar se lleva lo que haya.',
  'recv-there': 'El núcleo había recibido los bytes antes de que el programa los pidiera.',
  'recv-end': 'recv devuelve 0 cuando el otro lado ha terminado su sentido y ya se ha leído todo.',
  'send-blocked':
    'send duerme mientras el búfer de envío está lleno: el receptor o la red van más despacio que el emisor.',
  'send-short': 'send puede tomar menos bytes de los que se le dan: mira lo que devuelve y envía el resto.',
  'send-later': 'send devuelve el control cuando los bytes se han copiado, no cuando han salido.',
  'close-shared': 'El FIN se envía al cerrar el último descriptor del socket: un fork también tiene uno.',
  'close-listener': 'Un socket de escucha no tiene a nadie al otro lado a quien decírselo.',
  'close-after-shutdown': 'shutdown ya envió el FIN; close solo devuelve el descriptor.',
  urgent:
    'Linux guarda un solo byte urgente aparte, y recv solo lo da con MSG_OOB. Un recv normal se detiene en su lugar, que SIOCATMARK encuentra, y sigue detrás de él.',
  signal:
    'Una señal que no se maneja tiene una acción por defecto: casi todas acaban con el proceso, STOP lo para, CHLD se ignora. Si se maneja, la llamada bloqueada falla con EINTR o se reanuda (SA_RESTART). Ningún paquete habla de una señal, solo de lo que el núcleo hace después con los sockets.',
};
