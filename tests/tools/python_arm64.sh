#!/usr/bin/env bash
# A CPython 3.11 for arm64, from Debian bookworm, that runs here under emulation.
#
#   python_arm64.sh FOLDER     afterwards FOLDER/python is an interpreter like any other, only slow to start
#
# Nothing is installed for that architecture: its packages are unpacked under FOLDER, and qemu (installed
# when missing, which needs root) runs the interpreter with FOLDER as its root.
set -euo pipefail
root=$(realpath -m "${1:?folder to put it in}")
[ -x "$root/python" ] && "$root/python" -c '' && exit
command -v qemu-aarch64-static >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user-static >/dev/null
mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources)

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
: >"$apt/status"
echo "deb [arch=arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/nonexistent";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
CONF
export APT_CONFIG=$apt/apt.conf
apt-get update -qq
(cd "$apt/debs" && apt-get download -qq libc6 libgcc-s1 libexpat1 zlib1g libffi8 \
    python3.11-minimal libpython3.11-minimal libpython3.11-stdlib)
for package in "$apt"/debs/*.deb; do dpkg-deb -x "$package" "$root"; done
# bookworm's packages still ship /lib: the loader is where the interpreter looks for it under FOLDER.
[ -e "$root/lib/ld-linux-aarch64.so.1" ] || ln -s aarch64-linux-gnu/ld-linux-aarch64.so.1 "$root/lib/ld-linux-aarch64.so.1"
cat >"$root/python" <<RUN
#!/bin/sh
exec qemu-aarch64-static -L "$root" -0 "$root/usr/bin/python3.11" "$root/usr/bin/python3.11" "\$@"
RUN
chmod +x "$root/python"
"$root/python" -c 'import ctypes, platform, zlib; print(platform.machine(), platform.python_version())'
