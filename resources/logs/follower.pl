# Follows logs on a server and gives them out on stdout: containers, units of the journal, files. Needs what Debian's perl-base has.
# Files (those of Docker's json-file driver, too) are read themselves: a place in them is `f:INODE:OFFSET:COUNT:HASH`, the hash being that of
# the COUNT bytes before it, so that a file that took over a number is not taken for the one that had it.
# In, on stdin: lines `NAME<tab>VALUE…`, percent-encoded, then `go`; from then on a line now and then, or this ends.
# Out: lines `LETTER …`; D is followed by as many bytes as its last field says.
#   S index key kind name stack container format state   a source, or its new state
#   D index inode offset end length                       lines; end: `n` they are whole, `m` the last goes on, `e` it has no newline
#   P index place   C index (its past is given out)   G index why (lines are missing)   W why   R (all sources are known)   B   .
use strict;
use warnings;
use Errno qw(EAGAIN EINTR);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK SEEK_SET);
use POSIX ();

use constant { CHUNK => 32 * 1024, LONGEST => 16 * 1024, LONGEST_JSON => 1024 * 1024, HELD => 128 * 1024, SILENT_S => 60, PROOF => 64 };

my %want = (stack => [], service => [], container => [], unit => [], file => []);
my %conf = (tail => 500, since => 0, follow => 0, resume => 0, list => 0, state => '', containers => 1);
my (%at, %sources, @order, %tails);
my ($out, $typed, $gone, $heard, $hot, $looked, $events) = ('', '', 0, time, 0, 0, undef);
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = 'DEFAULT';
$ENV{LC_ALL} = 'C';
$ENV{HOME} ||= '/root';

sub enc { my ($text) = @_; $text = '' if !defined $text; $text =~ s/([^A-Za-z0-9_.\/:\@+-])/sprintf('%%%02X', ord $1)/ge; return $text }
sub dec { my ($text) = @_; $text =~ s/%([0-9A-F]{2})/chr hex $1/ge; return $text }
sub say_out { $out .= join(' ', @_) . "\n" }
sub unblock { my ($handle) = @_; fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK) }
sub again { return $! == EAGAIN || $! == EINTR }

# FNV-1a.
sub hash_of {
  my ($bytes) = @_;
  my $hash = 2166136261;
  $hash = (($hash ^ $_) * 16777619) & 0xffffffff for unpack('C*', $bytes);
  return sprintf('%08x', $hash);
}

# Seconds since 1970 of an RFC 3339 time in UTC.
sub seconds {
  my ($year, $month, $day, $hour, $minute, $second) = $_[0] =~ /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)/ or return undef;
  $year-- if $month <= 2;
  my $era = int($year / 400);
  my $of_era = $year - $era * 400;
  my $of_year = int((153 * ($month + ($month > 2 ? -3 : 9)) + 2) / 5) + $day - 1;
  my $days = $era * 146097 + $of_era * 365 + int($of_era / 4) - int($of_era / 100) + $of_year - 719468;
  return $days * 86400 + $hour * 3600 + $minute * 60 + $second;
}

sub lines_of {
  my @command = @_;
  my $pid = open(my $pipe, '-|');
  return () if !defined $pid;
  if (!$pid) {
    open(STDERR, '>', '/dev/null');
    open(STDIN, '<', '/dev/null');
    exec { $command[0] } @command or POSIX::_exit(127);
  }
  my @lines = <$pipe>;
  close $pipe;
  chomp @lines;
  return @lines;
}

# ---- files ----

# Files of a log, the oldest first, as they were at one moment: two looks have to agree. Sets `unsure` where none did, for they are being renamed.
sub chain {
  my ($s) = @_;
  my ($before, @found) = ('-');
  for my $try (1 .. 40) {
    @found = chain_once($s);
    my $now = join ' ', map { "$_->{path}=$_->{ino}" } @found;
    $s->{unsure} = $now ne $before;
    return @found if !$s->{unsure};
    $before = $now;
    select(undef, undef, undef, 0.002) if $try > 5;
  }
  return @found;
}

