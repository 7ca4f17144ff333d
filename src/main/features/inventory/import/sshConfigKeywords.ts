const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\s+/));

/** Settings whose values become part of a server's record. */
export const honoured = words(
  'HostName Port User IdentityFile CertificateFile ProxyJump ProxyCommand HostKeyAlias IdentitiesOnly ForwardAgent StrictHostKeyChecking Tag IgnoreUnknown',
);

/** Settings that tune what Pilothouse has a way of its own for: the server is reached all the same without them. */
const tuning = words(`AddKeysToAgent AddressFamily BatchMode CanonicalDomains CanonicalizeFallbackLocal CanonicalizeMaxDots
  CanonicalizePermittedCNAMEs CASignatureAlgorithms ChannelTimeout CheckHostIP Ciphers ClearAllForwardings Compression ConnectionAttempts
  ConnectTimeout ControlMaster ControlPath ControlPersist EnableEscapeCommandline EnableSSHKeysign EscapeChar ExitOnForwardFailure
  FingerprintHash ForkAfterAuthentication ForwardX11 ForwardX11Timeout ForwardX11Trusted GatewayPorts HashKnownHosts HostbasedAcceptedAlgorithms
  HostKeyAlgorithms IPQoS KbdInteractiveAuthentication KbdInteractiveDevices KexAlgorithms LogLevel LogVerbose MACs
  NoHostAuthenticationForLocalhost NumberOfPasswordPrompts ObscureKeystrokeTiming PasswordAuthentication PermitLocalCommand PermitRemoteOpen
  PreferredAuthentications ProxyUseFdpass PubkeyAcceptedAlgorithms PubkeyAuthentication RefuseConnection RekeyLimit RequestTTY RequiredRSASize SendEnv
  ServerAliveCountMax ServerAliveInterval SessionType SetEnv StdinNull StreamLocalBindMask StreamLocalBindUnlink SyslogFacility TCPKeepAlive
  Tunnel TunnelDevice UpdateHostKeys UseKeychain VerifyHostKeyDNS VersionAddendum VisualHostKey WarnWeakCrypto XAuthLocation
  ChallengeResponseAuthentication DSAAuthentication GlobalKnownHostsFile HostbasedKeyTypes PubkeyAcceptedKeyTypes SkeyAuthentication TisAuthentication
  HostbasedAuthentication GSSAPIAuthentication GSSAPIDelegateCredentials`);

/** Settings that do something which an import leaves out; the server is reached all the same. */
export const leftOut = words(`BindAddress BindInterface CanonicalizeHostname DynamicForward IdentityAgent KnownHostsCommand LocalCommand LocalForward
  PKCS11Provider RemoteCommand RemoteForward RevokedHostKeys SecurityKeyProvider SmartcardDevice UserKnownHostsFile`);

/** Settings that ssh knows and does nothing with. */
const retired = words(`Cipher CompressionLevel FallbackToRsh GlobalKnownHostsFile2 Protocol RhostsAuthentication RhostsRSAAuthentication
  RSAAuthentication UsePrivilegedPort UseRoaming UseRsh UserKnownHostsFile2 AFSTokenPassing KerberosAuthentication KerberosTGTPassing
  GSSAPITrustDns GSSAPIKeyExchange GSSAPIClientIdentity GSSAPIServerIdentity GSSAPIRenewalForcesRekey GSSAPIKexAlgorithms SmartcardDevice`);

/** Keywords that are no settings. */
const structure = words('Host Match Include');

/** Two names of one setting. */
const synonyms: Readonly<Record<string, string>> = {
  identityfile2: 'identityfile',
  dsaauthentication: 'pubkeyauthentication',
  pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
  hostbasedkeytypes: 'hostbasedacceptedalgorithms',
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  tisauthentication: 'kbdinteractiveauthentication',
  smartcarddevice: 'pkcs11provider',
};

/** Settings of one word: ssh refuses a line with more. */
export const singleWord = words('HostName Port User IdentityFile CertificateFile HostKeyAlias IdentitiesOnly IdentityAgent BindAddress BindInterface Tag');

/** Settings of which every line counts, not the first alone. */
export const accumulating = words('IdentityFile CertificateFile LocalForward RemoteForward DynamicForward SendEnv');

const known = new Set([honoured, tuning, leftOut, retired, structure].flatMap((set) => [...set]));

/** The name under which a keyword is kept, or null when ssh knows no such keyword. */
export function knownKeyword(keyword: string): string | null {
  const name = synonyms[keyword] ?? keyword;
  return known.has(name) ? name : null;
}

const spelling = new Map(
  `HostName Port User IdentityFile CertificateFile ProxyJump ProxyCommand HostKeyAlias IdentitiesOnly IdentityAgent ForwardAgent StrictHostKeyChecking
  LocalForward RemoteForward DynamicForward LocalCommand RemoteCommand BindAddress BindInterface CanonicalizeHostname KnownHostsCommand PKCS11Provider
  RevokedHostKeys SecurityKeyProvider UserKnownHostsFile ServerAliveInterval ServerAliveCountMax ControlMaster ControlPath ControlPersist ConnectTimeout
  Compression SendEnv SetEnv RequestTTY LogLevel AddKeysToAgent UseKeychain TCPKeepAlive`
    .split(/\s+/)
    .map((word) => [word.toLowerCase(), word]),
);

/** A keyword as the manual writes it, where that is known here. */
export function spelled(keyword: string): string {
  return spelling.get(keyword) ?? keyword;
}
