#!/bin/sh
# Signed apt repositories out of the package trees, laid out as the vendors lay theirs out.
set -eu

docker=/www/download.docker.com/linux/debian
nvidia=/www/nvidia.github.io/libnvidia-container

build_packages() {
  mkdir -p "$docker/dists/trixie/pool/stable/amd64" "$nvidia/stable/deb/amd64"
  for tree in /build/trees/*; do
    case $(basename "$tree") in
      *nvidia*) pool=$nvidia/stable/deb/amd64 ;;
      *) pool=$docker/dists/trixie/pool/stable/amd64 ;;
    esac
    # Uncompressed: made and unpacked in a fraction of the time, and nobody pays for the bytes.
    dpkg-deb --root-owner-group -Znone -b "$tree" "$pool" >/dev/null
    rm -r "$tree"
  done
}

sign() {
  gpg --batch --yes --clearsign -o "$1/InRelease" "$1/Release"
  gpg --batch --yes --armor --detach-sign -o "$1/Release.gpg" "$1/Release"
}

docker_repository() {
  cd "$docker"
  binary=dists/trixie/stable/binary-amd64
  mkdir -p "$binary"
  apt-ftparchive packages dists/trixie/pool >"$binary/Packages"
  gzip -k "$binary/Packages"
  option=APT::FTPArchive::Release
  apt-ftparchive -o "$option::Origin=Docker" -o "$option::Label=Docker CE" -o "$option::Suite=trixie" \
    -o "$option::Codename=trixie" -o "$option::Components=stable" -o "$option::Architectures=amd64" \
    release dists/trixie >/tmp/Release
  mv /tmp/Release dists/trixie/Release
  sign dists/trixie
  gpg --armor --export >"$docker/gpg"
}

nvidia_repository() {
  cd "$nvidia/stable/deb/amd64"
  apt-ftparchive packages . >Packages
  apt-ftparchive -o APT::FTPArchive::Release::Origin=https://nvidia.github.io/libnvidia-container release . >/tmp/Release
  mv /tmp/Release Release
  sign .
  cd "$nvidia"
  gpg --armor --export >gpgkey
  # shellcheck disable=SC2016 # apt itself replaces the architecture
  echo 'deb https://nvidia.github.io/libnvidia-container/stable/deb/$(ARCH) /' >stable/deb/nvidia-container-toolkit.list
}

export GNUPGHOME=/build/gnupg
install -d -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key 'Fleet vendor key <fleet@invalid>' ed25519 sign never
build_packages
docker_repository
nvidia_repository
