import type { WireRequest } from './exchange.ts';
import type { Caller, Scene } from './world.ts';

/** One group of exchanges: a function in a scene, asked in every encoding for every format. Its file is named after it. */
export type Story = {
  readonly functionName: string;
  readonly name: string;
  readonly scene: Scene;
  /** Parameters besides `Resp`. */
  readonly parameters: (caller: Caller) => Readonly<Record<string, string>>;
  /** What the answer's code must be; `pdf` for a certificate. */
  readonly expected: number | 'pdf';
  readonly token?: 'wrong';
  /** How often the same is asked before, in the same format. */
  readonly askedBefore?: number;
};

const validated: Scene = { account: 'validated', credits: 99 };

/** The contract's own sample of a request, its `Fecha` of 2022 included. */
const sample = {
  Mensaje: 'MiEmpresa',
  Dni: '00000000T',
  Fecha: '2022-05-01 15:10',
  Remitente: 'MiEmpresa',
  Telefono: '34600000001',
};

type Common = Pick<Story, 'functionName' | 'parameters'>;

/** What every function does alike. */
const refusedAlike = (common: Common, verification?: Scene['verification']): readonly Story[] => {
  const scene: Scene = verification === undefined ? validated : { ...validated, verification };
  return [
    { ...common, name: 'autenticacion', scene, token: 'wrong', expected: -1 },
    { ...common, name: 'funcion-no-activada', scene: { ...scene, account: 'without-functions' }, expected: -4 },
    { ...common, name: 'bloqueado', scene: { ...scene, isBlocked: true }, expected: -7 },
  ];
};

const request: Common = { functionName: 'VerificarIdentidad', parameters: () => sample };
const credits: Common = { functionName: 'GetCreditos', parameters: () => ({}) };
const ofVerification = (functionName: string): Common => ({
  functionName,
  parameters: ({ verificationId }) => ({ Id: verificationId }),
});
const certificate = ofVerification('GetCertificadoIdentidad');
const report = ofVerification('GetReportIdentidad');
const cancel = ofVerification('CancelarIdentidad');
const resend = ofVerification('ReenviarIdentidad');

const wrongIds = (common: Common, verification: Scene['verification']): readonly Story[] => [
  {
    ...common,
    name: 'id-erroneo',
    scene: { ...validated, verification: verification! },
    parameters: () => ({ Id: '29984633x' }),
    expected: -3,
  },
  {
    ...common,
    name: 'id-desconocido',
    scene: { ...validated, verification: verification! },
    parameters: () => ({ Id: '99' }),
    expected: -4,
  },
];

export const stories: readonly Story[] = [
  { ...request, name: 'aceptada', scene: validated, expected: 1 },
  { ...request, name: 'sin-saldo', scene: { account: 'validated', credits: 0 }, expected: -2 },
  {
    ...request,
    name: 'telefono-fijo',
    scene: validated,
    parameters: () => ({ ...sample, Telefono: '34910000001' }),
    expected: -3,
  },
  { ...request, name: 'sin-telefono', scene: validated, parameters: () => ({ Dni: '00000000T' }), expected: -3 },
  { ...request, name: 'cuenta-no-validada', scene: { account: 'unvalidated', credits: 99 }, expected: -4 },
  ...refusedAlike(request),

  { ...credits, name: 'consultados', scene: { account: 'validated', credits: 12345.67 }, expected: 1 },
  { ...credits, name: 'parametro-dos-veces', scene: validated, parameters: () => ({ x: '1', X: '2' }), expected: -3 },
  { ...credits, name: 'demasiado-deprisa', scene: validated, askedBefore: 30, expected: -7 },
  ...refusedAlike(credits),

  { ...certificate, name: 'descargado', scene: { ...validated, verification: 'certified' }, expected: 'pdf' },
  { ...certificate, name: 'aun-no', scene: { ...validated, verification: 'requested' }, expected: -5 },
  ...wrongIds(certificate, 'requested'),
  ...refusedAlike(certificate, 'requested'),

  { ...report, name: 'en-espera', scene: { ...validated, verification: 'requested' }, expected: 1 },
  { ...report, name: 'cancelado', scene: { ...validated, verification: 'cancelled' }, expected: 1 },
  ...wrongIds(report, 'requested'),
  ...refusedAlike(report, 'requested'),

  { ...cancel, name: 'cancelada', scene: { ...validated, verification: 'requested' }, expected: 1 },
  { ...cancel, name: 'demasiado-tarde', scene: { ...validated, verification: 'cancelled' }, expected: -5 },
  ...wrongIds(cancel, 'requested'),
  ...refusedAlike(cancel, 'requested'),

  { ...resend, name: 'reenviada', scene: { ...validated, verification: 'invited' }, expected: 1 },
  { ...resend, name: 'demasiado-pronto', scene: { ...validated, verification: 'requested' }, expected: -5 },
  { ...resend, name: 'demasiadas-veces', scene: { ...validated, verification: 'resent-thrice' }, expected: -6 },
  ...wrongIds(resend, 'requested'),
  ...refusedAlike(resend, 'requested'),
];

export const carriers = ['JSON', 'urlencoded', 'multipart', 'query', 'query+body'] as const;
export type Carrier = (typeof carriers)[number];

export const wishes = ['JSON', 'XML', 'TXT', 'ANT', null] as const;
export type Wish = (typeof wishes)[number];

/** The request of a story in one encoding, asking for one format. `path` begins the path: '', '/v3' or '/v7'. */
export function requestOf(story: Story, caller: Caller, carrier: Carrier, wish: Wish, path = ''): WireRequest {
  const given = { ...story.parameters(caller), ...(wish === null ? {} : { Resp: wish }) };
  const token = story.token === 'wrong' ? `${caller.apiToken}-` : caller.apiToken;
  const headers = { Authorization: `Basic ${Buffer.from(`${caller.apiUser}:${token}`).toString('base64')}` };
  const url = `${path}/${story.functionName}`;
  const withBody = (contentType: string, body: string, query = ''): WireRequest => ({
    method: 'POST',
    path: url + query,
    headers: { ...headers, 'Content-Type': contentType },
    body,
  });
  switch (carrier) {
    case 'JSON':
      return withBody('application/json', JSON.stringify(given));
    case 'urlencoded':
      return withBody('application/x-www-form-urlencoded', urlencoded(given));
    case 'multipart':
      return withBody('multipart/form-data; boundary=frontera', multipart(given, 'frontera'));
    case 'query':
      return { method: 'POST', path: `${url}?${urlencoded(given)}`, headers, body: '' };
    case 'query+body': {
      // The query says how to answer, and says wrongly what the body then says right.
      const { Resp, ...rest } = given as Record<string, string>;
      const [first] = Object.keys(rest);
      const query = {
        ...(first === undefined ? {} : { [first]: 'otro' }),
        ...(Resp === undefined ? {} : { resp: Resp }),
      };
      const isEmpty = Object.keys(query).length === 0;
      return withBody('application/json', JSON.stringify(rest), isEmpty ? '' : `?${urlencoded(query)}`);
    }
  }
}

const urlencoded = (given: Readonly<Record<string, string>>): string => new URLSearchParams(given).toString();

const multipart = (given: Readonly<Record<string, string>>, boundary: string): string =>
  Object.entries(given)
    .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('') + `--${boundary}--\r\n`;
