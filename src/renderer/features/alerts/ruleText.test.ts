import { describe, expect, it } from 'vitest';
import { newRuleText, readRule, readSpan, withFigure } from './ruleText.ts';
import { spanText } from './ruleWords.ts';

describe('the text of a rule', () => {
  it('is a rule from the beginning, and none where it cannot be read', () => {
    expect(readRule(newRuleText)).toMatchObject({ id: 'my-rule', value: 80, group: 'subject' });
    expect(readRule('id: [')).toBeNull();
    expect(readRule('id: only')).toBeNull();
  });

  it('keeps comments and the order of what is not changed', () => {
    const text = newRuleText.replace('value: 80', '# as the maker says\nvalue: 80');
    const changed = withFigure(withFigure(text, ['value'], 75), ['missing', 'afterS'], 900);
    expect(changed).toContain('# as the maker says\nvalue: 75\nclear: 76');
    expect(changed).toContain('afterS: 900');
    expect(withFigure(text, ['value'], 80)).toBe(text);
    expect(readRule(withFigure(text, ['clear'], undefined))?.clear).toBeUndefined();
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
