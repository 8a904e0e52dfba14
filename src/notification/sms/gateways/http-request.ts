import type { OutgoingMessage } from '../gateway.ts';
import { segmentsOf } from '../segments.ts';
import type { HttpSettings } from './http-settings.ts';

export type HttpRequest = {
  readonly method: HttpSettings['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The request for a message. Nothing in a message can become anything but the value it stands for. */
export function requestFor(message: OutgoingMessage, settings: HttpSettings): HttpRequest {
  const { method, url, headers, body } = settings;
  const values: Readonly<Record<string, string>> = {
    to: message.to,
    sender: message.sender,
    text: message.text,
    reference: message.reference,
    encoding: settings.encodingWords[segmentsOf(message.text).encoding],
  };
  const fill = (template: string, encode: (value: string) => string = (value) => value): string =>
    template.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) =>
      Object.hasOwn(values, name) ? encode(values[name]!) : placeholder,
    );
  const content = contentOf(body, fill);
  return {
    method,
    url: fill(url, encodeURIComponent),
    headers: {
      accept: 'application/json',
      ...(content === null ? {} : { 'content-type': content.type }),
      ...authorization(settings.authentication),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fill(value)])),
    },
    body: content?.text ?? null,
  };
}

type Fill = (template: string) => string;

function contentOf(body: HttpSettings['body'], fill: Fill): { readonly type: string; readonly text: string } | null {
  switch (body.kind) {
    case 'json':
      return { type: 'application/json', text: JSON.stringify(filledJson(body.value, fill)) };
    case 'form': {
      const fields = Object.entries(body.fields).map(([name, value]) => [name, fill(value)]);
      return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(fields).toString() };
    }
    case 'none':
      return null;
  }
}

function filledJson(value: Json, fill: Fill): Json {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((item) => filledJson(item, fill));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledJson(item, fill)]));
  return value;
}

function authorization(authentication: HttpSettings['authentication']): Readonly<Record<string, string>> {
  switch (authentication.kind) {
    case 'basic': {
      const bytes = new TextEncoder().encode(`${authentication.user}:${authentication.password}`);
      return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
    }
    case 'bearer':
      return { authorization: `Bearer ${authentication.token}` };
    case 'none':
      return {};
  }
}