sub chain_once {
  my ($s) = @_;
  my ($dir, $base) = $s->{path} =~ m{^(.*)/([^/]+)$} or return ();
  my @found;
  if (opendir(my $listing, $dir eq '' ? '/' : $dir)) {
    for my $name (readdir $listing) {
      next if $name !~ /^\Q$base\E(?:[.-](\d[\d.-]*?)(\.gz)?)?$/;
      my ($number, $gz) = ($1, $2);
      my @stat = stat("$dir/$name");
      next if !@stat || !-f _;
      # Dates before numbers, great numbers before small ones, the file itself last.
      my $order = !defined $number ? 1e30 : length($number) > 4 ? $number =~ s/[.-]//gr : 1e15 - $number;
      push @found, { path => "$dir/$name", ino => $stat[1], size => $stat[7], mtime => $stat[9], gz => $gz ? 1 : 0, order => $order };
    }
  }
  my @sorted = sort { $a->{order} <=> $b->{order} } @found;
  return @sorted if @sorted || !defined $s->{saved};
  opendir(my $listing, $s->{saved}) or return ();
  for my $name (sort grep { /^\d{6}(\.gz)?$/ } readdir $listing) {
    my @stat = stat("$s->{saved}/$name") or next;
    push @sorted, { path => "$s->{saved}/$name", ino => $stat[1], size => $stat[7], mtime => $stat[9], gz => $name =~ /gz$/ ? 1 : 0 };
  }
  return @sorted;
}

# Goes on in a file; false: its name has gone to another one since it was looked at, and all is as it was.
sub open_at {
  my ($s, $file, $offset) = @_;
  my $handle;
  if ($file->{gz}) {
    $handle = unzipped($file->{path}) or return 0;
    my $skip = $offset;
    while ($skip > 0) {
      my $got = sysread($handle, my $bytes, $skip > 65536 ? 65536 : $skip) or last;
      $skip -= $got;
    }
  } else {
    open($handle, '<:raw', $file->{path}) or return 0;
    if ((stat $handle)[1] != $file->{ino}) { close $handle; return 0 }
  }
  close_file($s);
  my ($before, $back) = ('', $offset < 32 ? $offset : 32);
  if ($back && !$file->{gz}) { sysseek($handle, $offset - $back, SEEK_SET); sysread($handle, $before, $back) }
  @$s{qw(fh ino off gz before zipped eof)} = ($handle, $file->{ino}, $offset, $file->{gz}, $before, '', 0);
  return 1;
}

sub unzipped {
  my ($path) = @_;
  my $pid = open(my $pipe, '-|');
  return undef if !defined $pid;
  if (!$pid) {
    open(STDIN, '<', $path) or POSIX::_exit(1);
    open(STDERR, '>', '/dev/null');
    exec 'gzip', '-dc' or POSIX::_exit(127);
  }
  return $pipe;
}

sub proves {
  my ($file, $offset, $count, $hash) = @_;
  return 0 if !$file->{gz} && $file->{size} < $offset;
  return 1 if $count == 0;
  my $bytes = '';
  if ($file->{gz}) {
    my $pipe = unzipped($file->{path}) or return 0;
    my ($left, $block) = ($offset, '');
    while ($left > 0) {
      my $got = sysread($pipe, $block, $left > 65536 ? 65536 : $left) or last;
      $left -= $got;
      $bytes .= $block;
      $bytes = substr($bytes, -PROOF()) if length $bytes > PROOF;
    }
    close $pipe;
    return 0 if $left > 0;
    $bytes = substr($bytes, -$count) if length $bytes > $count;
  } else {
    open(my $handle, '<:raw', $file->{path}) or return 0;
    sysseek($handle, $offset - $count, SEEK_SET);
    sysread($handle, $bytes, $count);
  }
  return length $bytes == $count && hash_of($bytes) eq $hash;
}

# The place before which the given bytes stand.
sub place_of {
  my ($file, $offset) = @_;
  my ($count, $bytes) = ($offset < PROOF ? $offset : PROOF, '');
  return "f:$file->{ino}:0:0:0" if $file->{gz} || $count == 0;
  open(my $handle, '<:raw', $file->{path}) or return "f:$file->{ino}:0:0:0";
  sysseek($handle, $offset - $count, SEEK_SET);
  sysread($handle, $bytes, $count);
  return "f:$file->{ino}:$offset:" . length($bytes) . ':' . hash_of($bytes);
}

sub resume_file {
  my ($s, $place) = @_;
  my (undef, $ino, $offset, $count, $hash) = split /:/, $place;
  my @files;
  for my $try (1 .. 20) {
    @files = chain($s);
    my ($file) = grep { $_->{ino} == $ino && proves($_, $offset, $count, $hash) } @files;
    # A copy of it, or the same packed.
    ($file) = grep { proves($_, $offset, $count, $hash) } sort { $a->{gz} <=> $b->{gz} } @files if !$file && $count > 0;
    return if $file && open_at($s, $file, $offset);
    last if !$file && !$s->{unsure};
    select(undef, undef, undef, 0.01);
  }
  gap($s, @files ? 'the log was rotated away before it could be read on' : 'the log is no longer there');
  open_at($s, $files[0], 0) if @files;
}

