import type { Bytes } from '../kernel/der.ts';
import { ok, type Result } from '../kernel/result.ts';
import { lastTimeStamp } from './last-time-stamp.client.ts';
import { type Layout, type LayoutTools, layOut } from './layout.client.ts';
import type { Made } from './maker.client.ts';
import { renew, seal, type Sealing } from './pades.client.ts';
import type { TimeStampRefusal } from './tsa.client.ts';

/** A certificate from its statement and pictures: laid out, signed, stamped. */
export async function makeCertificate(
  layout: Layout,
  tools: LayoutTools,
  sealing: Sealing,
): Promise<Result<Made, TimeStampRefusal>> {
  const sealed = await seal(await layOut(layout, tools), String(layout.statement.id), sealing);
  return sealed.ok ? ok(madeOf(sealed.value)) : sealed;
}

/** A certificate with a further time-stamp over everything. */
export async function renewCertificateFile(pdf: Uint8Array, sealing: Sealing): Promise<Result<Made, TimeStampRefusal>> {
  const renewed = await renew(pdf, lastTimeStamp(pdf)!.token, sealing);
  return renewed.ok ? ok(madeOf(renewed.value)) : renewed;
}

const madeOf = (pdf: Bytes): Made => ({ pdf, renewBefore: lastTimeStamp(pdf)!.renewBefore });
