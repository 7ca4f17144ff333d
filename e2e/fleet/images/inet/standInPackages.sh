#!/bin/sh
# NVIDIA's container toolkit as stand-in packages under the names and the version that the vendor's guide installs.
set -eu

version=1.17.8-1

package() {
  mkdir -p "/build/trees/$1/DEBIAN"
  cat >"/build/trees/$1/DEBIAN/control" <<CONTROL
Package: $1
Version: $version
Architecture: amd64
Maintainer: Pilothouse test fleet <fleet@invalid>
Depends: $2
Description: stand-in for tests, without a driver behind it
CONTROL
}

program() {
  install -D -m 755 "nvidia/$2" "/build/trees/$1/usr/bin/$2"
}

package libnvidia-container1 libc6
package libnvidia-container-tools "libnvidia-container1 (= $version)"
package nvidia-container-toolkit-base 'libc6, python3'
package nvidia-container-toolkit "nvidia-container-toolkit-base (= $version), libnvidia-container-tools (= $version)"
program nvidia-container-toolkit-base nvidia-ctk
program nvidia-container-toolkit nvidia-container-runtime
program nvidia-container-toolkit nvidia-container-runtime-hook
