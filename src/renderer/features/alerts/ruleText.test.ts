import { describe, expect, it } from 'vitest';
import { newRuleText, readFigures, readRule, readSpan, withFigure } from './ruleText.ts';
import { spanText } from './ruleWords.ts';

describe('the text of a rule', () => {
  it('is a rule from the beginning, and none where it cannot be read', () => {
    expect(readRule(newRuleText)).toMatchObject({ id: 'my-rule', value: 350, group: 'subject' });
    expect(readRule('id: [')).toBeNull();
    expect(readRule('id: only')).toBeNull();
  });

  it('keeps comments and the order of what is not changed', () => {
    const text = newRuleText.replace('value: 350', '# as the maker says\nvalue: 350');
    const changed = withFigure(withFigure(text, ['value'], 340), ['missing', 'afterS'], 900);
    expect(changed).toContain('# as the maker says\nvalue: 340\nclear: 330');
    expect(changed).toContain('afterS: 900');
    expect(withFigure(text, ['value'], 350)).toBe(text);
    expect(readRule(withFigure(text, ['clear'], undefined))?.clear).toBeUndefined();
  });
});

describe('figures that contradict each other', () => {
  it('are shown all the same, unless one is no figure', () => {
    const last = readRule(newRuleText);
    if (last === null) throw new Error('no rule');
    const text = withFigure(newRuleText, ['value'], 300);
    expect(readRule(text)).toBeNull();
    expect(readFigures(text, last)).toEqual({ ...last, value: 300 });
    expect(readFigures(withFigure(text, ['value'], 'hot'), last)).toBeNull();
    expect(readFigures('value: [', last)).toBeNull();
  });
});

describe('spans', () => {
  it('are read as people write them', () => {
    expect(['90', '90 s', '5 min', '5m', '1,5 h', '2 days', '1 d'].map(readSpan)).toEqual([90, 90, 300, 300, 5400, 172_800, 86_400]);
    expect(['', 'soon', '-1', '0.5 s', '5 x'].map(readSpan)).toEqual([null, null, null, null, null]);
  });

  it('are read again as they are shown', () => {
    for (const seconds of [0, 30, 90, 120, 300, 3600, 5400, 7200, 86_400, 172_800, 604_800])
      expect(readSpan(spanText(seconds)), spanText(seconds)).toBe(seconds);
  });
});
