import { z } from 'zod';
import { creditsOf } from '../../credits/ledger.ts';
import { type Result, ok, refuse } from '../../kernel/result.ts';
import { invitationText, type MessageRefusal } from '../../notification/sms/message.ts';
import { parseSender, type SenderRefusal } from '../../notification/sms/sender.ts';
import { type TestApplicantRefusal, rehearsalFor } from '../../rehearsal/test-numbers.ts';
import { parsePhone, type PhoneRefusal } from '../../verification/phone.ts';
import type { NewVerification } from '../../verification/service.ts';
import { parseDni, type DniRefusal } from '../dni.ts';
import { parseFecha, type FechaRefusal } from '../fecha.ts';
import { idempotencyKeyOf } from '../idempotency.ts';
import { select } from '../parameters.ts';
import { textsOf } from '../texts.ts';
import { Cred, Res, Resp } from './common-parameters.ts';
import type { Call, FunctionPorts, WireFunction } from './wire-function.ts';

const Parameters = z.object({
  Mensaje: z
    .string()
    .max(2000)
    .optional()
    .meta({
      description:
        "The message that will be sent to the recipient on their mobile with the link to begin the process: the keyword [LINK] is replaced by the access link. Without the keyword, the link is appended. Empty: the account's message. At most 10 SMS segments.",
      examples: ['Necesitamos verificar su identidad. Entre en el enlace para empezar: [LINK]'],
    }),
  Dni: z
    .string()
    .max(40)
    .optional()
    .meta({
      description:
        'ID document number to verify. The result then also says whether the document is the expected one. Blanks and hyphens are dropped.',
      examples: ['00000000T'],
    }),
  Fecha: z
    .string()
    .max(40)
    .optional()
    .meta({
      description:
        'When to send the request: Year-Month-day hour:minute in CET/CEST (Spain time zone), at most a year ahead. Empty or past: at once.',
      examples: ['2027-05-01 15:10'],
    }),
  Remitente: z
    .string()
    .max(40)
    .optional()
    .meta({
      description:
        "Sender of the SMS, what the recipient sees as 'message from…'. At most 11 letters, digits, spaces or underscores, or at most 15 digits. Empty: the account's sender.",
      examples: ['MiEmpresa'],
    }),
  Telefono: z
    .string()
    .max(60)
    .meta({
      description:
        "Recipient's mobile phone, with the country's calling code. Blanks, hyphens, dots, brackets, a leading + or 00 are accepted.",
      examples: ['34600000001'],
    }),
  Resp,
  Referenciausuario: z
    .string()
    .max(100)
    .optional()
    .meta({
      description: 'Your own reference, echoed in reports and callbacks as Referencia.',
      examples: ['pedido-1042'],
      'x-cotejo-extension': true,
    }),
});
type Asked = z.infer<typeof Parameters>;

/** Sends an identity verification request: reserves its credit and has the invitation sent at its time. */
export const verificarIdentidad: WireFunction = {
  name: 'VerificarIdentidad',
  isExtension: false,
  uses: 'request',
  parameters: Parameters,
  answer: z.object({
    Res,
    ID: z
      .string()
      .meta({ description: 'Identifier of the request sent. (See event reception.)', examples: ['299846332'] }),
    Cred,
  }),
  antFields: ['Res', 'ID', 'Cred'],
  question: null,
  run: async (call, ports) => {
    const asked = select(Parameters, call.parameters);
    if (!asked.ok) return asked;
    const key = idempotencyKeyOf(call.idempotencyKey, 'VerificarIdentidad', asked.value, ports.digest);
    if (!key.ok) return key;
    const wanted = parse(asked.value, call, ports);
    if (!wanted.ok) return wanted;
    const accepted = await ports.service.accept(call.account, wanted.value, key.value);
    if (!accepted.ok) return accepted;
    const { id, availableHundredths } = accepted.value;
    return ok({ kind: 'fields', fields: { Res: 1, ID: String(id), Cred: creditsOf(availableHundredths) } });
  },
};

type Refusal = PhoneRefusal | TestApplicantRefusal | SenderRefusal | MessageRefusal | FechaRefusal | DniRefusal;

/** Texts into what the service takes. The parameter that must be there is looked at first. */
function parse(asked: Asked, { account, now }: Call, { usualLink }: FunctionPorts): Result<NewVerification, Refusal> {
  const { settings } = account;
  const phone = parsePhone(asked.Telefono, settings.countryCallingCode);
  if (!phone.ok) return phone;
  const sender =
    asked.Remitente === undefined
      ? ok(settings.defaultSender)
      : parseSender(asked.Remitente, { allowList: settings.senders });
  if (!sender.ok) return sender;
  const schedule = parseFecha(asked.Fecha ?? null, now);
  if (!schedule.ok) return schedule;
  const number = parseDni(asked.Dni ?? null);
  if (!number.ok) return number;
  const rehearsal = settings.mode === 'test' ? rehearsalFor(phone.value, number.value) : ok(null);
  if (!rehearsal.ok) return rehearsal;
  const template = asked.Mensaje ?? settings.messageTemplate ?? textsOf[settings.language].invitation;
  // What the account itself wrote as its message was checked when it was written.
  const mayLink = settings.mayLink || asked.Mensaje === undefined;
  const invitation = invitationText({ template, link: usualLink, mayLink });
  if (!invitation.ok) return refuse(invitation.refusal);
  return ok({
    phone: phone.value,
    sender: sender.value,
    messageTemplate: template,
    segments: invitation.value.segments,
    sendAt: schedule.value.sendAt,
    sendAtText: schedule.value.sendAtText,
    requestedNumber: number.value,
    reference: asked.Referenciausuario ?? null,
    rehearsal: rehearsal.value,
  });
}
