# Holds a shell under a pseudo-terminal, so that it outlives the connection that opened it; for servers without Python 3. The same commands and
# frames as holder.py, which explains them. Needs nothing but what Debian's perl-base has.
use strict;
use warnings;
use Cwd qw(abs_path);
use Errno qw(EAGAIN EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK O_RDWR O_NOCTTY);
use POSIX qw(:sys_wait_h);
use Socket;

use constant { HELD => 2 * 1024 * 1024, WINDOW => 128 * 1024, CHUNK => 32 * 1024, MOST_TYPED => 256 * 1024 };
use constant { STALLED_S => 10, KEPT_S => 600, ENDING_S => 3, LOOK_S => 20 };
# As on x86 and ARM.
use constant { TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430, TIOCSWINSZ => 0x5414, TIOCSCTTY => 0x540E };

my ($listener, $pid, $master, $ended, $ended_at, $ending_at, $told, %clients);
my ($held, $base, $typed, $looked) = ('', 0, '', time);
# From which offset on the terminal was in line mode, or no longer.
my @modes = ([0, 1]);
my $settings = POSIX::Termios->new;

sub frame { my ($kind, $payload) = @_; return $kind . pack('N', length $payload) . $payload }

sub set_size { my ($handle, $cols, $rows) = @_; my $size = pack('S4', $rows, $cols, 0, 0); ioctl($handle, TIOCSWINSZ, $size) }

sub unblock { my ($handle) = @_; fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK) }

sub again { return $! == EAGAIN || $! == EINTR }

sub held_end { return $base + length $held }

# What a login says of the day: sshd says it only where it made the terminal itself.
sub greet {
  return if -e '.hushlogin';
  for my $path ('/run/motd.dynamic', '/etc/motd') {
    open(my $motd, '<', $path) or next;
    sysread($motd, my $text, 16384);
    $text =~ s/\n/\r\n/g;
    syswrite(STDOUT, $text);
  }
}

