import type { ComponentProps } from 'react';
import Markdown, { type Components, defaultUrlTransform } from 'react-markdown';
import remarkGfm from 'remark-gfm';

/** Addresses that a document may lead to: the web and mail. Anything else is shown and leads nowhere. */
const allowed = /^(?:https:|http:|mailto:)/i;

/**
 * Shows Markdown as elements. HTML in it is shown as it was written; pictures are named, not fetched, so that reading a document tells
 * nobody that it was read; links lead to the web and to mail alone.
 */
export function MarkdownText({ text }: { text: string }) {
  return (
    <div className="markdown min-w-0 select-text">
      <Markdown remarkPlugins={plugins} components={components} urlTransform={urlTransform}>
        {text}
      </Markdown>
    </div>
  );
}

const plugins = [remarkGfm];

function urlTransform(url: string): string {
  return url.startsWith('#') || allowed.test(url) ? defaultUrlTransform(url) : '';
}

const components: Components = {
  a: ({ href, children }) =>
    href && allowed.test(href) ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
        {children}
      </a>
    ) : (
      <span title={href}>{children}</span>
    ),
  img: ({ alt, title }) => <span className="text-faint">[picture: {alt || title || 'without words'}]</span>,
  // Wide tables and long lines scroll by themselves, with the keyboard too.
  table: ({ children }) => (
    <div tabIndex={0} role="region" aria-label="Table" className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }: ComponentProps<'pre'>) => (
    <pre tabIndex={0} role="region" aria-label="Code">
      {children}
    </pre>
  ),
  input: ({ checked, type }) =>
    type === 'checkbox' ? (
      <span aria-label={checked ? 'done' : 'to do'} role="img" className={checked ? 'text-good' : 'text-faint'}>
        {checked ? '☑' : '☐'}
      </span>
    ) : null,
};
