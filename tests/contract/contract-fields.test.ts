import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { wireFunctions } from '../../src/contract/functions/index.ts';
import { resultOf } from '../../src/contract/resultado.ts';
import type { Assessment } from '../../src/verification/assessment.ts';
import { send } from './exchange.ts';
import { worldInMemory } from './world-in-memory.ts';

/** The contract's fields as its text prints them, in its order; copied by hand. */
type ContractFields = {
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly answers: Readonly<Record<string, Readonly<Record<string, 'integer' | 'double' | 'string'>>>>;
  readonly report: readonly string[];
  readonly result: readonly string[];
  readonly 'result.DNI': readonly string[];
  readonly whenPeopleCome: Readonly<Record<string, readonly string[]>>;
};
const contract = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'contract-fields.golden.json'), 'utf8'),
) as ContractFields;

const assessment: Assessment = {
  outcome: 'pass',
  reasons: [],
  findings: [],
  similarityPercent: 93.957847595214844,
  livenessPassed: true,
  samePersonThroughout: true,
  document: null,
  attributes: {
    beard: { answer: 'no' },
    moustache: { answer: 'no' },
    readingGlasses: { answer: 'no' },
    sunglasses: { answer: 'no' },
    sex: { value: 'male', probabilityPercent: 99.6 },
    ageRange: { fromYears: 44, toYears: 62 },
  },
};

test('every field of the contract is there, spelled, ordered and typed as it prints them', async (context) => {
  const world = await worldInMemory();
  let matched = 0;
  /** Counts what agrees name by name; a field of ours may stand behind the contract's, never between. */
  const count = (actual: readonly string[], expected: readonly string[], where: string): void => {
    assert.deepEqual(actual.slice(0, expected.length), expected, where);
    matched += expected.length;
  };
  const ask = async (functionName: string, parameters: object): Promise<Record<string, unknown>> => {
    const caller = (await world.enter({ account: 'validated', credits: 50, verification: 'requested' }))!;
    const Authorization = `Basic ${Buffer.from(`${caller.apiUser}:${caller.apiToken}`).toString('base64')}`;
    const response = await send(world.baseUrl, {
      method: 'POST',
      path: `/${functionName}`,
      headers: { Authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify({ Resp: 'JSON', ...parameters }),
    });
    return (JSON.parse(response.body.toString()) as [Record<string, unknown>])[0];
  };
  try {
    for (const [name, parameters] of Object.entries(contract.parameters)) {
      const known = Object.keys(wireFunctions.find((wireFunction) => wireFunction.name === name)!.parameters.shape);
      count(known, parameters, `parameters of ${name}`);
    }
    const answers: Record<string, Record<string, unknown>> = {
      VerificarIdentidad: await ask('VerificarIdentidad', { Telefono: '34600000001' }),
      'VerificarIdentidad, error': await ask('VerificarIdentidad', {}),
      GetCreditos: await ask('GetCreditos', {}),
    };
    for (const [where, fields] of Object.entries(contract.answers)) {
      count(Object.keys(answers[where]!), Object.keys(fields), where);
      for (const [name, type] of Object.entries(fields))
        assert.equal(typeof answers[where]![name], type === 'string' ? 'string' : 'number', `${where}: ${name}`);
    }
    const { Res, ...report } = await ask('GetReportIdentidad', { Id: 299846332 });
    assert.equal(Res, 1);
    count(Object.keys(report), contract.report, 'report');
    for (const [name, value] of Object.entries(report)) assert.equal(typeof value, 'string', `${name} is a text`);
    const result = resultOf(assessment);
    count(Object.keys(result), contract.result, 'Result');
    count(Object.keys(result.DNI), contract['result.DNI'], 'Result.DNI');
  } finally {
    await world.close();
  }
  const later = Object.values(contract.whenPeopleCome).flat().length;
  context.diagnostic(
    `fields matched ${matched} of ${matched + later} fields in the contract; the other ${later} (parts of Acceso, Posicion, Dispositivo) come with the applicant's way`,
  );
});
