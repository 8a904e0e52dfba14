import { writeFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  Input,
  Output,
  WebMOutputFormat,
} from 'mediabunny';

/** The first ten seconds of a WebM, its coded frames untouched. */
export async function tenSeconds(from: string, to: string): Promise<string> {
  const input = new Input({ source: new FilePathSource(from), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null || track.codec === null) throw new Error('no video track');
  const decoderConfig = await track.getDecoderConfig();
  const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
  const source = new EncodedVideoPacketSource(track.codec);
  output.addVideoTrack(source);
  await output.start();
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (packet.timestamp >= 10) break;
    await source.add(packet, { decoderConfig: decoderConfig! });
  }
  await output.finalize();
  await writeFile(to, new Uint8Array(output.target.buffer!));
  return to;
}
