import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, Prompt } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { readPrivateKey } from './privateKey.ts';
import type { RemoteTarget } from './remote.ts';
import { endpointData } from './remoteErrors.ts';

/** One way to log in, tried once, and what it means when the server refuses it. */
export interface Login {
  /** Answers ssh2's question for the next method to try. */
  handler: (methodsLeft: AuthenticationType[] | null, partial: boolean | null, next: NextAuthHandler) => void;
  refused: () => AppError;
}

/**
 * Gathers what the login needs before any packet is sent, so that a missing passphrase or agent is not an attempt. Throws
 * `ssh.agent-unavailable`, `ssh.key-unreadable`, `ssh.key-passphrase-needed`, `ssh.password-missing`.
 */
export async function prepareLogin(target: RemoteTarget, agentSocket: string | null): Promise<Login> {
  const { auth, user: username, name: server } = target;
  const keyRefused = (method: string) => () => new AppError('ssh.auth-key-refused', { ...endpointData(target), user: username, method });
  switch (auth.kind) {
    case 'agent':
      if (agentSocket === null) throw new AppError('ssh.agent-unavailable', { server });
      return { handler: once({ type: 'agent', username, agent: agentSocket }), refused: keyRefused('agent') };
    case 'key': {
      const key = await readPrivateKey(server, auth.path, auth.passphrase);
      return { handler: once({ type: 'publickey', username, key }), refused: keyRefused('publickey') };
    }
    case 'password': {
      const password = await auth.password();
      if (password === null) throw new AppError('ssh.password-missing', { server });
      return {
        handler: passwordHandler(username, password),
        refused: () => new AppError('ssh.auth-password-refused', { ...endpointData(target), user: username }),
      };
    }
  }
}

function once(method: AnyAuthMethod): Login['handler'] {
  let tried = false;
  return (_methodsLeft, _partial, next) => {
    const again = tried;
    tried = true;
    next(again ? (false as never) : method);
  };
}

/**
 * Tries the password; where the server does not take that method but asks questions instead, answers its one hidden question. The
 * password is sent once: a server that takes both methods has then refused it.
 */
function passwordHandler(username: string, password: string): Login['handler'] {
  let step: 'password' | 'questions' | 'done' = 'password';
  const prompt = (_name: string, _instructions: string, _lang: string, prompts: Prompt[], finish: (answers: string[]) => void) => {
    const [only] = prompts;
    const mayAnswer = step === 'questions' && prompts.length === 1 && only?.echo !== true;
    step = 'done';
    finish(mayAnswer ? [password] : prompts.map(() => ''));
  };
  return (methodsLeft, _partial, next) => {
    if (step === 'password') {
      step = 'questions';
      next({ type: 'password', username, password });
    } else if (step === 'questions' && methodsLeft?.includes('keyboard-interactive') && !methodsLeft.includes('password')) {
      next({ type: 'keyboard-interactive', username, prompt });
    } else {
      next(false as never);
    }
  };
}
