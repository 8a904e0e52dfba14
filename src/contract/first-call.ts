/** A call that works when it is pasted into a shell: asks for somebody with a number that exists nowhere to be verified. */
export const firstCall = ({
  publicUrl,
  apiUser,
  apiToken,
  curlOptions,
}: {
  readonly publicUrl: string;
  readonly apiUser: string;
  readonly apiToken: string;
  /** Further options, such as the certificate authority to trust. */
  readonly curlOptions: readonly string[];
}): string =>
  [
    'curl',
    ...curlOptions,
    '-u',
    `${apiUser}:${apiToken}`,
    '-d Telefono=34600000001 -d Resp=JSON',
    `${publicUrl}/VerificarIdentidad`,
  ].join(' ');
