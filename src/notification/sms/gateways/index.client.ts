import type { z } from 'zod';
import { refuse, ok, type Result } from '../../../kernel/result.ts';
import type { GatewayPorts, SmsGateway } from '../gateway.ts';
import { httpSettings } from './http-settings.ts';
import { openHttp } from './http.client.ts';
import { openOutbox, outboxSettings } from './outbox.client.ts';
import { openSmpp } from './smpp.client.ts';
import { smppSettings } from './smpp-settings.ts';

export type GatewayKind<Settings> = {
  readonly settings: z.ZodType<Settings>;
  readonly open: (settings: Settings, ports: GatewayPorts) => SmsGateway;
};

/** Every way to hand an SMS over. A new one is its file and its line here. */
export const gateways = {
  outbox: { settings: outboxSettings, open: openOutbox },
  smpp: { settings: smppSettings, open: openSmpp },
  http: { settings: httpSettings, open: openHttp },
} as const;

export type GatewayName = keyof typeof gateways;
export const gatewayNames = Object.keys(gateways) as readonly GatewayName[];

export type SettingsRefusal = {
  readonly kind: 'gateway-settings';
  /** One line for each setting that is wrong: its name and what is wrong with it, never its value. */
  readonly problems: readonly string[];
};

/** Opens a gateway with settings as they were read, such as parsed JSON. */
export function openGateway(
  name: GatewayName,
  settings: unknown,
  ports: GatewayPorts,
): Result<SmsGateway, SettingsRefusal> {
  const { settings: schema, open } = gateways[name] as GatewayKind<unknown>;
  const parsed = schema.safeParse(settings);
  if (!parsed.success)
    return refuse({
      kind: 'gateway-settings',
      problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || name}: ${message}`),
    });
  try {
    return ok(open(parsed.data, ports));
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (syscall !== 'open') throw error;
    return refuse({ kind: 'gateway-settings', problems: [`${name}: a file that is named cannot be read (${code})`] });
  }
}
