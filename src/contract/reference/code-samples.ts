/** A program that makes one call and shows the answer. Runs as printed with COTEJO_USER and COTEJO_TOKEN in the environment. */
export type CodeSample = {
  readonly language: 'curl' | 'PHP' | 'Python' | 'Node';
  readonly code: string;
};

type Sampled = {
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The answer is a PDF, which goes into a file. */
  readonly isPdf: boolean;
};

const PDF_FILE = 'certificado.pdf';

/** Nothing but what each language comes with. */
export const codeSamples = (sampled: Sampled): readonly CodeSample[] => [
  { language: 'curl', code: curl(sampled) },
  { language: 'PHP', code: php(sampled) },
  { language: 'Python', code: python(sampled) },
  { language: 'Node', code: node(sampled) },
];

const curl = ({ url, parameters, isPdf }: Sampled): string => `curl -sS ${url} \\
  -u "$COTEJO_USER:$COTEJO_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '${json(parameters)}'${isPdf ? ` \\\n  -o ${PDF_FILE}` : ''}
`;

const php = ({ url, parameters, isPdf }: Sampled): string => `<?php
$credentials = getenv('COTEJO_USER') . ':' . getenv('COTEJO_TOKEN');
$context = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'Authorization: Basic ' . base64_encode($credentials),
        'Content-Type: application/json',
    ],
    'content' => json_encode([
${entries(parameters, (name, value) => `        '${name}' => ${singleQuoted(value)},`)}
    ]),
    'ignore_errors' => true, // errors have a body too
]]);
$answer = file_get_contents(
    '${url}',
    false,
    $context,
);
${isPdf ? `file_put_contents('${PDF_FILE}', $answer);` : 'print_r(json_decode($answer, true)[0]);'}
`;

const python = ({ url, parameters, isPdf }: Sampled): string => `import base64, json, os, urllib.request

credentials = f"{os.environ['COTEJO_USER']}:{os.environ['COTEJO_TOKEN']}"
encoded = base64.b64encode(credentials.encode()).decode()
request = urllib.request.Request(
    "${url}",
    data=json.dumps({
${entries(parameters, (name, value) => `        "${name}": ${JSON.stringify(value)},`)}
    }).encode(),
    headers={
        "Authorization": f"Basic {encoded}",
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as answer:
${isPdf ? `    open("${PDF_FILE}", "wb").write(answer.read())` : '    print(json.load(answer)[0])'}
`;

const node = ({ url, parameters, isPdf }: Sampled): string => `const { env } = process;
const credentials = \`\${env.COTEJO_USER}:\${env.COTEJO_TOKEN}\`;
const answer = await fetch("${url}", {
  method: "POST",
  headers: {
    Authorization: "Basic " + Buffer.from(credentials).toString("base64"),
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
${entries(parameters, (name, value) => `    ${name}: ${JSON.stringify(value)},`)}
  }),
});
${
  isPdf
    ? `const { writeFile } = await import("node:fs/promises");
await writeFile("${PDF_FILE}", Buffer.from(await answer.arrayBuffer()));`
    : `const [fields] = await answer.json();
console.log(fields);`
}
`;

const json = (parameters: Sampled['parameters']): string =>
  JSON.stringify(parameters, null, 2).replaceAll('\n', '\n  ').replaceAll("'", "'\\''");

const entries = (parameters: Sampled['parameters'], line: (name: string, value: string) => string): string =>
  Object.entries(parameters)
    .map(([name, value]) => line(name, value))
    .join('\n');

const singleQuoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
