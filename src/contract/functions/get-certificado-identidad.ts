import { z } from 'zod';
import { ok } from '../../kernel/result.ts';
import { select } from '../parameters.ts';
import { Id, Resp } from './common-parameters.ts';
import { parseId, questionAbout, type WireFunction } from './wire-function.ts';

const Parameters = z.object({ Id, Resp });

/** Downloads the signed PDF of a validated verification. What is unknown and what is another account's get one answer. */
export const getCertificadoIdentidad: WireFunction = {
  name: 'GetCertificadoIdentidad',
  isExtension: false,
  uses: 'certificate',
  parameters: Parameters,
  answer: null,
  antFields: ['Res'],
  question: questionAbout('GetCertificadoIdentidad'),
  run: async (call, { service }) => {
    const asked = select(Parameters, call.parameters);
    if (!asked.ok) return asked;
    const id = parseId(asked.value.Id);
    if (!id.ok) return id;
    const certificate = await service.certificate(call.account.id, id.value);
    if (!certificate.ok) return certificate;
    return ok({ kind: 'pdf', bytes: certificate.value, fileName: `certificado-${id.value}.pdf` });
  },
};
