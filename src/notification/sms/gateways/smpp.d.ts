/** The part of smpp 0.5.1 that is used; the package carries no types. */
declare module 'smpp' {
  export type Fields = Record<string, unknown>;

  /** A protocol data unit, its fields as properties named as in the specification. */
  export type Pdu = {
    readonly command: string;
    readonly command_id: number;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    isResponse(): boolean;
    response(fields?: Fields): Pdu;
  };

  /** Answers false when the connection is closed and nothing was written; then the callback is never called. */
  type Shortcut = (fields: Fields, onResponse?: (pdu: Pdu) => void) => boolean;

  export type Session = {
    readonly socket: {
      readonly remoteAddress?: string;
      readonly destroyed: boolean;
      setNoDelay(on: boolean): void;
    };
    send(pdu: Pdu, onResponse?: (pdu: Pdu) => void): boolean;
    bind_transceiver: Shortcut;
    submit_sm: Shortcut;
    deliver_sm: Shortcut;
    enquire_link: Shortcut;
    unbind: Shortcut;
    close(): void;
    destroy(): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'connect' | 'secureConnect' | 'close', listener: () => void): void;
    /** Each PDU comes as 'pdu' and under its command's name. */
    on(event: string, listener: (pdu: Pdu) => void): void;
  };

  export type Server = {
    listen(port: number, host: string, onListening: () => void): void;
    address(): { readonly port: number } | string | null;
    close(onClosed?: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  };

  const smpp: {
    connect(
      options: { readonly host: string; readonly port: number; readonly tls?: boolean } & Fields,
      onConnect: () => void,
    ): Session;
    createServer(options: Fields, onSession: (session: Session) => void): Server;
    readonly PDU: new (command: string, fields?: Fields) => Pdu;
    readonly gsmCoder: { encode(text: string, table: number): Uint8Array };
    readonly errors: Readonly<Record<string, number>>;
  };
  export default smpp;
}
