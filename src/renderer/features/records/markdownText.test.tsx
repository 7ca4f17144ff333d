import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import '../../ui/styles.css';
import { render } from 'vitest-browser-react';
import { MarkdownText } from './MarkdownText.tsx';

async function shown(text: string): Promise<HTMLElement> {
  const { container } = await render(<MarkdownText text={text} />);
  const [markdown] = container.getElementsByClassName('markdown');
  return markdown as HTMLElement;
}

it('shows headings, lists, tables, code and tasks as elements', async () => {
  const element = await shown('# Title\n\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\necho $HOME\n```\n\n- [x] done\n- [ ] to do\n');
  await expect.element(page.getByRole('heading', { name: 'Title' })).toBeVisible();
  expect([...element.querySelectorAll('td')].map((cell) => cell.textContent)).toEqual(['1', '2']);
  expect(element.querySelector('pre')?.textContent).toBe('echo $HOME\n');
  expect(element.querySelectorAll('input')).toHaveLength(0);
  expect(page.getByRole('img', { name: 'done' }).elements()).toHaveLength(1);
});

it.each([
  '<script>window.ran = true</script>',
  '<img src=x onerror="window.ran = true">',
  '<iframe src="https://example.com"></iframe>',
  'a <b onclick="window.ran = true">bold</b>',
  '<svg><animate onbegin="window.ran = true" attributeName=x></svg>',
  '<!-- hidden --><style>body { display: none }</style>',
])('shows %s as it was written, and runs nothing of it', async (html) => {
  const element = await shown(`before\n\n${html}\n\nafter`);
  expect(element.querySelectorAll('script, img, iframe, b, svg, style')).toHaveLength(0);
  expect(element.textContent).toContain(html);
  expect((window as { ran?: boolean }).ran).toBeUndefined();
});

it.each([
  ['[x](javascript:window.ran=true)', null],
  ['[x](JaVaScRiPt:alert(1))', null],
  ['[x](data:text/html,<script>1</script>)', null],
  ['[x](vbscript:x)', null],
  ['[x](file:///etc/passwd)', null],
  ['[x](/servers/gpu-1)', null],
  ['<javascript:alert(1)>', null],
  ['[x](https://example.com/a?b=1)', 'https://example.com/a?b=1'],
  ['[x](mailto:ops@example.com)', 'mailto:ops@example.com'],
  ['https://example.com/bare', 'https://example.com/bare'],
])('%s leads to %s', async (text, href) => {
  const element = await shown(text);
  const links = [...element.querySelectorAll('a')];
  expect(links.map((link) => link.getAttribute('href'))).toEqual(href === null ? [] : [href]);
  for (const link of links) expect([link.target, link.rel]).toEqual(['_blank', 'noopener noreferrer nofollow']);
});

it('fetches no picture: reading a document tells nobody of it', async () => {
  const element = await shown('![the rack](https://example.com/pixel.png) ![](data:image/png;base64,AAAA)');
  expect(element.querySelectorAll('img')).toHaveLength(0);
  expect(element.textContent).toBe('[picture: the rack] [picture: without words]');
});
