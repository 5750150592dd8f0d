import type { ReadingKind } from '../../diagnosis/readings.ts';

/** What we say of a frame where Wireshark says something else, and why. */
export const readings: Readonly<Record<ReadingKind, readonly [ours: string, because: string]>> = {
  'persist-probe': [
    'un sondeo de la ventana cerrada',
    'el otro lado había dicho ventana 0, y Linux sondea sin datos, un número por debajo del siguiente (RFC 9293 §3.8.6.1)',
  ],
  'sent-again': ['enviado otra vez', 'estos mismos bytes ya se habían capturado antes: nada los adelantó'],
  'captured-twice': [
    'el mismo paquete, capturado dos veces',
    'sus cabeceras son las de la copia anterior, hasta la identificación IP, salvo lo que cambian los routers',
  ],
  'first-copy-unseen': [
    'su primera copia no está en la captura',
    'el hueco que rellena ya estaba ahí: se perdió antes de capturarse, o esta es la primera copia, tardía',
  ],
  'first-scaled': [
    'la misma ventana que en el SYN',
    'la ventana de un SYN va en bytes, y las siguientes cuentan en unidades de la escala (RFC 7323 §2.2)',
  ],
  'probe-byte': [
    'el byte del sondeo de ventana fue aceptado',
    'ese byte se capturó: es el que llevaba el sondeo anterior',
  ],
  'behind-probe-byte': [
    'no falta nada antes de él',
    'el byte que hay en medio iba en el sondeo de ventana, y tiene ACK',
  ],
  'new-connection': [
    'un SYN de una conexión nueva',
    'la anterior, que empezó con el mismo número, se había cortado con un RST',
  ],
  'data-behind': [
    'se envió una vez y se capturó después de su ACK',
    'no se capturó ninguna copia antes de ese ACK, y nadie reenvía tan poco después',
  ],
  'ack-ahead': [
    'no falta nada',
    'lo que este ACK confirma está detrás de él en la captura, como cuando se capturan varias colas o varios puertos',
  ],
  'ack-older': [
    'el número de una conexión anterior',
    'quien envió el SYN contesta con un RST de ese número, como ante una conexión que no tiene (RFC 9293 §3.5.1)',
  ],
  needed: [
    'hubo que enviarlo otra vez',
    'las llamadas y el laboratorio muestran que la copia o su respuesta no llegaron nunca',
  ],
};