# Lines from the end: the file and the offset at which the last `count` begin, and how many there are.
sub tail_of {
  my ($count, @files) = @_;
  my ($left, $file) = ($count);
  return ($files[-1], $files[-1]{size}, 0) if $count == 0 && !$files[-1]{gz};
  while ($file = pop @files) {
    if ($file->{gz}) {
      my ($pipe, $lines, @ends) = (unzipped($file->{path}), 0, 0);
      next if !$pipe;
      my $offset = 0;
      while (sysread($pipe, my $block, 65536)) {
        while ($block =~ /\n/g) { push @ends, $offset + pos $block; shift @ends if @ends > $left + 1 }
        $offset += length $block;
      }
      close $pipe;
      return ($file, $ends[0], $count) if @ends > $left;
      $left -= @ends - 1;
      return ($file, 0, $count - $left) if !@files;
      next;
    }
    open(my $handle, '<:raw', $file->{path}) or next;
    my ($end, $skip_last) = ($file->{size}, 1);
    while ($end > 0) {
      my $begin = $end > 65536 ? $end - 65536 : 0;
      sysseek($handle, $begin, SEEK_SET);
      sysread($handle, my $block, $end - $begin);
      for (my $index = rindex($block, "\n"); $index >= 0; $index = $index ? rindex($block, "\n", $index - 1) : -1) {
        if ($skip_last && $begin + $index == $file->{size} - 1) { $skip_last = 0; next }
        $skip_last = 0;
        return ($file, $begin + $index + 1, $count) if --$left == 0;
      }
      $end = $begin;
    }
    $left-- if $file->{size} > 0;
    return ($file, 0, $count - $left) if $left == 0 || !@files;
  }
  return (undef, 0, 0);
}

# Where the lines since a moment begin: by the files' times, and within one of Docker's by those of its lines.
sub since_of {
  my ($s, @files) = @_;
  my @later = grep { $_->{mtime} >= $conf{since} - 1 } @files;
  return ($files[-1], $files[-1]{gz} ? 0 : $files[-1]{size}) if !@later;
  my $file = $later[0];
  return ($file, 0) if $file->{gz} || $s->{format} ne 'json';
  open(my $handle, '<:raw', $file->{path}) or return ($file, 0);
  my ($low, $high) = (0, $file->{size});
  while ($high - $low > 4096) {
    my $middle = int(($low + $high) / 2);
    sysseek($handle, $middle, SEEK_SET);
    my $got = sysread($handle, my $block, 65536) or last;
    my $from = index($block, "\n");
    last if $from < 0 || $block !~ /"time":"([^"]{19,40})"\}?\n/g;
    $block = substr($block, $from + 1);
    last if $block !~ /"time":"([^"]{19,40})"[^\n]*\n/;
    my $at = seconds($1);
    last if !defined $at;
    if ($at < $conf{since}) { $low = $middle + $from + 1 } else { $high = $middle }
  }
  return ($file, $low);
}

