import { generateSecret, generateURI, verifySync } from 'otplib';

/** Codes of the step before and after are taken as well: clocks of phones differ. */
const TOLERANCE_SECONDS = 30;

/** 160 bits, base32 (RFC 4226, section 4). */
export const newTotpSecret = (): string => generateSecret();

/** What an authenticator app reads from a QR code. */
export const totpUri = ({ issuer, name, secret }: { issuer: string; name: string; secret: string }): string =>
  generateURI({ issuer, label: name, secret });

/** The time step (RFC 6238) whose code this is, by SHA-1 with six digits each 30 seconds as every app has it; null: of none that counts now. */
export function totpStepOf(secret: string, code: string, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const verified = verifySync({
    secret,
    token: code,
    epoch: Math.floor(now.getTime() / 1000),
    epochTolerance: TOLERANCE_SECONDS,
  });
  return verified.valid && 'timeStep' in verified ? verified.timeStep : null;
}
