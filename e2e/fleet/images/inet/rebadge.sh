#!/bin/sh
# Debian's Docker packages under Docker's own package names, so that the vendor's recipe runs unmodified.
set -eu

# rebadge NAME VERSION DEPENDS DEBIAN-PACKAGE...: files of all, maintainer scripts of the first
rebadge() {
  name=$1 version=$2 depends=$3
  shift 3
  tree=/build/trees/$name
  mkdir -p "$tree"
  for package in "$@"; do
    dpkg-deb -x /debian/"${package}"_*.deb "$tree"
    # The engine and the client both bring this folder of documentation.
    rm -rf "$tree/usr/share/doc" "$tree/usr/share/lintian"
  done
  dpkg-deb -e /debian/"$1"_*.deb "$tree/DEBIAN"
  rm -f "$tree/DEBIAN/md5sums"
  replaced=$(printf '%s, ' "$@" | sed 's/, $//')
  cat >"$tree/DEBIAN/control" <<CONTROL
Package: $name
Version: $version
Architecture: amd64
Maintainer: Pilothouse test fleet <fleet@invalid>
Depends: $depends
Conflicts: $replaced
Replaces: $replaced
Section: admin
Priority: optional
Description: Debian's $replaced under the vendor's name, for tests
CONTROL
}

# The upstream part of a Debian version: 26.1.5+dfsg1-9+b1 is 26.1.5.
upstream() {
  dpkg-deb -f /debian/"$1"_*.deb Version | sed 's/^[0-9]*://; s/[-+~].*//'
}

distribution='1~debian.13~trixie'
engine=$(upstream docker.io)
rebadge docker-ce "5:$engine-$distribution" \
  'docker-ce-cli, containerd.io, iptables, libc6, libdevmapper1.02.1, libsystemd0, tini, adduser' docker.io
rebadge docker-ce-cli "5:$engine-$distribution" libc6 docker-cli
rebadge containerd.io "$(upstream containerd)-1" 'libc6, libseccomp2' containerd runc
rebadge docker-compose-plugin "$(upstream docker-compose)-$distribution" libc6 docker-compose
rebadge docker-buildx-plugin "$(upstream docker-buildx)-$distribution" libc6 docker-buildx