sub start_file {
  my ($s, $from_begin) = @_;
  my @files = chain($s);
  if (!@files) { say_out('P', $s->{index}, 'n'); return }
  my ($file, $offset, $found) = ($files[0], 0, 0);
  if (!$from_begin) {
    if ($conf{since}) { ($file, $offset) = since_of($s, @files) }
    else {
      my $service = defined $s->{stack} && $s->{stack} ne '' ? "$s->{stack}/$s->{name}" : $s->{key};
      my $count = $s->{state} eq 'saved' ? $conf{tail} - ($tails{$service} // 0) : $conf{tail};
      ($file, $offset, $found) = tail_of($count > 0 ? $count : 0, @files);
      my $had = $tails{$service} // 0;
      $tails{$service} = $s->{state} eq 'saved' ? $had + $found : $had > $found ? $had : $found;
      ($file, $offset) = ($files[-1], $files[-1]{size}) if !$file;
    }
  }
  open_at($s, $file, $offset) or return;
  # An empty file proves nothing: the end of the one before does.
  my ($index) = grep { $files[$_]{ino} == $file->{ino} } 0 .. $#files;
  if ($offset == 0 && defined $index && $index > 0 && !$files[$index - 1]{gz}) { $s->{place} = place_of($files[$index - 1], $files[$index - 1]{size}) }
  else { $s->{place} = place_of($file, $offset) }
  say_out('P', $s->{index}, $s->{place});
}

sub give {
  my ($s, $bytes, $end) = @_;
  $out .= join(' ', 'D', $s->{index}, $s->{ino} // '-', $s->{off} // 0, $end, length $bytes) . "\n" . $bytes;
  $s->{before} = substr(($s->{before} // '') . $bytes, -32) if defined $s->{ino};
  $s->{off} += length $bytes if defined $s->{ino};
  my $time = last_time($s, $bytes);
  $s->{time} = $time if defined $time && (!defined $s->{time} || $time > $s->{time});
  $hot = time;
}

sub last_time {
  my ($s, $bytes) = @_;
  if ($s->{format} eq 'json') { my $at = rindex($bytes, '"time":"'); return $at < 0 ? undef : seconds(substr($bytes, $at + 8, 32)) }
  if ($s->{format} eq 'journal') { return $bytes =~ /.*"__REALTIME_TIMESTAMP":"(\d+)"/s ? $1 / 1e6 : undef }
  if ($s->{format} eq 'docker') { my $at = rindex($bytes, "\n", length($bytes) - 2); return seconds(substr($bytes, $at + 1, 32)) }
  return undef;
}

sub gap { my ($s, $why) = @_; say_out('G', $s->{index}, enc($why)) }

# Reads on; true: there was something.
sub read_file {
  my ($s) = @_;
  if (!$s->{fh}) {
    start_file($s, $s->{fresh} || $s->{began});
    $s->{began} = 1 if $s->{fh};
    if (!$s->{fh}) { caught($s) if !$s->{caught}; ended($s) if $s->{gone}; return 0 }
  }
  my $limit = $s->{format} eq 'json' ? LONGEST_JSON : LONGEST;
  my ($size, $bytes, $got) = (CHUNK);
  if ($s->{gz}) {
    $bytes = $s->{zipped} // '';
    $got = sysread($s->{fh}, $bytes, CHUNK, length $bytes);
    $s->{zipped} = '';
    return next_file($s, $bytes) if !$got;
  } else {
    my $back = length $s->{before};
    while (1) {
      sysseek($s->{fh}, $s->{off} - $back, SEEK_SET);
      $got = sysread($s->{fh}, $bytes, $size + $back);
      return 0 if !defined $got;
      if ($got < $back || substr($bytes, 0, $back) ne $s->{before}) { return emptied($s) }
      $bytes = substr($bytes, $back);
      last if $bytes eq '' || length $bytes < $size || index($bytes, "\n") >= 0 || $size >= $limit;
      $size *= 4;
    }
  }
  my $last = rindex($bytes, "\n");
  if ($last >= 0) {
    $s->{zipped} = substr($bytes, $last + 1) if $s->{gz};
    give($s, substr($bytes, 0, $last + 1), 'n');
    $s->{eof} = 0;
    return 1;
  }
  if (length $bytes >= $limit) {
    $s->{zipped} = substr($bytes, $limit) if $s->{gz};
    give($s, substr($bytes, 0, $limit), 'm');
    return 1;
  }
  if ($s->{gz}) { $s->{zipped} = $bytes; return 1 }
  return next_file($s, $bytes);
}

# It shrank, or something else stands where we were.
sub emptied {
  my ($s) = @_;
  my ($count, $hash, $read_all) = (length $s->{before}, hash_of($s->{before}), $s->{eof});
  my @files = chain($s);
  return 0 if $s->{unsure};
  my ($copy) = grep { $_->{ino} != $s->{ino} && proves($_, $s->{off}, $count, $hash) } @files;
  return open_at($s, $copy, $s->{off}) if $copy;
  my ($file) = grep { $_->{ino} == $s->{ino} } @files;
  $file = $files[0] if !$file;
  if ($file) { open_at($s, $file, 0) or return 0 } else { close_file($s) }
  gap($s, 'the file was emptied before all of it was read') if !$read_all;
  return 1;
}

sub close_file { my ($s) = @_; close $s->{fh} if $s->{fh}; $s->{fh} = undef }

# At the end of a file: whether another one has begun. `rest` is a line without its end.
sub next_file {
  my ($s, $rest) = @_;
  my @stat = stat $s->{path};
  my $same = @stat && $stat[1] == $s->{ino};
  if ($same) { $s->{eof} = 1; caught($s) if !$s->{caught}; return 0 }
  # What was written between the last look and the renaming is read first.
  if (!$s->{last_look} || $s->{last_look} ne "$s->{ino}:$s->{off}") { $s->{last_look} = "$s->{ino}:$s->{off}"; return 1 }
  my @files = chain($s);
  return 0 if $s->{unsure};
  my ($index) = grep { $files[$_]{ino} == $s->{ino} } 0 .. $#files;
  # It has a name still: only the look missed it.
  return 0 if !defined $index && !$s->{gz} && (stat $s->{fh})[3] > 0 && !$s->{gone};
  if (!defined $index && $s->{before} ne '' && !$s->{gz}) {
    # A copy of it was kept.
    my ($copy) = grep { proves($_, $s->{off}, length $s->{before}, hash_of($s->{before})) } @files;
    return open_at($s, $copy, $s->{off}) if $copy;
  }
  my $next = defined $index ? $files[$index + 1] : $files[0];
  # A writer that keeps its file open writes on for a moment after the renaming.
  if ($next && $s->{format} eq 'plain' && !$s->{gz} && $next->{size} == 0) { $s->{eof} = 1; caught($s) if !$s->{caught}; return 0 }
  if (!$next) {
    $s->{eof} = 1;
    caught($s) if !$s->{caught};
    if ($s->{gone}) { give($s, $rest, 'e') if $rest ne ''; ended($s) }
    return 0;
  }
  if ($rest ne '') { give($s, $rest, 'e'); $s->{last_look} = '' ; return 1 }
  open_at($s, $next, 0) or return 0;
  gap($s, 'the log was rotated away faster than it could be read') if !defined $index;
  return 1;
}

sub caught { my ($s) = @_; $s->{caught} = 1; say_out('C', $s->{index}) }

sub ended {
  my ($s) = @_;
  close_file($s);
  $s->{done} = 1;
  my $kept = defined $s->{saved} && -d $s->{saved};
  state_of($s, $kept ? 'saved' : 'ended');
}

sub state_of {
  my ($s, $state) = @_;
  return if ($s->{state} // '') eq $state && $s->{told};
  ($s->{state}, $s->{told}) = ($state, 1);
  say_out('S', $s->{index}, enc($s->{key}), $s->{kind}, enc($s->{name}), enc($s->{stack}), enc($s->{container}), $s->{format}, $state);
}

# ---- programs that print logs ----

sub start_child {
  my ($s) = @_;
  my @command = $s->{format} eq 'journal' ? journal_command($s) : docker_command($s);
  my $pid = open(my $pipe, '-|');
  if (!defined $pid) { return }
  if (!$pid) {
    open(STDIN, '<', '/dev/null');
    if ($s->{format} eq 'docker') { open(STDERR, '>&', \*STDOUT) } else { open(STDERR, '>', '/dev/null') }
    exec { $command[0] } @command or POSIX::_exit(127);
  }
  unblock($pipe);
  @$s{qw(pipe pid held started quiet)} = ($pipe, $pid, '', time, 0);
}

sub journal_command {
  my ($s) = @_;
  my @command = ('journalctl', '--output=json', '--no-pager', '--quiet', '--all', '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_PID,CONTAINER_ID,CONTAINER_PARTIAL_MESSAGE');
  if ($s->{kind} eq 'container') { push @command, "CONTAINER_ID_FULL=$s->{id}" }
  elsif ($s->{name} eq 'kernel') { push @command, '_TRANSPORT=kernel' }
  elsif ($s->{name} ne '-') { push @command, "--unit=$s->{name}" }
  my $place = $s->{place} // '';
  if ($place =~ /^j:(.+)/) { $s->{expect} = $1; push @command, "--cursor=$1", '--lines=all' }
  elsif ($s->{fresh}) { push @command, '--lines=all' }
  elsif (defined $at{ $s->{key} } && $place =~ /^t:(\d+)/) { push @command, "--since=\@$1", '--lines=all' }
  elsif ($conf{since}) { push @command, "--since=\@$conf{since}", '--lines=all' }
  else { push @command, "--lines=$conf{tail}" }
  push @command, '--follow' if $conf{follow} && $s->{state} ne 'saved';
  return @command;
}

sub docker_command {
  my ($s) = @_;
  my @command = ('docker', 'logs', '--timestamps');
  my $place = $s->{place} // '';
  if ($place =~ /^l:([0-9TZ:.-]+):(\d+)$/) { @$s{qw(stamp count skip proven)} = ($1, $2, $2, 0); push @command, '--since', $1 }
  elsif ($s->{fresh}) { $s->{skip} = 0 }
  elsif (defined $at{ $s->{key} } && $place =~ /^t:(\d+)/) { $s->{skip} = 0; push @command, '--since', $1 }
  elsif ($conf{since}) { $s->{skip} = 0; push @command, '--since', $conf{since} }
  else { $s->{skip} = 0; push @command, '--tail', $conf{tail} }
  push @command, '--follow' if $conf{follow} && $s->{state} eq 'live';
  return (@command, $s->{id});
}

sub read_child {
  my ($s) = @_;
  if (!$s->{pipe}) {
    return 0 if $s->{done} || ($s->{started} // 0) >= time;
    start_child($s);
    return 0;
  }
  my $got = sysread($s->{pipe}, $s->{held}, CHUNK, length $s->{held});
  if (!defined $got) {
    if (!$s->{caught} && ++$s->{quiet} > 10 && time - $s->{started} > 0) { caught($s) }
    return 0;
  }
  $s->{quiet} = 0;
  if (!$got) {
    close $s->{pipe};
    $s->{pipe} = undef;
    $s->{held} .= "\n" if $s->{held} ne '' && $s->{format} eq 'docker';
    take_lines($s);
    caught($s) if !$s->{caught};
    # `docker logs` ends with each run of the container.
    if (!$conf{follow} || $s->{gone}) { ended($s) } elsif ($s->{format} eq 'docker' && $s->{state} ne 'live') { $s->{done} = 1 }
    return 1;
  }
  take_lines($s);
  return 1;
}

sub take_lines {
  my ($s) = @_;
  my $end = rindex($s->{held}, "\n");
  if ($end < 0) {
    return if length $s->{held} < LONGEST_JSON;
    $s->{held} = '';
    return gap($s, 'a line was too long');
  }
  my $bytes = substr($s->{held}, 0, $end + 1);
  $s->{held} = substr($s->{held}, $end + 1);
  $bytes = join '', grep { /^\{/ } split /^/, $bytes if $s->{format} eq 'journal';
  return if $bytes eq '';
  $bytes = unseen_journal($s, $bytes) if defined $s->{expect};
  $bytes = unseen_docker($s, $bytes) if $s->{format} eq 'docker';
  return if $bytes eq '';
  if ($s->{format} eq 'journal' && $bytes =~ /.*"__CURSOR":"([^"]+)"/s) { $s->{place} = "j:$1" }
  give($s, $bytes, 'n');
}

sub unseen_journal {
  my ($s, $bytes) = @_;
  my ($first, $rest) = $bytes =~ /^([^\n]*\n)(.*)$/s;
  my $expected = delete $s->{expect};
  return $rest if index($first, "\"__CURSOR\":\"$expected\"") >= 0;
  gap($s, 'the journal no longer holds the entry before this one');
  return $bytes;
}

# Drops what was given out before and keeps count of lines with the same stamp.
sub unseen_docker {
  my ($s, $bytes) = @_;
  my $kept = '';
  while ($bytes =~ /([^\n]*\n)/g) {
    my $line = $1;
    my ($stamp) = $line =~ /^(\d{4}-\d\d-\d\dT[0-9:.]+Z)/;
    if (defined $stamp && $s->{skip}) {
      next if $stamp lt $s->{stamp};
      if ($stamp eq $s->{stamp}) { $s->{skip}--; $s->{proven} = 1; next }
      gap($s, 'the log no longer holds the line before this one');
      $s->{skip} = 0;
    }
    if (defined $stamp) {
      if (($s->{stamp} // '') eq $stamp) { $s->{count}++ } else { @$s{qw(stamp count)} = ($stamp, 1) }
      $s->{place} = "l:$stamp:$s->{count}";
    }
    $kept .= $line;
  }
  return $kept;
}

# ---- what there is ----

sub add_source {
  my (%s) = @_;
  my $s = \%s;
  my $state = delete $s->{state};
  $s->{index} = scalar @order;
  $sources{ $s->{key} } = $s;
  push @order, $s;
  state_of($s, $state);
  my $place = $at{ $s->{key} };
  # What was not there when another one began is read from its begin.
  $s->{fresh} = 1 if defined $place ? $place eq 'n' : $s->{kind} eq 'container' && ($conf{resume} || $looked);
  if ($s->{format} eq 'json' || $s->{format} eq 'plain') {
    if (defined $place && $place =~ /^f:/) { $s->{began} = 1; resume_file($s, $place) }
  } else { $s->{place} = defined $place ? $place : $s->{fresh} ? '' : 't:' . time; say_out('P', $s->{index}, $s->{place}) if !defined $place }
  return $s;
}

sub wanted {
  my ($name, $project, $service) = @_;
  return 1 if grep { $_ eq $name } @{ $want{container} };
  my $in_stack = $project ne '' && grep { $project eq $_ } @{ $want{project} };
  my $in_service = $service ne '' && grep { $service eq $_ } @{ $want{service} };
  return $in_stack && (!@{ $want{service} } || $in_service) if @{ $want{stack} };
  return $in_service if @{ $want{service} };
  return !@{ $want{container} } && !@{ $want{unit} } && !@{ $want{file} };
}

sub stack_of { my ($project) = @_; return $project =~ /^ph-(.+)/ ? $1 : $project }

sub find_containers {
  return if !$conf{containers};
  my @ids = grep { /^[0-9a-f]{6,64}$/ } lines_of('docker', 'ps', '--all', '--quiet', '--no-trunc');
  my %here;
  my $format = '{{.Id}}{{"\t"}}{{.State.Status}}{{"\t"}}{{.HostConfig.LogConfig.Type}}{{"\t"}}{{.LogPath}}{{"\t"}}{{.Name}}'
    . '{{"\t"}}{{json (index .Config.Labels "com.docker.compose.project")}}{{"\t"}}{{json (index .Config.Labels "com.docker.compose.service")}}';
  my @found;
  while (my @some = splice @ids, 0, 100) {
    for (lines_of('docker', 'inspect', '--type', 'container', '--format', $format, @some)) {
      my ($id, $status, $driver, $path, $name, $project, $service) = split /\t/;
      next if !defined $service;
      $name =~ s{^/}{};
      # A label that is not there is `null`.
      $_ = /^"(.*)"$/ ? $1 : '' for $project, $service;
      $here{$id} = 1;
      my $state = $status =~ /^(?:exited|dead)$/ ? 'ended' : 'live';
      my $known = $sources{"c/$id"};
      if ($known) { state_of($known, $state); delete $known->{done} if $state eq 'live' && $known->{format} eq 'docker'; next }
      # Docker says where the log is once it has begun to write it.
      next if !wanted($name, $project, $service) || ($status eq 'created' && $path eq '');
      push @found, [$id, $state, $driver, $path, $name, $project, $service];
    }
  }
  for (@found) {
    my ($id, $state, $driver, $path, $name, $project, $service) = @$_;
    my $format = $driver eq 'json-file' && $path ne '' && (!-e $path || -r $path) && can_look($path) ? 'json' : $driver eq 'journald' ? 'journal' : 'docker';
    add_source(
      key => "c/$id", kind => 'container', id => $id, container => substr($id, 0, 12), name => $service ne '' ? $service : $name,
      stack => stack_of($project), format => $format, path => $path, state => $state, saved => "$conf{state}/logs/$project/$id",
    );
  }
  for my $s (values %sources) {
    next if $s->{kind} ne 'container' || $s->{gone} || $s->{state} eq 'saved' || $here{ $s->{id} };
    $s->{gone} = 1;
    ended($s) if $s->{done};
  }
}

sub can_look { my ($path) = @_; my ($dir) = $path =~ m{^(.*)/}; return -r $dir && -x _ }

# Logs kept of containers that we have made anew, the newest first.
sub find_saved {
  return if !$conf{containers} || $conf{state} eq '';
  my @found;
  for my $meta (glob("\Q$conf{state}\E/logs/*/*/meta")) {
    my ($dir, $project, $id) = $meta =~ m{^(.*/logs/([^/]+)/([0-9a-f]{64}))/meta$} or next;
    next if $sources{"c/$id"};
    open(my $handle, '<', $meta) or next;
    my %meta = map { chomp; split /=/, $_, 2 } grep { /=/ } <$handle>;
    next if !wanted($meta{name} // '', $project, $meta{service} // '');
    push @found, [(stat $meta)[9], $dir, $project, $id, \%meta];
  }
  for (sort { $b->[0] <=> $a->[0] } @found) {
    my (undef, $dir, $project, $id, $meta) = @$_;
    add_source(
      key => "c/$id", kind => 'container', id => $id, container => substr($id, 0, 12), name => $meta->{service} || $meta->{name},
      stack => stack_of($project), format => ($meta->{format} // 'json') eq 'journal' ? 'journal' : 'json', path => "$dir/current", state => 'saved', saved => $dir, gone => 1,
    );
  }
}

sub find_all {
  find_containers();
  if (!$looked) {
    # Live ones first: what they hold counts towards the lines that are wanted of their service.
    read_file_start($_) for grep { $_->{format} =~ /json|plain/ && !$_->{fh} } @order;
    find_saved();
    add_source(key => "u/$_", kind => 'unit', name => $_, format => 'journal', state => 'live') for @{ $want{unit} };
    add_source(key => "f/$_", kind => 'file', name => $_, format => 'plain', path => $_, state => 'live') for @{ $want{file} };
    read_file_start($_) for grep { $_->{format} =~ /json|plain/ && !$_->{fh} } @order;
    say_out('R');
  }
  $looked = time;
}

sub read_file_start {
  my ($s) = @_;
  return if $s->{done} || $s->{fh};
  start_file($s, $s->{fresh} || $s->{began});
  $s->{began} = 1;
}

# What there is, and nothing of what it says.
sub list_all {
  find_containers();
  find_saved();
  for (lines_of('systemctl', 'list-units', '--type=service', '--all', '--plain', '--no-legend', '--no-pager')) {
    my ($unit, $load, $active) = split ' ';
    next if !defined $active || $load eq 'not-found';
    add_source(key => "u/$unit", kind => 'unit', name => $unit, format => 'journal', state => $active =~ /^(?:active|activating|reloading)$/ ? 'live' : 'ended');
  }
  say_out('R');
  say_out('.');
  flush_all();
  leave(0);
}

sub watch_events {
  return if !$conf{containers} || !$conf{follow} || ($events && $events->{pipe}) || ($events && time - $events->{started} < 30);
  my $pid = open(my $pipe, '-|');
  return if !defined $pid;
  if (!$pid) {
    open(STDERR, '>', '/dev/null');
    open(STDIN, '<', '/dev/null');
    my @filters = map { ('--filter', "event=$_") } qw(create start die destroy rename);
    exec 'docker', 'events', '--filter', 'type=container', @filters, '--format', '{{.Action}} {{.ID}}' or POSIX::_exit(127);
  }
  unblock($pipe);
  $events = { pipe => $pipe, pid => $pid, started => time, again => time + 2 };
}

# ---- the loop ----

sub configure {
  while ($typed !~ /^go\n/m) {
    my $got = sysread(STDIN, $typed, 65536, length $typed);
    exit 0 if !$got;
  }
  my ($lines, $rest) = $typed =~ /^(.*?)^go\n(.*)$/sm;
  $typed = $rest;
  for my $line (split /\n/, $lines) {
    my ($name, @values) = map { dec($_) } split /\t/, $line;
    if ($name eq 'at') { $at{ $values[0] } = $values[1] }
    elsif ($want{$name}) { push @{ $want{$name} }, $values[0] }
    else { $conf{$name} = $values[0] }
  }
  for my $stack (@{ $want{stack} }) {
    push @{ $want{project} }, $stack, "ph-$stack";
    if ($stack =~ /^[A-Za-z0-9][A-Za-z0-9_.-]*$/ && open(my $handle, '<', "$conf{state}/stacks/$stack/project")) {
      chomp(my $name = <$handle> // '');
      push @{ $want{project} }, $name if $name ne '';
    }
  }
  # Those that want nothing but units and files are spared Docker.
  $conf{containers} = 0 if (@{ $want{unit} } || @{ $want{file} }) && !@{ $want{stack} } && !@{ $want{service} } && !@{ $want{container} };
}

sub flush_some {
  return 1 if $out eq '';
  my $sent = syswrite(STDOUT, $out, 65536);
  return again() if !defined $sent;
  substr($out, 0, $sent) = '';
  return 1;
}

sub flush_all {
  while ($out ne '') {
    my $writes = '';
    vec($writes, fileno(STDOUT), 1) = 1;
    select(undef, $writes, undef, 10);
    flush_some() or last;
  }
}

sub leave {
  my ($code) = @_;
  kill 'TERM', map { $_->{pid} } grep { $_ && $_->{pipe} } $events, @order;
  POSIX::_exit($code);
}

sub run {
  configure();
  unblock($_) for \*STDIN, \*STDOUT;
  list_all() if $conf{list};
  watch_events();
  find_all();
  my $beat = time;
  while (1) {
    my $moved = 0;
    if (length $out < HELD) {
      # Of those whose past is not all given out the one that is furthest behind goes first, so that nobody has to hold much to sort them.
      my @behind = sort { ($a->{time} // 0) <=> ($b->{time} // 0) } grep { !$_->{caught} && !$_->{done} } @order;
      my @turn = @behind ? ((grep { $_->{pipe} || !$_->{fh} } @behind), (grep { $_->{fh} } @behind)[0]) : ();
      for my $s (grep { defined } @turn, grep { $_->{caught} && !$_->{done} } @order) {
        $moved = 1 if $s->{format} =~ /^(?:json|plain)$/ ? read_file($s) : read_child($s);
      }
    }
    my $pending = grep { !$_->{caught} && !$_->{done} } @order;
    if (!$conf{follow} && !$pending) { say_out('.'); flush_all(); leave(0) }
    my $now = time;
    if ($now - $beat >= 5) { say_out('B'); $beat = $now }
    leave(0) if $now - $heard > SILENT_S;
    watch_events();
    find_all() if $conf{follow} && $conf{containers} && ($now - $looked >= ($events && $events->{pipe} ? 30 : 3) || ($events && $events->{again} && $now >= $events->{again} && !($events->{again} = 0)));

    my ($reads, $writes) = ('', '');
    vec($reads, 0, 1) = 1;
    vec($reads, fileno($events->{pipe}), 1) = 1 if $events && $events->{pipe};
    vec($writes, fileno(STDOUT), 1) = 1 if $out ne '';
    my $wait = length $out >= HELD ? 1 : $moved ? 0 : $pending || $now - $hot <= 1 ? 0.02 : 0.15;
    select($reads, $writes, undef, $wait);
    if (vec($reads, 0, 1)) {
      my $got = sysread(STDIN, my $bytes, 4096);
      leave(0) if defined $got ? !$got : !again();
      $heard = time;
    }
    if ($events && $events->{pipe} && vec($reads, fileno($events->{pipe}), 1)) {
      my $got = sysread($events->{pipe}, my $bytes, 65536);
      if ($got) { find_all() } elsif (defined $got) { close $events->{pipe}; $events->{pipe} = undef }
    }
    flush_some() or leave(0);
  }
}

run();
