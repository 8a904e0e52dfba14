import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** What a page's script hands to the browser, and where the page is. */
type Asked = {
  readonly options: Readonly<Record<string, unknown>>;
  readonly origin: string;
};

type Made = {
  readonly id: string;
  readonly userHandle: string;
  readonly sign: (bytes: Uint8Array) => Buffer;
  count: number;
};

const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** A device that keeps passkeys, as far as a service sees it: ES256, no attestation, user verified. Web Authentication, level 3. */
export class Authenticator {
  readonly #made = new Map<string, Made>();
  /** What it leaves out or does wrong. */
  verifiesUser = true;
  /** Many authenticators always say 0. */
  counts = true;

  /** `navigator.credentials.create` */
  create({ options, origin }: Asked) {
    const { challenge, rp, user } = options as {
      challenge: string;
      rp: { id: string };
      user: { id: string };
    };
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    const made: Made = {
      id: id.toString('base64url'),
      userHandle: user.id,
      sign: (bytes) => createSign('sha256').update(bytes).sign(privateKey),
      count: 0,
    };
    this.#made.set(`${rp.id} ${made.id}`, made);
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    // COSE_Key (RFC 9052): EC2, ES256, P-256.
    const coseKey = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey]);
    const authenticatorData = this.#dataOf(rp.id, made, attested);
    // CBOR: { fmt: 'none', attStmt: {}, authData: bytes }
    const attestationObject = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
      Buffer.from([0x59, authenticatorData.length >> 8, authenticatorData.length & 0xff]),
      authenticatorData,
    ]);
    return {
      id: made.id,
      rawId: made.id,
      type: 'public-key' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** `navigator.credentials.get`, answered by the first passkey that it has for the page. */
  get({ options, origin }: Asked) {
    const { challenge, rpId } = options as { challenge: string; rpId: string };
    const made = [...this.#made].find(([key]) => key.startsWith(`${rpId} `))?.[1];
    if (made === undefined) throw new Error('the authenticator has no passkey of this page');
    if (this.counts) made.count += 1;
    const authenticatorData = this.#dataOf(rpId, made, Buffer.alloc(0));
    const client = clientData('webauthn.get', challenge, origin);
    return {
      id: made.id,
      rawId: made.id,
      type: 'public-key' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: made.sign(Buffer.concat([authenticatorData, sha256(client)])).toString('base64url'),
        userHandle: made.userHandle,
      },
    };
  }

  #dataOf(relyingPartyId: string, { count }: Made, attested: Buffer): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    const flags = 0x01 | (this.verifiesUser ? 0x04 : 0) | (attested.length > 0 ? 0x40 : 0);
    return Buffer.concat([sha256(relyingPartyId), Buffer.from([flags]), counter, attested]);
  }
}

const clientData = (type: string, challenge: string, origin: string): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
