/**
 * Links the logs of the project's containers to where they outlive them, and goes on with what they write until the shell that began it is
 * gone; then only those of containers that are gone stay, ten of each service. Hard links keep inode and offset, so that whoever follows
 * a log goes on without a gap. Containers whose driver is the journal leave a note alone: their lines are kept there.
 */
const keeper = String.raw`use strict;
use warnings;
my ($shell, $root, $project) = @ARGV;
exit 0 if $project !~ /^[a-z0-9][a-z0-9_.-]*$/;
$ENV{LC_ALL} = 'C';
my ($kept, $token, @logs, @copies) = (10, "$shell.$^T");
sub answer {
  my $pid = open(my $pipe, '-|');
  return () if !defined $pid;
  if (!$pid) { open(STDERR, '>', '/dev/null'); exec @_ or exit 127 }
  my @lines = <$pipe>;
  close $pipe;
  chomp @lines;
  return @lines;
}
my @ids = answer('docker', 'ps', '--all', '--quiet', '--no-trunc', '--filter', "label=com.docker.compose.project=$project");
my $format = '{{.Id}}{{"\t"}}{{.HostConfig.LogConfig.Type}}{{"\t"}}{{.LogPath}}{{"\t"}}{{.Name}}{{"\t"}}{{json (index .Config.Labels "com.docker.compose.service")}}';
for (@ids ? answer('docker', 'inspect', '--type', 'container', '--format', $format, @ids) : ()) {
  my ($id, $driver, $path, $name, $service) = split /\t/;
  next if !defined $service || $id !~ /^[0-9a-f]{64}$/ || ($driver ne 'json-file' && $driver ne 'journald');
  s/^[\/"]|"$//g for $name, $service;
  push @logs, { id => $id, driver => $driver, path => $path, name => $name, service => $service, dir => "$root/$project/$id", known => {}, number => 0, last => 0 };
}
exit 0 if !@logs;
umask 0077;
for my $dir ($root, "$root/$project") { mkdir $dir }
sub link_chain {
  my ($log) = @_;
  for my $number (reverse(1 .. 99), 0) {
    for my $file ($number ? ("$log->{path}.$number", "$log->{path}.$number.gz") : $log->{path}) {
      my @stat = stat $file or next;
      $log->{last} = $stat[1] if !$number;
      next if $log->{known}{ $stat[1] }++;
      my $to = sprintf('%s/%06d%s', $log->{dir}, ++$log->{number}, $file =~ /gz$/ ? '.gz' : '');
      next if link $file, $to;
      # On another file system it is copied, and what is written from now on too.
      open(my $from, '<:raw', $file) or next;
      open(my $copy, '>:raw', $to) or next;
      push @copies, [$from, $copy];
    }
  }
}
sub begin {
  my ($log) = @_;
  return if $log->{driver} eq 'json-file' && !-r $log->{path};
  remove($log->{dir});
  mkdir $log->{dir} or return;
  open(my $meta, '>', "$log->{dir}/meta") or return;
  my $form = $log->{driver} eq 'journald' ? 'journal' : 'json';
  print $meta "name=$log->{name}\nservice=$log->{service}\nformat=$form\nkeeper=$token\n";
  close $meta;
  link_chain($log) if $form eq 'json';
  copy_on();
}
sub copy_on { for (@copies) { while (sysread($_->[0], my $bytes, 65536)) { syswrite $_->[1], $bytes } } }
sub remove { my ($dir) = @_; opendir(my $list, $dir) or return; unlink map { "$dir/$_" } grep { !/^\.\.?$/ } readdir $list; rmdir $dir }
begin($_) for @logs;
exit 0 if fork();
open(STDIN, '<', '/dev/null');
open(STDOUT, '>', '/dev/null');
open(STDERR, '>', '/dev/null');
# A log that is rotated and gone a moment later was seen in between.
while (kill 0, $shell) {
  for my $log (grep { $_->{driver} eq 'json-file' } @logs) {
    my $inode = (stat $log->{path})[1];
    link_chain($log) if defined $inode && $inode != $log->{last};
  }
  copy_on();
  select(undef, undef, undef, 0.02);
}
copy_on();
my %there = map { $_ => 1 } answer('docker', 'ps', '--all', '--quiet', '--no-trunc');
exit 0 if !%there && !grep { !-e $_->{path} } @logs;
my %of;
for my $meta (glob "\Q$root/$project\E/*/meta") {
  my ($dir, $id) = $meta =~ m{^(.*/([^/]+))/meta$} or next;
  open(my $from, '<', $meta) or next;
  my %is = map { /^(\w+)=(.*)/ } <$from>;
  # The next script may have begun to keep it anew.
  if ($there{$id}) { remove($dir) if ($is{keeper} // '') eq $token }
  else { push @{ $of{ $is{service} // '' } }, [(stat $meta)[9], $dir] }
}
for my $all (values %of) { remove($_->[1]) for (sort { $b->[0] <=> $a->[0] } @$all)[$kept .. $#$all] }
`;

/** Shell text that begins to keep the logs of a project's containers, before a script may remove them. `PH_STACK`, `PH_PROJECT`. Never fails. */
export const keepLogs = `if command -v perl >/dev/null 2>&1; then
  perl /dev/fd/3 "$$" "$(dirname "$(dirname "$PH_STACK")")/logs" "$PH_PROJECT" 3<<'KEEPER' || true
${keeper}KEEPER
fi
`;