sub start_shell {
  my ($cols, $rows, $script) = @_;
  sysopen($master, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "ptmx: $!";
  my ($unlocked, $number) = (pack('i', 0), pack('i', 0));
  ioctl($master, TIOCSPTLCK, $unlocked) or die "unlock: $!";
  ioctl($master, TIOCGPTN, $number) or die "number: $!";
  $number = unpack('i', $number);
  $pid = fork();
  return if $pid;
  POSIX::setsid();
  sysopen(my $terminal, "/dev/pts/$number", O_RDWR) or die "pts: $!";
  ioctl($terminal, TIOCSCTTY, 0);
  set_size($terminal, $cols, $rows);
  POSIX::dup2(fileno($terminal), $_) for 0 .. 2;
  close $master;
  $SIG{$_} = 'DEFAULT' for qw(HUP PIPE CHLD);
  $ENV{TERM} = 'xterm-256color';
  chdir($ENV{HOME} || '/') or chdir('/');
  exec '/bin/sh', '-c', $script if $script ne '';
  my $shell = $ENV{SHELL} || '/bin/sh';
  my ($name) = $shell =~ m{([^/]+)$};
  greet();
  exec { $shell } "-$name";
}

sub clear_away { my ($directory) = @_; chdir '/'; unlink "$directory/socket"; rmdir $directory }

sub hold {
  my ($directory, $cols, $rows, $script) = @_;
  umask 0077;
  mkdir $directory;
  chdir $directory or die "$directory: $!";
  $directory = abs_path('.');
  socket($listener, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
  bind($listener, pack_sockaddr_un('socket')) or die "bind: $!";
  listen($listener, 8) or die "listen: $!";
  # Without the cleaning up of an interpreter that ends: the other one lives on.
  POSIX::_exit(0) if fork();
  POSIX::setsid();
  $SIG{HUP} = $SIG{PIPE} = 'IGNORE';
  open(my $nothing, '+<', '/dev/null');
  POSIX::dup2(fileno($nothing), $_) for 0 .. 2;
  start_shell($cols, $rows, $script);
  unblock($_) for $master, $listener;
  turn() until defined $ended && (($told && !%clients) || time - $ended_at > KEPT_S);
  clear_away($directory);
}

sub turn {
  my $now = time;
  my $behind = grep { defined $_->{at} && held_end() - $_->{taken} >= WINDOW && $now - $_->{heard} < STALLED_S } values %clients;
  my ($reads, $writes) = ('', '');
  vec($reads, fileno($listener), 1) = 1;
  vec($reads, fileno($master), 1) = 1 if $master && !$behind;
  vec($writes, fileno($master), 1) = 1 if $master && length $typed;
  for my $client (values %clients) {
    my $fd = fileno($client->{sock});
    vec($reads, $fd, 1) = 1 if length($typed) < MOST_TYPED;
    vec($writes, $fd, 1) = 1 if length $client->{out} || wants($client);
  }
  return if select($reads, $writes, undef, $behind || defined $ended || $ending_at ? 1 : LOOK_S) < 0;
  look() if time - $looked >= LOOK_S;
  my @known = values %clients;
  my $typing = $master && vec($writes, fileno($master), 1);
  my $reading = $master && vec($reads, fileno($master), 1);
  type_on() if $typing;
  read_on() if $reading;
  if ($ending_at && $master && time - $ending_at > ENDING_S) {
    kill 'KILL', $pid;
    over();
  }
  for my $client (@known) {
    my $fd = fileno($client->{sock});
    my $gone = vec($reads, $fd, 1) && !receive($client);
    $gone ||= vec($writes, $fd, 1) && !give($client);
    $told = $gone = 1 if $client->{told_end} && !length $client->{out};
    if ($gone) { close $client->{sock}; delete $clients{$fd} }
  }
  if (vec($reads, fileno($listener), 1) && accept(my $sock, $listener)) {
    unblock($sock);
    $clients{ fileno $sock } = { sock => $sock, in => '', out => '', taken => 0, heard => time };
  }
}

# Where its socket was removed nobody can come back: the shell ends as when its terminal is closed.
sub look {
  $looked = time;
  return if -e 'socket' || %clients;
  $told = 1;
  end_shell();
}

sub end_shell {
  return if !$master || $ending_at;
  $ending_at = time;
  kill 'HUP', -$pid;
}

sub wants {
  my ($client) = @_;
  return 0 if !defined $client->{at};
  return $client->{at} - $client->{taken} < WINDOW if $client->{at} < held_end();
  return defined $ended && !$client->{told_end};
}

sub read_on {
  my $got = sysread($master, my $bytes, CHUNK);
  return if !defined $got && again();
  return over() if !$got;
  $settings->getattr(fileno $master);
  my $by_lines = $settings->getlflag & POSIX::ICANON ? 1 : 0;
  push @modes, [held_end(), $by_lines] if $by_lines != $modes[-1][1];
  $held .= $bytes;
  if (length $held > HELD) {
    my $over = length($held) - HELD;
    substr($held, 0, $over, '');
    $base += $over;
    shift @modes while @modes > 1 && $modes[1][0] <= $base;
  }
}

# Whether the terminal was in line mode there, and up to which offset that held.
sub mode_at {
  my ($offset) = @_;
  my $until = held_end();
  for my $mode (reverse @modes) {
    return ($mode->[1], $until) if $mode->[0] <= $offset;
    $until = $mode->[0];
  }
  return (1, $until);
}

sub over {
  close $master;
  $master = undef;
  waitpid($pid, 0);
  $ended = WIFEXITED($?) ? WEXITSTATUS($?) : '-';
  $ended_at = time;
}

sub type_on {
  my $sent = syswrite($master, $typed, 4096);
  if (defined $sent) { substr($typed, 0, $sent, '') }
  elsif (!again()) { $typed = '' }
}

sub receive {
  my ($client) = @_;
  my $got = sysread($client->{sock}, $client->{in}, CHUNK, length $client->{in});
  return again() if !defined $got;
  return 0 if !$got;
  $client->{heard} = time;
  while (length $client->{in} >= 5) {
    my ($kind, $length) = unpack('a N', $client->{in});
    return 0 if $length > 1024 * 1024;
    last if length $client->{in} < 5 + $length;
    my $payload = substr($client->{in}, 5, $length);
    substr($client->{in}, 0, 5 + $length, '');
    obey($client, $kind, $payload);
  }
  return 1;
}

sub obey {
  my ($client, $kind, $payload) = @_;
  my $end = held_end();
  if ($kind eq 'h') {
    my $wanted = $payload eq '-' ? $base : $payload;
    $client->{out} .= frame('s', "$base $end");
    $client->{at} = $client->{taken} = $wanted < $end ? $wanted : $end;
  } elsif ($kind eq 'a') {
    $client->{taken} = $payload if $payload > $client->{taken};
  } elsif ($kind eq 'i') {
    $typed .= $payload;
  } elsif ($kind eq 'r' && $master) {
    set_size($master, split / /, $payload);
  } elsif ($kind eq 'k') {
    end_shell();
  }
}

sub give {
  my ($client) = @_;
  if (!length $client->{out} && defined $client->{at}) {
    if ($client->{at} < $base) {
      $client->{out} .= frame('g', $base - $client->{at});
      $client->{at} = $client->{taken} = $base;
    }
    my ($by_lines, $until) = mode_at($client->{at});
    my $size = $until - $client->{at};
    my $chunk = substr($held, $client->{at} - $base, $size < CHUNK ? $size : CHUNK);
    if (length $chunk) {
      $client->{out} .= frame($by_lines ? 'c' : 'o', $chunk);
      $client->{at} += length $chunk;
    } elsif (defined $ended && !$client->{told_end}) {
      $client->{out} .= frame('x', $ended);
      $client->{told_end} = 1;
    }
  }
  my $sent = syswrite($client->{sock}, $client->{out});
  return again() if !defined $sent;
  substr($client->{out}, 0, $sent, '');
  return 1;
}

sub attach {
  my ($directory) = @_;
  socket(my $sock, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
  if (!chdir($directory) || !connect($sock, pack_sockaddr_un('socket'))) {
    clear_away(abs_path('.')) if -e 'socket';
    exit 66;
  }
  $SIG{PIPE} = 'IGNORE';
  # Both ways at once: a paste that the shell does not take must not stop its output, nor the other way round.
  my ($to_us, $to_holder, $listens) = ('', '', 1);
  while (1) {
    my ($reads, $writes) = ('', '');
    vec($reads, fileno($sock), 1) = 1 if length $to_us < CHUNK;
    vec($reads, fileno(STDIN), 1) = 1 if $listens && length $to_holder < CHUNK;
    vec($writes, fileno(STDOUT), 1) = 1 if length $to_us;
    vec($writes, fileno($sock), 1) = 1 if length $to_holder;
    next if select($reads, $writes, undef, undef) < 0;
    # No more than a pipe takes at once, so that writing never waits.
    if (vec($writes, fileno(STDOUT), 1)) {
      my $sent = syswrite(STDOUT, $to_us, 4096) // return;
      substr($to_us, 0, $sent, '');
    }
    if (vec($writes, fileno($sock), 1)) {
      my $sent = syswrite($sock, $to_holder, 4096);
      # Where it takes nothing more it has said its last words, which are still to be read.
      if (defined $sent) { substr($to_holder, 0, $sent, '') }
      else { ($listens, $to_holder) = (0, '') }
    }
    if (vec($reads, fileno(STDIN), 1)) {
      sysread(STDIN, $to_holder, CHUNK, length $to_holder) or return;
      $to_holder = '' if !$listens;
    }
    next if !vec($reads, fileno($sock), 1) || sysread($sock, $to_us, CHUNK, length $to_us);
    while (length $to_us) {
      my $sent = syswrite(STDOUT, $to_us) or return;
      substr($to_us, 0, $sent, '');
    }
    return;
  }
}

my ($what, $directory, @more) = @ARGV;
if ($what eq 'hold') { hold($directory, @more[0, 1], $more[2] // '') }
else { attach($directory) }
