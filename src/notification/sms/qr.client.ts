import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

export type QrWriter = {
  /** An `<svg>` element with a quiet zone, black on white, as large as its box. */
  svg(text: string): Promise<string>;
  /** Lines of half blocks. With colours black on white; without, light on what is taken to be a dark terminal. */
  terminal(text: string, options: { readonly inColour: boolean }): Promise<string>;
};

/** QR codes with medium error correction (ISO/IEC 18004, level M). The encoder's code is read from its package; nothing is fetched. */
export function openQrWriter(): QrWriter {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  prepareZXingModule({ overrides: { wasmBinary } });
  return {
    async svg(text) {
      const { svg } = await write(text);
      const size = /<svg width="(\d+)"/.exec(svg)?.[1];
      const modules = /<path d="([^"]+)"/.exec(svg)?.[1];
      if (size === undefined || modules === undefined) throw new Error('the encoder drew no QR code');
      return (
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" aria-hidden="true">` +
        `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${modules}"/></svg>`
      );
    },
    async terminal(text, { inColour }) {
      const { utf8 } = await write(text);
      const lines = utf8
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ` ${line} `);
      return lines.map((line) => (inColour ? `\u001b[30;107m${line}\u001b[0m` : inverted(line))).join('\n');
    },
  };
}

async function write(text: string): Promise<{ readonly svg: string; readonly utf8: string }> {
  const written = await writeBarcode(text, { format: 'QRCode', options: 'ecLevel=M', scale: 1 });
  if (written.error !== '') throw new Error(`no QR code: ${written.error}`);
  return written;
}

const OPPOSITE: Readonly<Record<string, string>> = { ' ': '█', '█': ' ', '▀': '▄', '▄': '▀' };
const inverted = (line: string): string => [...line].map((block) => OPPOSITE[block] ?? block).join('');
