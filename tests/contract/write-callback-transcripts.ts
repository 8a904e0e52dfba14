// Writes the transcripts of callbacks anew from what is sent now. Run by hand, and read the difference before committing it:
//   node tests/contract/write-callback-transcripts.ts
import { writeFileSync } from 'node:fs';
import { bytesOfCallback, forms, transcriptFileOf } from './callback-requests.ts';

for (const { name, encoding, payload } of forms)
  writeFileSync(transcriptFileOf(name), await bytesOfCallback(encoding, payload));
