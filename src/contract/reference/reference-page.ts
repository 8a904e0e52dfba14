import { html, type Markup } from '../../kernel/html.ts';
import type { AnswerExample, FieldReference, FunctionReference, ParameterReference, Reference } from './reference.ts';
import { referenceTextsOf, type ReferenceTexts } from './texts.ts';

type PageTexts = ReferenceTexts['page'];

/** The reference as a page that needs no script and asks nobody else for anything. */
export function referencePage(reference: Reference): string {
  const { language, functions, publicUrl } = reference;
  const texts = referenceTextsOf[language];
  const { page } = texts;
  const body = html`<a class="skip" href="#content">${page.skip}</a>
    <header>
      <p class="brand">Cotejo</p>
      <nav aria-label="${page.title}">
        <ul>
          <li><a href="#start">${page.start}</a></li>
          ${functions.map(
            ({ name, isExtension }) =>
              html`<li>
                <a href="#${name}"><code>${name}</code></a
                >${badge(isExtension, page)}
              </li> `,
          )}
          <li><a href="#answers">${page.formats}</a></li>
          <li><a href="#codes">${page.codes}</a></li>
          <li><a href="#retry">${page.retry}</a></li>
        </ul>
      </nav>
      <p class="aside">
        <a href="/openapi.json">${page.openapi}</a
        ><a href="/docs?lang=${page.otherCode}" lang="${page.otherCode}" hreflang="${page.otherCode}">${page.other}</a>
      </p>
    </header>
    <main id="content">
      <h1>${page.title}</h1>
      <p class="lead">${page.lead}</p>
      <section id="start">
        <h2>${page.start}</h2>
        <p>${page.startText}</p>
        <pre tabindex="0"><code>export COTEJO_USER=api-…
export COTEJO_TOKEN=…
curl -sS -u "$COTEJO_USER:$COTEJO_TOKEN" -X POST '${publicUrl}/GetCreditos?Resp=JSON'</code></pre>
      </section>
      ${functions.map((one) => functionSection(one, page))}
      <section id="answers">
        <h2>${page.formats}</h2>
        <p>${page.formatsText}</p>
      </section>
      <section id="codes">
        <h2>${page.codes}</h2>
        <p>${page.codesText}</p>
        ${codesTable(texts)}
      </section>
      <section id="retry">
        <h2>${page.retry}${badge(true, page)}</h2>
        <p>${page.retryText}</p>
      </section>
    </main>`;
  return `<!doctype html>\n${
    html`<html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · Cotejo</title>
        <link rel="stylesheet" href="/docs/reference.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.text
  }`;
}

function functionSection(one: FunctionReference, page: PageTexts): Markup {
  const { name, title, description, isExtension, parameters, fields, answers, code } = one;
  return html`<section id="${name}" class="function">
    <h2>${title}${badge(isExtension, page)}</h2>
    <p class="path"><span class="method">POST</span><code>/${name}</code></p>
    <p>${description}</p>
    <div class="columns">
      <div>
        <h3>${page.parameters}</h3>
        <dl>${parameters.map((parameter) => parameterItem(parameter, isExtension, page))}</dl>
        <h3>${page.answer}</h3>
        ${fields === null ? html`<p>${page.pdf}</p>` : html`<dl>${fields.map((field) => fieldItem(field, page))}</dl>`}
      </div>
      <div class="code">
        ${tabs(
          `${name}-code`,
          code.map(({ language, code: text }) => ({ label: language, content: codeBlock(text) })),
        )}
        ${tabs(
          `${name}-answer`,
          answers.map((answer) => ({ label: labelOf(answer, page), content: answerBlocks(answer, page) })),
        )}
      </div>
    </div>
  </section> `;
}

const badge = (isExtension: boolean, page: PageTexts): Markup | null =>
  isExtension ? html` <span class="badge" title="${page.extensionText}">${page.extension}</span>` : null;

const parameterItem = (parameter: ParameterReference, isOurs: boolean, page: PageTexts): Markup =>
  html`<div>
    <dt>
      <code>${parameter.name}</code
      >${parameter.isRequired ? html` <span class="required">${page.required}</span>` : null}${badge(parameter.isExtension && !isOurs, page)}
    </dt>
    <dd>
      ${parameter.description} <span class="example">${page.example}: <code>${parameter.example}</code></span>
    </dd>
  </div> `;

const fieldItem = ({ name, description, isAlwaysThere }: FieldReference, page: PageTexts): Markup =>
  html`<div>
    <dt><code>${name}</code>${isAlwaysThere ? null : html` <span class="soft">${page.sometimes}</span>`}</dt>
    <dd>${description}</dd>
  </div> `;

/** Choices that show one of several contents at a time, by style alone: the box that is checked shows its panel. */
const tabs = (group: string, choices: readonly { readonly label: string; readonly content: Markup }[]): Markup =>
  html`<div class="tabs">
    ${choices.map(({ label }, at) => html`<input type="radio" name="${group}" id="${group}-${String(at)}" ${at === 0 ? html` checked` : null} /><label for="${group}-${String(at)}">${label}</label>`)}
    ${choices.map(({ content }) => html`<div class="panel">${content}</div>`)}
  </div> `;

const codeBlock = (text: string): Markup => html`<pre tabindex="0"><code>${text.trimEnd()}</code></pre>`;

const labelOf = ({ format }: AnswerExample, page: PageTexts): string => (format === 'ANT' ? page.withoutResp : format);

const answerBlocks = ({ good, bad, contentType }: AnswerExample, page: PageTexts): Markup =>
  html`${
      good === null
        ? null
        : html`<p class="soft">${page.good} · ${contentType}</p>
            ${codeBlock(good)}`
    }
    <p class="soft">${page.bad}</p>
    ${codeBlock(bad)}`;

const codesTable = ({ codes, page }: ReferenceTexts): Markup =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">${page.code}</th>
        <th scope="col">${page.meaning}</th>
      </tr>
    </thead>
    <tbody>
      ${Object.entries(codes)
        .sort(([a], [b]) => Number(b) - Number(a))
        .map(
          ([code, meaning]) =>
            html`<tr>
              <td><code>${code}</code></td>
              <td>${meaning}</td>
            </tr> `,
        )}
    </tbody>
  </table>`;
