import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeyRoom } from './keyRoom.ts';

describe('the room of a key', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const [typed, other] = [{ name: 'typed' }, { name: 'other' }];

  test('others wait until its echo is there, and are told', () => {
    const room = new KeyRoom();
    const over = vi.fn();
    expect(room.mustWait(other, over)).toBe(false);
    room.typed(typed);
    expect(room.mustWait(typed, over)).toBe(false);
    expect(room.mustWait(other, over)).toBe(true);
    expect(room.mustWait(other, over)).toBe(true);
    room.shown(other);
    expect(over).not.toHaveBeenCalled();
    room.shown(typed);
    expect(over).toHaveBeenCalledTimes(1);
    expect(room.mustWait(other, over)).toBe(false);
  });

  test('where no echo comes they go on after a moment', () => {
    const room = new KeyRoom();
    const over = vi.fn();
    room.typed(typed);
    room.mustWait(other, over);
    vi.advanceTimersByTime(39);
    room.typed(typed);
    vi.advanceTimersByTime(39);
    expect(over).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(over).toHaveBeenCalledTimes(1);
  });

  test('who typed is known for two seconds', () => {
    const room = new KeyRoom();
    expect(room.isBeside(other)).toBe(false);
    room.typed(typed);
    expect([room.isBeside(typed), room.isBeside(other)]).toEqual([false, true]);
    vi.advanceTimersByTime(1_999);
    expect(room.isBeside(other)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(room.isBeside(other)).toBe(false);
  });
});
