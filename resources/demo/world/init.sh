# First process of a demo server: builds its world out of the server's directory, then waits until standard input closes, which is
# when the program that plays the server ends. With it every process of the world ends.
# Arguments: directory of the server, directory of the stand-ins, host name, name of the first process.
set -eu
base=$1
standins=$2
cd "$base/root"
mount --bind . .
cd "$base/root"
mkdir -p .demo/host .demo/standins .demo/run .demo/machine .demo/old proc dev
for top in usr bin sbin lib lib64 lib32 libx32; do
  if [ -d "/$top" ] && [ ! -L "/$top" ]; then
    mkdir -p ".demo/host/$top"
    mount -o rbind,ro,nosuid "/$top" ".demo/host/$top"
  fi
done
mount -o bind,ro,nosuid "$standins" .demo/standins
mount --bind "$base/run" .demo/run
mount --bind "$base/machine" .demo/machine
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t tmpfs -o nosuid,mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs dev/shm
for figure in meminfo loadavg uptime cpuinfo swaps; do
  mount --bind "$base/machine/$figure" "proc/$figure"
done
mount --bind "$base/machine/boot_id" proc/sys/kernel/random/boot_id
# The disks and the driver of this machine are none of the server's.
if [ -e proc/mdstat ]; then mount --bind dev/null proc/mdstat; fi
if [ -d proc/driver/nvidia ]; then mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs proc/driver/nvidia; fi
hostname "$3"
pivot_root . .demo/old
cd /
PATH=/.demo/host/usr/sbin:/.demo/host/usr/bin:/.demo/host/sbin:/.demo/host/bin
umount -l /.demo/old
# The name is what programs see as that of process 1.
exec "/.demo/machine/$4" -c '
  cat <&3 >/dev/null &
  echo ready
  exec >/dev/null 2>&1
  wait "$!"
' 3<&0
