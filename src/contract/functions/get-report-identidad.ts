import { z } from 'zod';
import { ok, refuse } from '../../kernel/result.ts';
import { select } from '../parameters.ts';
import { askedReportOf } from '../report.ts';
import { Id, Res, Resp } from './common-parameters.ts';
import { parseId, questionAbout, type WireFunction } from './wire-function.ts';

const Parameters = z.object({ Id, Resp });

const text = (description: string, example: string): z.ZodString =>
  z.string().meta({ description, examples: [example] });

/** Repeats the last report of a verification: what a callback said, for those who missed one or have no receiver. */
export const getReportIdentidad: WireFunction = {
  name: 'GetReportIdentidad',
  isExtension: true,
  uses: 'request',
  parameters: Parameters,
  answer: z.object({
    Res,
    Servicio: text('Type of report: VERIFICACION_IDENTIDAD.', 'VERIFICACION_IDENTIDAD'),
    ID: text('Identifier of the request.', '299846332'),
    FechaEnvio: text('When the request was or will be sent, Spanish time.', '2027-05-01 15:10'),
    Estado: text('Status, 3000 to 5500. Empty until the applicant has followed the link.', '5001'),
    UltimaActualizacion: text('Last change, Spanish time.', '2027-05-01 15:24'),
    Acceso: text('JSON: date, IP and port of the access. Empty until there is one.', ''),
    Telefono: text("Recipient's mobile number.", '34600000001'),
    DNIAnverso: text('Document number read on the front. Empty until it is read.', ''),
    DNIReverso: text('Document number read on the back. Empty until it is read.', ''),
    DNISolicitado: text('Document number that was asked for.', '00000000T'),
    Posicion: text('JSON: where the recipient was, if they allowed it.', ''),
    Dispositivo: text('JSON: the device used.', ''),
    Result: text('JSON: the result of the verification. Empty until there is one.', ''),
    Referencia: text('Your own reference, if you gave one.', 'pedido-1042').optional(),
    Prueba: text('Si for a test applicant of an account in test mode: nobody was verified.', 'Si').optional(),
    EstadoEnvio: text(
      'How far the SMS is: En espera, Enviado, Entregado, No entregable, Cancelado or Caducado.',
      'Entregado',
    ),
    Aviso: text('Empty, or DNI_LETRA: the letter of the requested number does not belong to its digits.', ''),
  }),
  antFields: ['Res', 'ID', 'Estado', 'EstadoEnvio'],
  question: questionAbout('GetReportIdentidad'),
  run: async (call, { service }) => {
    const asked = select(Parameters, call.parameters);
    if (!asked.ok) return asked;
    const id = parseId(asked.value.Id);
    if (!id.ok) return id;
    const report = await service.report(call.account.id, id.value);
    if (report === null) return refuse({ kind: 'unknown-verification' });
    return ok({ kind: 'fields', fields: { Res: 1, ...askedReportOf(report) } });
  },
};
