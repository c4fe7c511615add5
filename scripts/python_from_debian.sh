#!/usr/bin/env bash
# Unpacks CPython VERSION from Debian's own packages into FOLDER, beside the system's Python.
#
#   scripts/python_from_debian.sh 3.14 .pythons/3.14      prints .pythons/3.14/usr/bin/python3.14
#
# Nothing is installed and apt's own sources stay as they are: the packages are downloaded by apt
# (so checked against Debian's keyring), unpacked into FOLDER, and the interpreter is told to use
# the C library that came with it. The suites are tried newest first; the first that has VERSION wins.
#
# Exit status: 0 done (or there already), 3 where it cannot be done, with the reason on stderr.
set -euo pipefail

version=${1:?which CPython, such as 3.14} folder=${2:?folder to unpack it into}
python="$folder/usr/bin/python$version"
suites=(sid forky trixie bookworm)

cannot() { echo "python_from_debian: $*" >&2; exit 3; }
works() { "$python" -I -c 'import bz2, ctypes, lzma, sqlite3, ssl, venv, zlib' 2>/dev/null; }

if [ -x "$python" ] && works; then echo "$python"; exit 0; fi
[ -e /etc/debian_version ] && command -v apt-get >/dev/null || cannot "this is no Debian"
[ "$(id -u)" = 0 ] || cannot "unpacking with apt needs root"

# The archive this machine's apt already uses, whatever its name.
archive=$(apt-get indextargets --format '$(CREATED_BY) $(RELEASE) $(REPO_URI)' 2>/dev/null |
    awk '$1 == "Packages" && $2 !~ /-/ { print $3; exit }')
[ -n "$archive" ] || cannot "apt names no archive to download from"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"

if ! command -v patchelf >/dev/null; then
    apt-get install -qq -y patchelf >"$work/log" 2>&1 ||
        { apt-get update -qq && apt-get install -qq -y patchelf; } >"$work/log" 2>&1 ||
        cannot "patchelf could not be installed: $(tail -n 1 "$work/log")"
fi

# An apt of our own for one suite: other sources and lists, the system's keyring.
suite_apt() {
    local suite=$1 tool=$2
    shift 2
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main" >"$work/sources.list"
    "$tool" -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@"
}

found=
for suite in "${suites[@]}"; do
    suite_apt "$suite" apt-get update 2>"$work/log" || continue
    # `madison` lists what the archive has; `show` would also answer for installed packages.
    if [ -n "$(suite_apt "$suite" apt-cache madison "libpython$version-stdlib")" ]; then found=$suite; break; fi
done
[ -n "$found" ] || cannot "no Debian suite (${suites[*]}) has CPython $version"

# The interpreter, its library, and each shared library it loads. A name differs between suites
# where Debian renamed it (the t64 ones), so only those that exist are asked for.
wanted=("python$version" "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib"
    libc6 libgcc-s1 libexpat1 zlib1g libssl3t64 libssl3 libffi8 liblzma5 libbz2-1.0 libsqlite3-0
    libzstd1 libuuid1 libreadline8t64 libreadline8 libncursesw6 libtinfo6 libuuid1 libcrypt1 libdb5.3t64)
packages=()
for name in "${wanted[@]}"; do
    [ -z "$(suite_apt "$found" apt-cache madison "$name")" ] || packages+=("$name/$found")
done
(cd "$work/debs" && suite_apt "$found" apt-get download "${packages[@]}") 2>"$work/log" ||
    cannot "the download failed: $(tail -n 1 "$work/log")"
mkdir -p "$folder"
for package in "$work"/debs/*.deb; do dpkg -x "$package" "$folder"; done

folder=$(cd "$folder" && pwd)
libraries=$(echo "$folder"/usr/lib/*-linux-gnu*)
loader=$(basename "$(patchelf --print-interpreter "$folder/usr/bin/python$version")")
patchelf --force-rpath --set-rpath "$libraries" --set-interpreter "$libraries/$loader" "$folder/usr/bin/python$version"
works || cannot "CPython $version from $found was unpacked but does not run"
echo "$python"
