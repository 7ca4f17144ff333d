import { at, type WordingOf, w } from './wording.ts';

/** Words about the way to a server: connections, logins, keys and root. */
export const sshWording: WordingOf<'ssh' | 'sudo' | 'key'> = {
  'ssh.host-not-found': (d) => w(`The name ${d.host} of "${d.server}" cannot be resolved.`, 'Check the spelling, DNS and VPN.'),
  'ssh.connection-refused': (d) =>
    w(`${at(d)} of "${d.server}" refuses connections: no SSH server listens there.`, 'Check the port, that sshd runs and that no firewall rejects it.'),
  'ssh.connect-timeout': (d) => w(`${at(d)} of "${d.server}" did not answer within ${d.seconds} s.`, 'Check that the server is on, and VPN and firewall.'),
  'ssh.network-unreachable': (d) => w(`There is no way to ${at(d)} of "${d.server}" from here (${d.reason}).`, 'Check the network and VPN of this computer.'),
  'ssh.closed-before-login': (d) =>
    w(
      `${at(d)} of "${d.server}" accepts connections and closes them before a login. It was tried several times.`,
      'It may be starting, be at its limit of logins, or refuse this address for a while after failed ones; wait a minute and try again.',
    ),
  'ssh.handshake-failed': (d) =>
    w(
      `${at(d)} of "${d.server}" answers, but no SSH session can be agreed upon: ${d.reason}.`,
      'Check that this port is SSH and which algorithms the server allows.',
    ),
  'ssh.auth-key-refused': (d) =>
    w(
      `"${d.server}" does not let ${d.user} in with ${d.method}.`,
      `Add the public key to ~${d.user}/.ssh/authorized_keys there, or choose another key or login.`,
    ),
  'ssh.auth-password-refused': (d) =>
    w(`"${d.server}" does not accept the password of ${d.user}. It was tried once.`, 'Enter the password again, or use a key.'),
  'ssh.key-unreadable': (d) =>
    w(`The key ${d.path} for "${d.server}" cannot be used: ${d.reason}.`, 'Check the path, its permissions and that it is a private key.'),
  'ssh.key-passphrase-needed': (d) =>
    w(
      `The key ${d.path} for "${d.server}" is locked with a passphrase that is not known or not right.`,
      'Enter its passphrase, or load it into your SSH agent.',
    ),
  'ssh.agent-unavailable': (d) =>
    w(
      `"${d.server}" is to be reached with keys of the SSH agent, but no agent answers.`,
      'Start ssh-agent and add your key with ssh-add, or choose a key file.',
    ),
  'ssh.password-missing': (d) => w(`"${d.server}" wants a password and none is stored.`, 'Enter it in the settings of the server.'),
  'ssh.auth-answers-refused': (d) =>
    w(
      `"${d.server}" (${at(d)}) refused what was answered for ${d.user}. It was sent once and not again.`,
      'Log in again with a fresh code. Codes work once, and only while the clocks of this computer, your device and the server agree.',
    ),
  'ssh.login-needs-person': (d) =>
    w(
      `"${d.server}" asks a person when ${d.user} logs in (${d.asks}), and nobody was there to answer. Nothing was run.`,
      `Log in first: "Log in" on the server's page, or "pilothouse servers login ${d.server}". Work then uses that connection.`,
    ),
  'ssh.certificate-unusable': (d) =>
    w(
      `The certificate ${d.path} for "${d.server}" ${d.reason}. No login was tried.`,
      'Have it signed anew, or name another certificate in the settings of the server.',
    ),
  'ssh.certificate-refused': (d) =>
    w(
      `"${d.server}" (${at(d)}) refused the certificate "${d.keyId}" for ${d.user}: ${d.reason}.`,
      'Check the login name, the names in the certificate, its dates, and TrustedUserCAKeys on the server.',
    ),
  'ssh.host-certificate-invalid': (d) =>
    w(
      `The host certificate "${d.keyId}" that "${d.server}" (${at(d)}) shows was not accepted: ${d.reason} (authority ${d.authority}). No login was tried.`,
      'Ask whoever runs the authority for a new host certificate, or compare the key itself and trust that.',
    ),
  'ssh.host-key-unknown': (d) =>
    w(
      `"${d.server}" (${at(d)}) offers the ${d.keyType} key ${d.fingerprint}, which is not known. No login was tried.`,
      'Compare the fingerprint with the one on the server and trust it.',
    ),
  'ssh.host-key-changed': (d) =>
    w(
      `The host key of "${d.server}" (${at(d)}) has CHANGED: it offers ${d.found}, expected was ${d.expected.join(' or ')}. The connection was refused and nothing was sent.`,
      'If the server was reinstalled, compare the new fingerprint on its console and trust it again; otherwise somebody may be in between.',
    ),
  'ssh.host-key-revoked': (d) =>
    w(
      `${at(d)} ("${d.server}") shows a host key that known_hosts marks as revoked (${d.keyType} ${d.fingerprint}). The connection was refused before any login.`,
      'Do not log in: give the server a new host key, then trust that one.',
    ),
  'ssh.connection-lost': (d) =>
    w(`The connection to "${d.server}" was lost. What ran there as a job goes on.`, 'It is made again by itself; check the network if this stays.'),
  'ssh.channel-refused': (d) => w(`"${d.server}" opens no further session: ${d.reason}.`, 'Wait for other work to end, or raise MaxSessions in its sshd.'),
  'ssh.link-slow': (d) =>
    w(`The line to "${d.server}" is slow: an answer takes ${(d.roundTripMs / 1000).toFixed(1)} s.`, 'Check the network between this computer and the server.'),
  'ssh.link-silent': (d) =>
    w(`"${d.server}" does not answer for the moment.`, 'Its connections are given up after 20 s of silence, and then made again; wait, or check the network.'),
  'ssh.system-client-unavailable': (d) =>
    w(
      `"${d.server}" is to be reached by this computer's own ssh, and that cannot be done: ${d.reason}.`,
      'Install OpenSSH, or set the built-in client for this server.',
    ),
  'sudo.needs-terminal': (d) =>
    w(
      `sudo on "${d.server}" runs for ${d.user} only on a terminal (requiretty), which commands of Pilothouse do not have. Nothing was run as root.`,
      `Let it run without, with visudo: "Defaults:${d.user} !requiretty".`,
    ),
  'sudo.unavailable': (d) =>
    w(
      `${d.user} on "${d.server}" cannot become root without a password, and this needs root.`,
      'Allow it in sudoers, log in as root, or choose sudo with a password.',
    ),
  'sudo.password-missing': (d) =>
    w(`sudo of ${d.user} on "${d.server}" wants a password and none is stored.`, 'Enter the sudo password in the settings of the server.'),
  'sudo.password-wrong': (d) => w(`sudo on "${d.server}" does not accept the password of ${d.user}. It was tried once.`, 'Enter the password again.'),
  'key.not-found': (d) => w(`There is no key "${d.key}".`, 'See "pilothouse keys list".'),
  'key.exists': (d) => w(`${d.path} exists already. It was not touched.`, 'Choose another name.'),
  'key.unusable': (d) => w(`${d.path} ${d.reason}. Nothing was changed.`, 'Choose another file.'),
  'key.carries-us': (d) =>
    w(
      `The key ${d.fingerprint} is the one that logs in to "${d.server}". It was not removed.`,
      'Install another key first and say that it shall take over; it is proved by a fresh login before this one goes.',
    ),
  'key.not-proved': (d) =>
    w(
      `A fresh login to "${d.server}" with the key ${d.fingerprint} did not work (${d.because}). What was changed was put back.`,
      'See what its sshd logs, and try again.',
    ),
};
