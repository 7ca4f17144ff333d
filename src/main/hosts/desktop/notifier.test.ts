import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { createNotifier, type NotifierPorts } from './notifier.ts';

const notice = { title: 'Day 1 succeeded', body: 'gpu-1 · 41 s', to: '/operations/op_1' };

function setUp(changes: Partial<NotifierPorts> = {}) {
  const notification = Object.assign(new EventEmitter(), { show: vi.fn() });
  const create = vi.fn(() => notification as unknown as ReturnType<NotifierPorts['create']>);
  const open = vi.fn();
  const notify = createNotifier({ isSupported: () => true, isWindowFocused: () => false, create, open, ...changes });
  return { notification, create, open, notify };
}

test('shows what happened, and a click leads there', () => {
  const { notify, notification, create, open } = setUp();
  notify(notice);
  expect(create).toHaveBeenCalledWith({ title: notice.title, body: notice.body });
  expect(notification.show).toHaveBeenCalledOnce();
  notification.emit('click');
  expect(open).toHaveBeenCalledExactlyOnceWith('/operations/op_1');
});

test('who looks at the window is not told twice, and systems without notifications are left alone', () => {
  for (const changes of [{ isWindowFocused: () => true }, { isSupported: () => false }]) {
    const { notify, create } = setUp(changes);
    notify(notice);
    expect(create).not.toHaveBeenCalled();
  }
});
