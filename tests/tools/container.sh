#!/usr/bin/env bash
# A real container to move programs into, from Debian's own packages: no registry, no daemon, no systemd.
#
#   container.sh start ROOTFS NAME
#   container.sh stop ROOTFS NAME
#
# Afterwards: podman --runtime runc exec -i NAME python3 -c 'print(1)'
#
# ROOTFS is a minimal Debian bookworm with its CPython 3.11, made once by debootstrap (about a minute). Needs
# root. runc and explicit limits are given because some hosts allow neither crun's cgroup layout nor raised
# limits. VOLUMES holds more arguments for `podman run`.
set -euo pipefail
action=${1:?start or stop} root=$(realpath -m "${2:?folder of the root file system}") name=${3:?name of the container}
image=localhost/pyteleport-bookworm
if [ "$action" = stop ]; then
    podman --runtime runc rm -f -t 0 "$name" >/dev/null
    exit
fi
for tool in podman runc debootstrap; do
    command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] ||
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap runc podman >/dev/null
done
PATH=$PATH:/usr/sbin
if ! podman image exists "$image"; then
    mirror=$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
    if [ ! -e "$root/.done" ]; then
        rm -rf "$root"
        debootstrap --variant=minbase --include=python3 bookworm "$root" "${mirror:?no Debian mirror is named in /etc/apt/sources.list.d/debian.sources}" >/dev/null
        touch "$root/.done"
    fi
    tar -C "$root" -c . | podman import -q - "$image" >/dev/null
fi
# shellcheck disable=SC2086
podman --runtime runc run -d --name "$name" --hostname "$name" --network none \
    --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 ${VOLUMES:-} "$image" sleep infinity >/dev/null
podman --runtime runc exec "$name" python3 -c 'import platform, socket; print(socket.gethostname(), platform.python_version())'
