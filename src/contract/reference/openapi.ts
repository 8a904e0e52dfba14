import { referenceTextsOf } from './texts.ts';
import type { AnswerExample, FunctionReference, JsonSchema, Reference } from './reference.ts';

type Json = Readonly<Record<string, unknown>>;

/** The wire as an OpenAPI 3.1 document. What is ours and not the contract's carries `x-cotejo-extension`. */
export function openApiOf({ publicUrl, language, functions }: Reference): Json {
  const texts = referenceTextsOf[language];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Identity Verification Send API',
      version: '3.0',
      description: [texts.page.startText.replace(/:$/, '.'), texts.page.formatsText, texts.page.codesText].join('\n\n'),
    },
    servers: [{ url: publicUrl }],
    security: [{ basicAuth: [] }],
    paths: Object.fromEntries(functions.map((one) => [`/${one.name}`, { post: operationOf(one) }])),
    components: {
      securitySchemes: {
        basicAuth: {
          type: 'http',
          scheme: 'basic',
          description: 'API user as the user name, API token as the password.',
        },
      },
      schemas: {
        ...Object.fromEntries(functions.flatMap(schemasOf)),
        Error: {
          type: 'object',
          properties: {
            Res: {
              type: 'integer',
              enum: [-1, -2, -3, -4, -5, -6, -7],
              description: Object.entries(texts.codes)
                .filter(([code]) => code !== '1')
                .map(([code, meaning]) => `${code}: ${meaning}`)
                .join('\n'),
            },
            Error: { type: 'string', description: texts.codes['-3'] },
            CredNecesarios: { type: 'number', description: texts.codes['-2'], 'x-cotejo-extension': true },
          },
          required: ['Res', 'Error'],
        },
      },
    },
  };
}

function schemasOf({ name, parameters, fields }: FunctionReference): readonly (readonly [string, Json])[] {
  const given: Json = {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map((parameter) => [parameter.name, { ...parameter.schema, description: parameter.description }]),
    ),
    required: parameters.filter(({ isRequired }) => isRequired).map((parameter) => parameter.name),
  };
  if (fields === null) return [[`${name}Parameters`, given]];
  const answer: Json = {
    type: 'object',
    properties: Object.fromEntries(
      fields.map((field) => [field.name, { ...field.schema, description: field.description }]),
    ),
    required: fields.filter(({ isAlwaysThere }) => isAlwaysThere).map((field) => field.name),
  };
  return [
    [`${name}Parameters`, given],
    [`${name}Answer`, answer],
  ];
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A key of your own: the call repeated within 24 hours gets the first answer again.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  'x-cotejo-extension': true,
};

function operationOf({
  name,
  title,
  description,
  isExtension,
  parameters,
  sample,
  fields,
  answers,
  code,
}: FunctionReference): Json {
  const schema = { $ref: `#/components/schemas/${name}Parameters` };
  return {
    operationId: name,
    summary: title,
    description,
    ...(isExtension ? { 'x-cotejo-extension': true } : {}),
    parameters: [
      ...parameters.map((parameter) => ({
        name: parameter.name,
        in: 'query',
        required: false, // it may be in the body
        description: parameter.description,
        schema: parameter.schema,
        ...(parameter.isExtension ? { 'x-cotejo-extension': true } : {}),
      })),
      ...(name === 'VerificarIdentidad' ? [IDEMPOTENCY_KEY] : []),
    ],
    requestBody: {
      required: false,
      content: {
        'application/json': { schema, example: sample },
        'application/x-www-form-urlencoded': { schema, example: sample },
        'multipart/form-data': { schema, example: sample },
      },
    },
    responses: {
      '200': {
        description: fields === null ? 'The PDF, or an error.' : 'The answer, or an error: Res tells.',
        content: {
          ...(fields === null ? { 'application/pdf': { schema: { type: 'string', format: 'binary' } } } : {}),
          ...contentOf(answers, fields === null ? [] : [{ $ref: `#/components/schemas/${name}Answer` }]),
        },
      },
      ...errorResponses,
    },
    'x-codeSamples': code.map((one) => ({ lang: one.language, source: one.code })),
  };
}

/** Every format with the examples that the encodings made. */
function contentOf(answers: readonly AnswerExample[], good: readonly JsonSchema[]): Json {
  const oneOf = [...good, { $ref: '#/components/schemas/Error' }];
  const examplesOf = (formats: readonly AnswerExample[]): Json =>
    Object.fromEntries(
      formats.flatMap(({ format, good: goodBody, bad }) => [
        ...(goodBody === null ? [] : [[format, { value: valueOf(format, goodBody) }]]),
        [`${format} error`, { value: valueOf(format, bad) }],
      ]),
    );
  const json = answers.filter(({ format }) => format === 'JSON');
  const xml = answers.filter(({ format }) => format === 'XML');
  const text = answers.filter(({ format }) => format === 'TXT' || format === 'ANT');
  return {
    'application/json': {
      schema: { type: 'array', items: { anyOf: oneOf }, minItems: 1, maxItems: 1 },
      examples: examplesOf(json),
    },
    'application/xml': { schema: { type: 'string' }, examples: examplesOf(xml) },
    'text/plain': { schema: { type: 'string' }, examples: examplesOf(text) },
  };
}

const valueOf = (format: string, body: string): unknown => (format === 'JSON' ? (JSON.parse(body) as unknown) : body);

const errorResponse = (description: string, headers: Json = {}): Json => ({
  description,
  ...(Object.keys(headers).length === 0 ? {} : { headers }),
  content: {
    'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Error' } } },
    'application/xml': { schema: { type: 'string' } },
    'text/plain': { schema: { type: 'string' } },
  },
});

const seconds: Json = { description: 'Seconds to wait.', schema: { type: 'integer' } };

const errorResponses: Json = {
  '403': errorResponse('The call came over plain HTTP.'),
  '405': errorResponse('Functions are called with POST.'),
  '413': errorResponse('The body is larger than 65,536 bytes.'),
  '415': errorResponse('The body is compressed, or of a type or charset that is not understood.'),
  '429': errorResponse('Blocked for a while.', { 'Retry-After': seconds }),
  '503': { description: 'The database is away. No body.', headers: { 'Retry-After': seconds } },
};
